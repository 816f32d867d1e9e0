/**
 * A batch: the body of POST /api/v1/events (JSON array, NDJSON or MessagePack array), or the events of a WebSocket frame. As it
 * usually is it is read into columns of frequent events and a list of the other values; else as a list of values, which
 * also finds what is wrong. A line of NDJSON that cannot be read is a fault of its own; all else is read as a whole or
 * not at all.
 */

import { Unpackr } from 'msgpackr';

import { BATCH_EVENTS_MAX } from '../../engine/domain/limits.ts';
import { FrequentEvents } from '../../engine/sequencer/frequent-events.ts';
import { parseJson } from '../json-body.ts';
import { FrequentJson } from './frequent-json.ts';
import { FrequentMsgpack } from './frequent-msgpack.ts';

export type DecodedValue = { readonly value: unknown } | { readonly fault: string };

export type DecodedBatch =
  | { readonly ok: true; readonly values: readonly DecodedValue[]; readonly frequent?: FrequentEvents }
  | { readonly ok: false; readonly code: 'malformed_body' | 'media_type_unsupported' | 'batch_too_large' | 'validation_failed'; readonly detail: string };

export const BATCH_MEDIA_TYPES = ['application/json', 'application/x-ndjson', 'application/msgpack'] as const;

const NEWLINE = 0x0a;
/** Nothing above it: a blank line. */
const SPACE = 0x20;

/** `structuredClone` would let one value stand for thousands: a batch would be larger than its bytes, without a limit. */
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number', structuredClone: false });

/** The columns are used for one batch after the other: each is taken or refused before the next is read. */
const frequent = new FrequentEvents();
const frequentJson = new FrequentJson(frequent);
const frequentMsgpack = new FrequentMsgpack(frequent, unpackValue);

/** One MessagePack value. Throws on anything else. */
export function unpackValue(bytes: Uint8Array): unknown {
  return unpackr.unpack(bytes);
}

/** `contentType` without one is taken as JSON. */
export function decodeBatch(body: Uint8Array, contentType: string | undefined): DecodedBatch {
  const mediaType = mediaTypeOf(contentType);
  const isInColumns = (isJson(mediaType) && frequentJson.read(body)) || (isMsgpack(mediaType) && frequentMsgpack.read(body));
  return isInColumns ? inColumns() : decodeValues(body, contentType);
}

/** The same as a list of values, whatever is in it: the general way. */
export function decodeValues(body: Uint8Array, contentType: string | undefined): DecodedBatch {
  const mediaType = mediaTypeOf(contentType);
  if (isJson(mediaType)) return decodeWhole(() => parseJson(body));
  if (isMsgpack(mediaType)) return decodeWhole(() => unpackValue(body));
  if (['application/x-ndjson', 'application/ndjson', 'application/jsonl'].includes(mediaType)) return decodeLines(body);
  return { ok: false, code: 'media_type_unsupported', detail: `${mediaType.slice(0, 100)} is not one of ${BATCH_MEDIA_TYPES.join(', ')}` };
}

const mediaTypeOf = (contentType: string | undefined): string => (contentType ?? 'application/json').split(';')[0]!.trim().toLowerCase();
const isJson = (mediaType: string): boolean => mediaType === 'application/json';
const isMsgpack = (mediaType: string): boolean => ['application/msgpack', 'application/vnd.msgpack', 'application/x-msgpack'].includes(mediaType);

function decodeWhole(read: () => unknown): DecodedBatch {
  let values: unknown;
  try {
    values = read();
  } catch (error) {
    return { ok: false, code: 'malformed_body', detail: error instanceof Error ? error.message : String(error) };
  }
  return batchOf(values, 'the body');
}

/** A frame of the WebSocket intake in MessagePack with a batch as it usually is; undefined for any other. */
export function decodeFrame(frame: Uint8Array): { readonly batch: number; readonly events: FrequentEvents } | undefined {
  return frequentMsgpack.readFrame(frame) ? { batch: frequentMsgpack.batch, events: frequent } : undefined;
}

/** The number of such a frame, whose events are not looked at; undefined for frames of another form. */
export function frameNumber(frame: Uint8Array): number | undefined {
  return frequentMsgpack.readNumberAlone(frame);
}

function inColumns(): DecodedBatch {
  return { ok: true, values: frequent.others, frequent };
}

/** A value that was read already; `name` is what to call it where it is no batch. */
export function batchOf(values: unknown, name: string): DecodedBatch {
  if (values instanceof FrequentEvents) return inColumns();
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
