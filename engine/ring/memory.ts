/** One stretch of memory seen as bytes, 32-bit words and doubles at once. Offsets are in bytes from its start. */
export class Memory {
  readonly bytes: Buffer;
  readonly words: Int32Array;
  readonly doubles: Float64Array;

  /** `byteLength` must be a multiple of 8, as must `byteOffset`. */
  constructor(buffer: ArrayBufferLike, byteOffset = 0, byteLength = buffer.byteLength - byteOffset) {
    this.bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
    this.words = new Int32Array(buffer, byteOffset, byteLength >> 2);
    this.doubles = new Float64Array(buffer, byteOffset, byteLength >> 3);
  }
}

export const align8 = (bytes: number): number => (bytes + 7) & ~7;

let scratch = new Uint8Array(1 << 12);

/** The bytes in memory that is not shared; valid until the next call. */
export function privateCopy(bytes: Uint8Array): Uint8Array {
  if (bytes.length > scratch.length) scratch = new Uint8Array(bytes.length * 2);
  scratch.set(bytes);
  return scratch.subarray(0, bytes.length);
}
