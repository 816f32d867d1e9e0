/**
 * What intake does with a batch, whichever door it came through: is it known under its key, is there room, decode,
 * validate, sequence. It owns the order of these steps. It waits for nothing: an answer may be given once
 * `sequencer.durable()` has resolved, which is the door's to wait for, as is the form of the answer.
 */

import { createHash } from 'node:crypto';

import type { ErrorCode } from '../../engine/domain/errors.ts';
import type { InputEvent } from '../../engine/domain/events.ts';
import { IDEMPOTENCY_KEY_CHARS_MAX } from '../../engine/domain/limits.ts';
import type { BatchAnswer } from '../../engine/domain/monitoring.ts';
import { validateEvent } from '../../engine/domain/validate.ts';
import type { FrequentEvents } from '../../engine/sequencer/frequent-events.ts';
import type { Batch, RejectedEvent } from '../../engine/sequencer/sequencer.ts';
import type { GatewayContext } from '../context.ts';
import type { DecodedBatch, DecodedValue } from './decode-batch.ts';

/** A batch that was not taken has had no effect. */
export type Taking =
  | { readonly ok: true; readonly answer: BatchAnswer }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string };

export const SHARDS_BEHIND = 'the shards are behind; send the batch again';

/** `decode` is only asked when the batch is not known already and there is room for it, and `besidesBytes` of the mailboxes more. */
export function takeBatch(context: GatewayContext, idempotency: Batch['idempotency'], decode: () => DecodedBatch, besidesBytes = 0): Taking {
  const closed = context.intakeClosed();
  if (closed !== undefined) return refused(closed, 'no events are taken now');
  const answered = idempotency === undefined ? undefined : context.registry.answeredBatches.get(idempotency.key);
  if (answered !== undefined) {
    if (answered.bodyHash === idempotency!.bodyHash) return { ok: true, answer: JSON.parse(answered.answerJson) as BatchAnswer };
    return refused('idempotency_key_reused', 'this Idempotency-Key came before with another body');
  }
  if (!context.sequencer.hasRoom(besidesBytes)) return refused('overloaded', SHARDS_BEHIND);
  const decoded = decode();
  if (!decoded.ok) return refused(decoded.code, decoded.detail);
  const batch: Batch = { ...validateAll(decoded.values, decoded.frequent), ...(idempotency === undefined ? {} : { idempotency }) };
  return { ok: true, answer: context.sequencer.accept(batch) };
}

export function isIdempotencyKey(key: string): boolean {
  return key.length > 0 && key.length <= IDEMPOTENCY_KEY_CHARS_MAX;
}

/** 48 bits of a SHA-256: enough to tell a repeated body from another under the same key. */
export function bodyHashOf(body: Uint8Array | string): number {
  return createHash('sha256').update(body).digest().readUIntBE(0, 6);
}

/** Beside frequent events, which are valid, the values are the others. */
function validateAll(values: readonly DecodedValue[], frequent: FrequentEvents | undefined): Pick<Batch, 'events' | 'rejected' | 'frequent'> {
  const events: { index: number; event: InputEvent }[] = [];
  const rejected: RejectedEvent[] = [];
  for (const [place, decoded] of values.entries()) {
    const index = frequent?.otherPlaces[place] ?? place;
    if ('fault' in decoded) {
      rejected.push({ index, code: 'event_malformed', detail: decoded.fault });
      continue;
    }
    const checked = validateEvent(decoded.value);
    if (checked.ok) events.push({ index, event: checked.value });
    else rejected.push({ index, code: checked.code, detail: `${checked.fault.field} ${checked.fault.detail}`.trim() });
  }
  return { events, rejected, ...(frequent === undefined ? {} : { frequent }) };
}

function refused(code: ErrorCode, detail: string): Taking {
  return { ok: false, code, detail };
}
