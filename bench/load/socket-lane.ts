/**
 * One connection of the WebSocket intake: frames that are encoded already, pipelined within the credit of the welcome.
 * It owns their numbers and the credit. A batch that is refused as overloaded is sent again, under a new number, behind
 * what was sent meanwhile, unless the caller wants to hear of it. It measures nothing.
 */

import { once } from 'node:events';

import { unpack } from 'msgpackr';
import { WebSocket } from 'ws';

import { type Batch, isJsonDoor } from '../workload/batches.ts';
import { numberFrame } from '../workload/fill-mark.ts';
import { type BatchLane, type LaneOptions, REFUSED } from './batch-lane.ts';

/** The fields of all frames of the service that are read here. */
interface Frame {
  readonly type: 'welcome' | 'ack' | 'refused' | 'error';
  readonly batch: number;
  readonly credits: number;
  readonly credit_bytes: number;
  readonly accepted: number;
  readonly code: string;
  readonly retry_after_ms?: number;
}

interface Sending {
  readonly batch: Batch;
  onAnswer(fault: string | undefined): void;
}

const PATH = '/api/v1/events/stream';

export class SocketLane implements BatchLane {
  retries = 0;
  private readonly socket: WebSocket;
  private readonly isBinary: boolean;
  private readonly options: LaneOptions;
  private readonly waiting: Sending[] = [];
  private readonly unanswered: Sending[] = [];
  private lastNumber = 0;
  private credits = 0;
  private creditBytes = 0;
  private isClosed = false;

  private constructor(socket: WebSocket, options: LaneOptions) {
    this.socket = socket;
    this.options = options;
    this.isBinary = !isJsonDoor(options.door);
    socket.on('message', (message: Buffer, isBinary: boolean) => {
      this.onFrame((isBinary ? unpack(message) : JSON.parse(message.toString())) as Frame);
    });
    socket.on('error', options.onFailure);
    socket.on('close', (code, reason) => {
      if (!this.isClosed) options.onFailure(new Error(`the server closed the intake with ${code} ${reason.toString()}`));
    });
  }

  /** Resolves when the welcome is there. */
  static async open(options: LaneOptions): Promise<SocketLane> {
    const protocol = isJsonDoor(options.door) ? 'json' : 'msgpack';
    const socket = new WebSocket(new URL(PATH, options.url), [protocol], { perMessageDeflate: false });
    const lane = new SocketLane(socket, options);
    await once(socket, 'message');
    return lane;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  send(batch: Batch, onAnswer: (fault: string | undefined) => void): void {
    this.waiting.push({ batch, onAnswer });
    this.sendWaiting();
  }

  close(): void {
    this.isClosed = true;
    this.socket.terminate();
  }

  private sendWaiting(): void {
    while (this.waiting.length > 0 && this.credits > 0 && this.waiting[0]!.batch.body.length <= this.creditBytes) {
      const sending = this.waiting.shift()!;
      const { body, mark } = sending.batch;
      this.credits--;
      this.creditBytes -= body.length;
      numberFrame(body, mark, this.isBinary, ++this.lastNumber);
      this.unanswered.push(sending);
      this.socket.send(body, { binary: this.isBinary });
    }
  }

  private onFrame(frame: Frame): void {
    if (frame.type === 'welcome') {
      this.credits = frame.credits;
      this.creditBytes = frame.credit_bytes;
      return;
    }
    const sending = this.unanswered.shift();
    if (frame.type === 'error' || sending === undefined) return this.options.onFailure(new Error(`the intake said ${JSON.stringify(frame)}`));
    this.credits += frame.credits;
    this.creditBytes += sending.batch.body.length;
    // The next ones are on their way before the caller works on this one's answer.
    this.sendWaiting();
    if (frame.type === 'refused' && frame.code === 'overloaded') {
      if (this.options.sendsAgain === false) return sending.onAnswer(REFUSED);
      this.retries++;
      setTimeout(() => this.send(sending.batch, sending.onAnswer), frame.retry_after_ms);
      return;
    }
    sending.onAnswer(this.faultOf(frame, sending.batch));
  }

  private faultOf(frame: Frame, { eventCount }: Batch): string | undefined {
    if (frame.type === 'refused') return `batch refused: ${JSON.stringify(frame)}`;
    if (!this.options.checkAnswers || frame.accepted === eventCount) return undefined;
    return `${frame.accepted} of ${eventCount} events accepted`;
  }
}
