/** RFC 9457 problem documents: every error of the catalogue as an HTTP answer. */

import { type ErrorCode, ERRORS } from '../../engine/domain/errors.ts';
import type { FieldFault } from '../../engine/domain/event-rules.ts';
import type { HttpResponse } from '../transport/transport.ts';

export interface ProblemExtras {
  readonly faults?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the transport decided the status. */
  readonly status?: number;
}

export function problem(code: ErrorCode, detail: string, extras: ProblemExtras = {}): HttpResponse {
  const { title } = ERRORS[code];
  const status = extras.status ?? ERRORS[code].status;
  const errors = extras.faults?.map(({ field, detail: why }) => ({ field, detail: why }));
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...(status === 503 ? { 'retry-after': '1' } : {}), ...extras.headers },
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
