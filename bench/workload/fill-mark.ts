/**
 * The mark of a batch: which orders its fills are of, as text beside the events. A floor, which does not read events,
 * learns from it whose followers to send a frame and how many rows to store. The others take it as a header or a field
 * that they do not know and ignore it; it is sent to all, so that all receive the same bytes.
 *
 *     ROUND_ID:ORDER_NO,ORDER_NO,...       one number a fill; empty for a batch without fills
 *
 * Over HTTP it is a header. In a frame of the WebSocket intake it is the first field, at a place that is the same in
 * every frame of a format, so that it is found without parsing.
 */

export const MARK_HEADER = 'x-bench-fills';

/** {"mark":" */
const JSON_MARK_AT = 9;
const QUOTE = 0x22;
/** Map of three, "mark", str 16. */
const MSGPACK_HEAD = Buffer.from([0x83, 0xa4, 0x6d, 0x61, 0x72, 0x6b, 0xda]);
const MSGPACK_MARK_AT = MSGPACK_HEAD.length + 2;
/** "batch", uint 32. */
const MSGPACK_BATCH = Buffer.from([0xa5, 0x62, 0x61, 0x74, 0x63, 0x68, 0xce]);
/** "events" */
const MSGPACK_EVENTS = Buffer.from([0xa6, 0x65, 0x76, 0x65, 0x6e, 0x74, 0x73]);
/** ","batch": */
const JSON_BATCH_CHARS = 10;
const JSON_NUMBER_CHARS = 10;

export interface MarkedFills {
  /** What begins the id of each order of the round. */
  readonly roundId: string;
  readonly orderNos: readonly string[];
}

const NO_FILLS: MarkedFills = { roundId: '', orderNos: [] };

export function markOf(roundId: string, orderNos: readonly number[]): string {
  return orderNos.length === 0 ? '' : `${roundId}:${orderNos.join(',')}`;
}

export function readMark(mark: string | undefined): MarkedFills {
  const colon = mark?.indexOf(':') ?? -1;
  if (mark === undefined || colon < 0) return NO_FILLS;
  return { roundId: mark.slice(0, colon), orderNos: mark.slice(colon + 1).split(',') };
}

export const markHeader = (mark: string): string => (mark === '' ? '' : `${MARK_HEADER}: ${mark}\r\n`);

export function markOfFrame(frame: Uint8Array, isBinary: boolean): string {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  if (!isBinary) return bytes.toString('latin1', JSON_MARK_AT, bytes.indexOf(QUOTE, JSON_MARK_AT));
  return bytes.toString('latin1', MSGPACK_MARK_AT, MSGPACK_MARK_AT + bytes.readUInt16BE(MSGPACK_HEAD.length));
}

/** A frame of the WebSocket intake as JSON, not yet numbered; `events` are an array in JSON already. */
export function jsonFrame(mark: string, events: string): Buffer {
  return Buffer.from(`{"mark":"${mark}","batch":${' '.repeat(JSON_NUMBER_CHARS)},"events":${events}}`);
}

/** A frame of the WebSocket intake as MessagePack, not yet numbered; `events` are an array in MessagePack already. */
export function msgpackFrame(mark: string, events: Uint8Array): Buffer {
  const markLength = Buffer.alloc(2);
  markLength.writeUInt16BE(mark.length);
  return Buffer.concat([MSGPACK_HEAD, markLength, Buffer.from(mark, 'latin1'), MSGPACK_BATCH, Buffer.alloc(4), MSGPACK_EVENTS, events]);
}

/** Writes the number of the batch into a frame made above: it may be sent again under another. */
export function numberFrame(frame: Buffer, mark: string, isBinary: boolean, batchNo: number): void {
  if (isBinary) frame.writeUInt32BE(batchNo, MSGPACK_MARK_AT + mark.length + MSGPACK_BATCH.length);
  else frame.write(String(batchNo).padStart(JSON_NUMBER_CHARS), JSON_MARK_AT + mark.length + JSON_BATCH_CHARS, 'latin1');
}
