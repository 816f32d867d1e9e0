/**
 * Many WebSockets that only count the updates they get: plain TCP sockets that know the handshake and the heads of frames,
 * because a client that parses each frame would be the one that is measured.
 *
 * It owns the sockets and their counts. What a frame says is looked at where it is asked for (`keepLast`).
 */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { FrameReader } from './frame-reader.ts';

export interface CountRequest {
  readonly url: string;
  /** The path of each socket, in their order. */
  readonly paths: readonly string[];
}

export interface CountedFrames {
  /** Update frames of all sockets so far, and the bytes of their payloads. */
  readonly updates: number;
  readonly updateBytes: number;
}

interface Counted {
  readonly socket: Socket;
  updates: number;
  isUpgraded: boolean;
  /** Of the answer to the upgrade, until it is whole. */
  head: Buffer;
  readonly frames: FrameReader;
  last: string;
}

const CONNECTING_AT_ONCE_MAX = 100;
const READ_BYTES = 64 << 10;
const HEAD_END = '\r\n\r\n';
const EMPTY = Buffer.alloc(0);
const sharedBuffer = Buffer.alloc(READ_BYTES);

export class FrameCounter {
  private readonly sockets: Counted[] = [];
  private updates = 0;
  private updateBytes = 0;
  private keepsLast = false;
  private wanted = 0;
  /** Sockets with fewer updates than are waited for. */
  private behind = 0;
  private onAllThere: () => void = () => undefined;
  private closed: Error | undefined;

  /** Connects; resolves when every socket is upgraded. */
  static async open({ url, paths }: CountRequest): Promise<FrameCounter> {
    const counter = new FrameCounter();
    for (let first = 0; first < paths.length; first += CONNECTING_AT_ONCE_MAX) {
      await Promise.all(paths.slice(first, first + CONNECTING_AT_ONCE_MAX).map((path) => counter.connect(new URL(path, url))));
    }
    return counter;
  }

  get counted(): CountedFrames {
    return { updates: this.updates, updateBytes: this.updateBytes };
  }

  /** Resolves when every socket has so many updates in all. */
  async allHave(updates: number): Promise<void> {
    if (this.closed !== undefined) throw this.closed;
    this.wanted = updates;
    this.behind = this.sockets.filter((each) => each.updates < updates).length;
    if (this.behind > 0) await new Promise<void>((resolve) => (this.onAllThere = resolve));
    if (this.closed !== undefined) throw this.closed;
  }

  /** From here on the newest update of each socket is kept, for `lastUpdates`. */
  keepLast(): void {
    this.keepsLast = true;
  }

  lastUpdates(): string[] {
    return this.sockets.map(({ last }) => last);
  }

  /** At once, so that no port stays occupied. */
  close(): void {
    for (const { socket } of this.sockets) socket.removeAllListeners('close').resetAndDestroy();
  }

  private async connect({ hostname, port, host, pathname }: URL): Promise<void> {
    let isUpgraded: () => void = () => undefined;
    const upgraded = new Promise<void>((resolve) => (isUpgraded = resolve));
    const frames = new FrameReader((bytes, start, end) => this.onUpdate(counted, bytes, start, end));
    // The sockets share the buffer: what is read is worked on before the next read.
    const onread = {
      buffer: sharedBuffer,
      callback: (length: number, buffer: Uint8Array): boolean => {
        this.onBytes(counted, Buffer.from(buffer.buffer, buffer.byteOffset, length), isUpgraded);
        return true;
      },
    };
    const socket = connect({ host: hostname, port: Number(port), onread });
    const counted: Counted = { socket, updates: 0, isUpgraded: false, head: EMPTY, frames, last: '' };
    socket.on('error', (error) => this.fail(error));
    socket.once('close', () => this.fail(new Error('the server closed a socket of the fan-out')));
    this.sockets.push(counted);
    await once(socket, 'connect');
    const key = randomBytes(16).toString('base64');
    socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}${HEAD_END}`);
    await upgraded;
    if (this.closed !== undefined) throw this.closed;
  }

  private fail(error: Error): void {
    this.closed ??= error;
    this.onAllThere();
  }

  private onBytes(counted: Counted, read: Buffer, isUpgraded: () => void): void {
    if (counted.isUpgraded) return counted.frames.push(read);
    counted.head = Buffer.concat([counted.head, read]);
    const headEnd = counted.head.indexOf(HEAD_END);
    if (headEnd < 0) return;
    if (!counted.head.toString('latin1', 0, headEnd).startsWith('HTTP/1.1 101')) this.fail(new Error(`no upgrade: ${counted.head.toString('utf8')}`));
    counted.isUpgraded = true;
    counted.frames.push(counted.head.subarray(headEnd + HEAD_END.length));
    counted.head = EMPTY;
    isUpgraded();
  }

  private onUpdate(counted: Counted, bytes: Buffer, start: number, end: number): void {
    this.updates++;
    this.updateBytes += end - start;
    if (this.keepsLast) counted.last = bytes.toString('utf8', start, end);
    if (++counted.updates === this.wanted && --this.behind === 0) this.onAllThere();
  }
}
