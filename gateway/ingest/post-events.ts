/** What POST /api/v1/events does: decode, validate, sequence, and answer once it is durable. */

import { createHash } from 'node:crypto';

import { IDEMPOTENCY_KEY_CHARS_MAX } from '../../engine/domain/limits.ts';
import { validateEvent } from '../../engine/domain/validate.ts';
import type { InputEvent } from '../../engine/domain/events.ts';
import type { Batch, RejectedEvent } from '../../engine/sequencer/sequencer.ts';
import type { GatewayContext } from '../context.ts';
import { json, problem } from '../http/problem.ts';
import type { HttpRequest, HttpResponse } from '../transport/transport.ts';
import { decodeBatch, type DecodedValue } from './decode-batch.ts';

export async function postEvents(request: HttpRequest, context: GatewayContext): Promise<HttpResponse> {
  const closed = context.intakeClosed();
  if (closed !== undefined) return problem(closed, 'no events are taken now');
  const key = request.header('idempotency-key');
  if (key !== undefined && (key.length === 0 || key.length > IDEMPOTENCY_KEY_CHARS_MAX)) {
    return problem('bad_request', `Idempotency-Key must have 1 to ${IDEMPOTENCY_KEY_CHARS_MAX} characters`);
  }
  const bodyHash = key === undefined ? 0 : hashOf(request.body);
  const answered = key === undefined ? undefined : context.registry.answeredBatches.get(key);
  if (answered !== undefined) {
    if (answered.bodyHash !== bodyHash) return problem('idempotency_key_reused', 'this Idempotency-Key came before with another body');
    return durably(context, answered.answerJson);
  }
  if (!context.sequencer.hasRoom()) return problem('overloaded', 'the shards are behind; send the batch again');
  const decoded = decodeBatch(request.body, request.header('content-type'));
  if (!decoded.ok) return problem(decoded.code, decoded.detail);
  const { events, rejected } = validateAll(decoded.values);
  const batch: Batch = { events, rejected, ...(key === undefined ? {} : { idempotency: { key, bodyHash } }) };
  return durably(context, JSON.stringify(context.sequencer.accept(batch)));
}

function validateAll(values: readonly DecodedValue[]): { events: { index: number; event: InputEvent }[]; rejected: RejectedEvent[] } {
  const events: { index: number; event: InputEvent }[] = [];
  const rejected: RejectedEvent[] = [];
  for (const [index, decoded] of values.entries()) {
    if ('fault' in decoded) {
      rejected.push({ index, code: 'event_malformed', detail: decoded.fault });
      continue;
    }
    const checked = validateEvent(decoded.value);
    if (checked.ok) events.push({ index, event: checked.value });
    else rejected.push({ index, code: checked.code, detail: `${checked.fault.field} ${checked.fault.detail}`.trim() });
  }
  return { events, rejected };
}

/** An answer is given when all that was accepted up to it is on the disk, also when it was given before. */
async function durably(context: GatewayContext, answerJson: string): Promise<HttpResponse> {
  try {
    await context.sequencer.durable();
  } catch (error) {
    return problem('journal_failed', error instanceof Error ? error.message : String(error));
  }
  return json(200, answerJson);
}

/** 48 bits of a SHA-256: enough to tell a repeated body from another under the same key. */
function hashOf(body: Uint8Array): number {
  return createHash('sha256').update(body).digest().readUIntBE(0, 6);
}
