/**
 * A batch as a list of values: the body of POST /api/v1/events (JSON array, NDJSON or MessagePack array), or the events of
 * a WebSocket frame. A line of NDJSON that cannot be read is a fault of its own; all else is read as a whole or not at all.
 */

import { Unpackr } from 'msgpackr';

import { BATCH_EVENTS_MAX } from '../../engine/domain/limits.ts';
import { parseJson } from '../json-body.ts';

export type DecodedValue = { readonly value: unknown } | { readonly fault: string };

export type DecodedBatch =
  | { readonly ok: true; readonly values: readonly DecodedValue[] }
  | { readonly ok: false; readonly code: 'malformed_body' | 'media_type_unsupported' | 'batch_too_large' | 'validation_failed'; readonly detail: string };

export const BATCH_MEDIA_TYPES = ['application/json', 'application/x-ndjson', 'application/msgpack'] as const;

const NEWLINE = 0x0a;
/** Nothing above it: a blank line. */
const SPACE = 0x20;

/** `structuredClone` would let one value stand for thousands: a batch would be larger than its bytes, without a limit. */
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number', structuredClone: false });

/** One MessagePack value. Throws on anything else. */
export function unpackValue(bytes: Uint8Array): unknown {
  return unpackr.unpack(bytes);
}

/** `contentType` without one is taken as JSON. */
export function decodeBatch(body: Uint8Array, contentType: string | undefined): DecodedBatch {
  const mediaType = (contentType ?? 'application/json').split(';')[0]!.trim().toLowerCase();
  switch (mediaType) {
    case 'application/json':
      return decodeWhole(() => parseJson(body));
    case 'application/msgpack':
    case 'application/vnd.msgpack':
    case 'application/x-msgpack':
      return decodeWhole(() => unpackValue(body));
    case 'application/x-ndjson':
    case 'application/ndjson':
    case 'application/jsonl':
      return decodeLines(body);
    default:
      return { ok: false, code: 'media_type_unsupported', detail: `${mediaType.slice(0, 100)} is not one of ${BATCH_MEDIA_TYPES.join(', ')}` };
  }
}

function decodeWhole(read: () => unknown): DecodedBatch {
  let values: unknown;
  try {
    values = read();
  } catch (error) {
    return { ok: false, code: 'malformed_body', detail: error instanceof Error ? error.message : String(error) };
  }
  return batchOf(values, 'the body');
}

/** A value that was read already; `name` is what to call it where it is no batch. */
export function batchOf(values: unknown, name: string): DecodedBatch {
  if (!Array.isArray(values)) return { ok: false, code: 'validation_failed', detail: `${name} must be an array of events` };
  if (values.length > BATCH_EVENTS_MAX) return tooLarge(values.length);
  return { ok: true, values: values.map((value: unknown) => ({ value })) };
}

function decodeLines(body: Uint8Array): DecodedBatch {
  const lines = linesOf(body);
  if (lines.length > BATCH_EVENTS_MAX) return tooLarge(lines.length);
  return {
    ok: true,
    values: lines.map((line) => {
      try {
        return { value: parseJson(line) };
      } catch (error) {
        return { fault: error instanceof Error ? error.message : String(error) };
      }
    }),
  };
}

/** The lines that are not blank, as bytes: each is checked to be UTF-8 by itself. */
function linesOf(body: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf(NEWLINE, start);
    const end = newline < 0 ? body.length : newline;
    const line = body.subarray(start, end);
    if (line.some((byte) => byte > SPACE)) lines.push(line);
    start = end + 1;
  }
  return lines;
}

function tooLarge(count: number): DecodedBatch {
  return { ok: false, code: 'batch_too_large', detail: `${count} events, the maximum is ${BATCH_EVENTS_MAX}` };
}
