/** RFC 9457 problem documents: every error of the catalogue as an HTTP answer. */

import { type ErrorCode, ERRORS } from '../../engine/domain/errors.ts';
import { DISK_FULL_RETRY_AFTER_MS } from '../../engine/domain/limits.ts';
import type { FieldFault } from '../../engine/domain/event-rules.ts';
import type { HttpResponse } from '../transport/transport.ts';

/** By status, in seconds. */
const RETRY_AFTER: Readonly<Record<number, string>> = { 503: '1', 507: String(DISK_FULL_RETRY_AFTER_MS / 1_000) };

export interface ProblemExtras {
  readonly faults?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the transport decided the status. */
  readonly status?: number;
}

export function problem(code: ErrorCode, detail: string, extras: ProblemExtras = {}): HttpResponse {
  const { title } = ERRORS[code];
  const status = extras.status ?? ERRORS[code].status;
  const retryAfter = RETRY_AFTER[status];
  const errors = extras.faults?.map(({ field, detail: why }) => ({ field, detail: why }));
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }), ...extras.headers },
    body: JSON.stringify({ type: `urn:execution-monitor:error:${code}`, title, status, code, detail, ...(errors === undefined ? {} : { errors }) }),
  };
}

export function validationProblem(fault: FieldFault): HttpResponse {
  const name = fault.field === '' ? 'the body' : fault.field;
  return problem('validation_failed', `${name} ${fault.detail}`, { faults: [fault] });
}

export function json(status: number, body: unknown): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
