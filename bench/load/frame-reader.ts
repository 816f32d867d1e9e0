/**
 * Finds the update frames in what a server sends on a WebSocket, from the heads of the frames alone (RFC 6455, 5.2): nothing is
 * parsed. It owns the beginning of a frame whose end has not come. It takes frames that are not masked and not fragmented, as the
 * servers here send them.
 */

const OPCODE_TEXT = 1;
/** Of the payload's length in a frame's head: what it says there is in the next 2, or 8, bytes. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/** Where a frame's type begins in {"type":"update"; no other type begins with a u. */
const TYPE_AT = 9;
const TYPE_UPDATE = 'u'.charCodeAt(0);
const EMPTY = Buffer.alloc(0);

/** Told of each update, with its payload at `start` to `end` of `bytes`; these are used again afterwards. */
export type OnUpdate = (bytes: Buffer, start: number, end: number) => void;

export class FrameReader {
  private rest: Buffer = EMPTY;
  private readonly onUpdate: OnUpdate;

  constructor(onUpdate: OnUpdate) {
    this.onUpdate = onUpdate;
  }

  /** Takes what was read; it may be cut anywhere. */
  push(read: Buffer): void {
    const bytes = this.rest.length === 0 ? read : Buffer.concat([this.rest, read]);
    const taken = this.takeFrames(bytes);
    // What was read is the caller's memory.
    this.rest = taken === bytes.length ? EMPTY : Buffer.from(bytes.subarray(taken));
  }

  /** Returns how many bytes whole frames take. */
  private takeFrames(bytes: Buffer): number {
    let at = 0;
    while (bytes.length - at >= 2) {
      const short = bytes[at + 1]! & 0x7f;
      const headBytes = short === LENGTH_16 ? 4 : short === LENGTH_64 ? 10 : 2;
      if (bytes.length - at < headBytes) break;
      const length = short === LENGTH_16 ? bytes.readUInt16BE(at + 2) : short === LENGTH_64 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
      const start = at + headBytes;
      const end = start + length;
      if (bytes.length < end) break;
      if ((bytes[at]! & 0x0f) === OPCODE_TEXT && length > TYPE_AT && bytes[start + TYPE_AT] === TYPE_UPDATE) this.onUpdate(bytes, start, end);
      at = end;
    }
    return at;
  }
}
