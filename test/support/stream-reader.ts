/** One reader of an order's WebSocket stream: keeps every frame in the order in which it came. */
import assert from 'node:assert/strict';
import { unpack } from 'msgpackr';
import WebSocket from 'ws';

export type Frame = Readonly<Record<string, unknown>> & { readonly type: string; readonly sequence: number };

const FRAME_MS_MAX = 5_000;

export class StreamReader {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  private taken = 0;
  private onFrame: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (message: Buffer, isBinary) => {
      this.frames.push((isBinary ? unpack(message) : JSON.parse(message.toString('utf8'))) as Frame);
      this.onFrame?.();
    });
  }

  /** Rejects with the status when the upgrade is refused. */
  static async open(baseUrl: string, orderId: string, query = '', protocols: string[] = []): Promise<StreamReader> {
    const url = `${baseUrl.replace(/^http/, 'ws')}/api/v1/monitoring/${encodeURIComponent(orderId)}/stream${query}`;
    const socket = new WebSocket(url, protocols);
    const reader = new StreamReader(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('unexpected-response', (_request, response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => reject(Object.assign(new Error(text), { status: response.statusCode, contentType: response.headers['content-type'] })));
      });
      socket.once('error', reject);
    });
    return reader;
  }

  /** The next frame not looked at yet for which `holds`; those before it count as looked at. */
  async next(what: string, holds: (frame: Frame) => boolean = () => true, limitMs = FRAME_MS_MAX): Promise<Frame> {
    const deadlineMs = performance.now() + limitMs;
    for (;;) {
      while (this.taken < this.frames.length) {
        const frame = this.frames[this.taken++]!;
        if (holds(frame)) return frame;
      }
      const leftMs = deadlineMs - performance.now();
      assert.ok(leftMs > 0, `no ${what} within ${limitMs} ms; frames so far: ${JSON.stringify(this.frames).slice(-3_000)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.onFrame = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): void {
    this.socket.terminate();
  }
}
