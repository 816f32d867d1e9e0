/**
 * The frames of WS /api/v1/events/stream, both ways, in JSON text or MessagePack (docs/intake.md). It owns their shape and
 * encoding, and which close code belongs to a frame that cannot be answered. It decides nothing about batches.
 */

import { Packr } from 'msgpackr';

import type { ErrorCode } from '../../engine/domain/errors.ts';
import type { BatchAnswer } from '../../engine/domain/monitoring.ts';
import { parseJson } from '../json-body.ts';
import type { StreamProtocol } from '../streams/frames.ts';
import { decodeFrame, unpackValue } from './decode-batch.ts';

/** A batch as it came. `events` and what is optional are judged later: a fault there is answered under the batch's number. */
export interface BatchFrame {
  readonly batch: number;
  readonly events: unknown;
  readonly idempotencyKey: unknown;
  readonly after: unknown;
}

export type IntakeFrame =
  | {
      readonly type: 'welcome';
      readonly credits: number;
      readonly credit_bytes: number;
      readonly batch_events_max: number;
      readonly batch_bytes_max: number;
    }
  | ({ readonly type: 'ack'; readonly batch: number; readonly credits: number } & BatchAnswer)
  | {
      readonly type: 'refused';
      readonly batch: number;
      readonly code: ErrorCode;
      readonly detail: string;
      readonly retry_after_ms?: number;
      readonly credits: number;
    }
  /** The last frame before the connection is closed. */
  | { readonly type: 'error'; readonly code: ErrorCode; readonly detail: string };

/** WebSocket close codes of RFC 6455: the service stops; data of a kind, of a form and against a rule that is not taken; try later. */
export const IntakeClose = { GOING_AWAY: 1001, ENCODING: 1003, UNREADABLE: 1007, RULE: 1008, TOO_SLOW: 1013 } as const;

/** Why a frame ends its connection. */
export interface FatalFault {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly closeCode: number;
}

export type ReadFrame = { readonly ok: true; readonly frame: BatchFrame } | { readonly ok: false; readonly fault: FatalFault };

export function readBatchFrame(bytes: Uint8Array, isBinary: boolean, protocol: StreamProtocol): ReadFrame {
  if (isBinary !== (protocol === 'msgpack')) {
    const detail = isBinary ? 'a binary frame needs the subprotocol msgpack' : 'the subprotocol msgpack takes binary frames only';
    return unusable('frame_encoding_wrong', detail, IntakeClose.ENCODING);
  }
  const usual = isBinary ? decodeFrame(bytes) : undefined;
  if (usual !== undefined) return { ok: true, frame: { ...usual, idempotencyKey: undefined, after: undefined } };
  let value: unknown;
  try {
    value = isBinary ? unpackValue(bytes) : parseJson(bytes);
  } catch (error) {
    return unusable('frame_malformed', error instanceof Error ? error.message : String(error), IntakeClose.UNREADABLE);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return unusable('batch_number_invalid', 'a frame must be an object with batch and events', IntakeClose.RULE);
  }
  const { batch, events, idempotency_key: idempotencyKey, after } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(batch) || (batch as number) < 1) {
    return unusable('batch_number_invalid', 'batch must be a whole number from 1', IntakeClose.RULE);
  }
  return { ok: true, frame: { batch: batch as number, events, idempotencyKey, after } };
}

const packr = new Packr({ useRecords: false });

/** The packed bytes are copied out of the packer's own memory, so that a waiting answer holds no more than itself. */
export function encodeIntakeFrame(frame: IntakeFrame, protocol: StreamProtocol): string | Uint8Array {
  return protocol === 'msgpack' ? Uint8Array.from(packr.pack(frame)) : JSON.stringify(frame);
}

function unusable(code: ErrorCode, detail: string, closeCode: number): ReadFrame {
  return { ok: false, fault: { code, detail, closeCode } };
}
