/** The body of one request as it arrives: owns the chunks and their limit. It copies nothing: callers give it memory to keep. */

const EMPTY = new Uint8Array(0);

export class BodyCollector {
  private readonly bytesMax: number;
  private readonly chunks: Uint8Array[] = [];
  private bytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  /** Whether a chunk of this length still fits. Ask before copying it. */
  fits(chunkBytes: number): boolean {
    return this.bytes + chunkBytes <= this.bytesMax;
  }

  add(chunk: Uint8Array): void {
    this.bytes += chunk.byteLength;
    this.chunks.push(chunk);
  }

  /** The whole body; one chunk is given on as it is. */
  take(): Uint8Array {
    const [first = EMPTY] = this.chunks;
    return this.chunks.length <= 1 ? first : Buffer.concat(this.chunks, this.bytes);
  }
}
