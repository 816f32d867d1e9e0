/** What POST /api/v1/events does: one batch, answered once what was accepted is durable. */

import { IDEMPOTENCY_KEY_CHARS_MAX } from '../../engine/domain/limits.ts';
import type { GatewayContext } from '../context.ts';
import { json, problem } from '../http/problem.ts';
import type { HttpRequest, HttpResponse } from '../transport/transport.ts';
import { decodeBatch } from './decode-batch.ts';
import { notDurable } from './not-durable.ts';
import { bodyHashOf, isIdempotencyKey, takeBatch } from './take-batch.ts';

export async function postEvents(request: HttpRequest, context: GatewayContext): Promise<HttpResponse> {
  const key = request.header('idempotency-key');
  if (key !== undefined && !isIdempotencyKey(key)) {
    return problem('bad_request', `Idempotency-Key must have 1 to ${IDEMPOTENCY_KEY_CHARS_MAX} characters`);
  }
  const idempotency = key === undefined ? undefined : { key, bodyHash: bodyHashOf(request.body) };
  const taking = takeBatch(context, idempotency, () => decodeBatch(request.body, request.header('content-type')));
  if (!taking.ok) return problem(taking.code, taking.detail);
  try {
    // An answer that was given before waits too: what it speaks of may be on its way to the disk still.
    await context.sequencer.durable();
  } catch (error) {
    const { code, detail } = notDurable(error);
    return problem(code, detail);
  }
  return json(200, taking.answer);
}
