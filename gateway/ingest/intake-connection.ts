/**
 * One connection of the WebSocket intake. It owns the numbers of its batches, its credit, and its answers in the order in
 * which the batches came. A batch is taken or refused at once and its events are let go; what waits is the answer: for
 * the disk, for the answers before it, and for a reader that is slow. It never waits itself.
 */

import type { ErrorCode } from '../../engine/domain/errors.ts';
import {
  BATCH_EVENTS_MAX,
  BODY_BYTES_MAX,
  DISK_FULL_RETRY_AFTER_MS,
  IDEMPOTENCY_KEY_CHARS_MAX,
  INTAKE_ANSWER_BYTES_MAX,
  INTAKE_CREDIT_BYTES_MAX,
  INTAKE_CREDITS_MAX,
  INTAKE_RETRY_AFTER_MS,
  INTAKE_SOCKET_BYTES_MAX,
  INTAKE_TURN_MS,
  MAILBOX_TURN_BYTES,
} from '../../engine/domain/limits.ts';
import type { BatchAnswer } from '../../engine/domain/monitoring.ts';
import type { GatewayContext } from '../context.ts';
import type { StreamProtocol } from '../streams/frames.ts';
import type { StreamHandler, StreamSocket } from '../transport/transport.ts';
import { batchOf, frameNumber } from './decode-batch.ts';
import { type BatchFrame, encodeIntakeFrame, type FatalFault, IntakeClose, type IntakeFrame, readBatchFrame } from './intake-frames.ts';
import { notDurable } from './not-durable.ts';
import { bodyHashOf, isIdempotencyKey, SHARDS_BEHIND, takeBatch, type Taking } from './take-batch.ts';

/** Every answer gives back the credit that its batch took. */
const CREDITS_PER_ANSWER = 1;

/** Refusals that are over by themselves. */
const RETRY_AFTER_MS: Readonly<Partial<Record<ErrorCode, number>>> = { overloaded: INTAKE_RETRY_AFTER_MS, disk_full: DISK_FULL_RETRY_AFTER_MS };

/** What all connections have in common. */
export interface SharedIntake {
  readonly context: GatewayContext;
  hasRoom(): boolean;
  /** What waits on some connection has grown, or shrunk. */
  hold(bytes: number): void;
  /** Answers of this connection can go out: it is told with the others, by `sendAnswers`. */
  sendSoon(connection: IntakeConnection): void;
  entered(connection: IntakeConnection): void;
  left(connection: IntakeConnection): void;
}

interface Unanswered {
  readonly batchBytes: number;
  answer: string | Uint8Array;
  isReady: boolean;
}

export class IntakeConnection implements StreamHandler {
  private readonly shared: SharedIntake;
  private readonly protocol: StreamProtocol;
  private readonly unanswered: Unanswered[] = [];
  private socket: StreamSocket | undefined;
  private batchBytes = 0;
  private answerBytes = 0;
  private lastBatch = 0;
  private lastTaken = 0;
  private lastTakenMs = Number.NEGATIVE_INFINITY;

  constructor(shared: SharedIntake, protocol: StreamProtocol) {
    this.shared = shared;
    this.protocol = protocol;
  }

  onOpen(socket: StreamSocket): void {
    this.socket = socket;
    this.shared.entered(this);
    const welcome = {
      type: 'welcome',
      credits: INTAKE_CREDITS_MAX,
      credit_bytes: INTAKE_CREDIT_BYTES_MAX,
      batch_events_max: BATCH_EVENTS_MAX,
      batch_bytes_max: BODY_BYTES_MAX,
    } as const;
    socket.send(encodeIntakeFrame(welcome, this.protocol));
  }

  onMessage(_socket: StreamSocket, bytes: Uint8Array, isBinary: boolean): void {
    if (this.unanswered.length >= INTAKE_CREDITS_MAX) {
      return this.fail({ code: 'credit_exceeded', detail: `${INTAKE_CREDITS_MAX} batches wait for their answers`, closeCode: IntakeClose.RULE });
    }
    if (this.batchBytes + bytes.byteLength > INTAKE_CREDIT_BYTES_MAX) {
      return this.fail({ code: 'credit_exceeded', detail: `over ${INTAKE_CREDIT_BYTES_MAX} bytes wait for their answers`, closeCode: IntakeClose.RULE });
    }
    if (this.refuseUnread(bytes, isBinary)) return;
    const read = readBatchFrame(bytes, isBinary, this.protocol);
    if (!read.ok) return this.fail(read.fault);
    const { batch } = read.frame;
    if (batch <= this.lastBatch) {
      return this.fail({ code: 'batch_number_invalid', detail: `batch ${batch} came after batch ${this.lastBatch}`, closeCode: IntakeClose.RULE });
    }
    this.lastBatch = batch;
    const taking = this.take(read.frame);
    if (taking.ok) this.acknowledge(batch, bytes.byteLength, taking.answer);
    else this.refuse(batch, bytes.byteLength, taking.code, taking.detail);
  }

  onDrain(): void {
    this.sendAnswers();
  }

  onClose(): void {
    this.socket = undefined;
    this.shared.hold(-(this.batchBytes + this.answerBytes));
    this.shared.left(this);
  }

  /** Hands the answers that are ready to the socket, in order, as far as their reader keeps up. The last of a service that stops closes. */
  sendAnswers(): void {
    const { socket } = this;
    if (socket === undefined || !this.canSend(socket)) return;
    let isDropped = false;
    const sendWhatFits = (): void => {
      while (!isDropped && this.canSend(socket)) {
        const { answer, batchBytes } = this.unanswered.shift()!;
        this.hold(-batchBytes, -answer.length);
        isDropped = socket.send(answer) === 'dropped';
      }
    };
    // What was buffered inside may have left when cork returns, and then no onDrain follows.
    while (!isDropped && this.canSend(socket)) socket.cork(sendWhatFits);
    // Dropped is only what does not fit beside the little that is buffered: an answer of megabytes.
    if (isDropped) socket.close(IntakeClose.TOO_SLOW, 'an answer is larger than what is kept for its reader');
    else if (this.unanswered.length === 0 && this.shared.context.intakeClosed() === 'not_ready') socket.close(IntakeClose.GOING_AWAY, 'the service stops');
  }

  private canSend(socket: StreamSocket): boolean {
    return this.unanswered[0]?.isReady === true && socket.bufferedBytes <= INTAKE_SOCKET_BYTES_MAX;
  }

  private take({ batch, events, idempotencyKey: key, after }: BatchFrame): Taking {
    if (key !== undefined && (typeof key !== 'string' || !isIdempotencyKey(key))) {
      return invalid(`idempotency_key must be a text of 1 to ${IDEMPOTENCY_KEY_CHARS_MAX} characters`);
    }
    if (after !== undefined && !(Number.isSafeInteger(after) && (after as number) >= 0 && (after as number) < batch)) {
      return invalid('after must be the number of an earlier batch, or 0');
    }
    if (after !== undefined && after !== this.lastTaken) {
      return { ok: false, code: 'predecessor_refused', detail: `batch ${String(after)} is not the last that was taken here, which is ${this.lastTaken}` };
    }
    const shortage = this.shortage();
    if (shortage !== undefined) return { ok: false, code: 'overloaded', detail: shortage };
    const bodyHash = key === undefined ? 0 : eventsHashOf(events);
    if (typeof bodyHash === 'string') return invalid(bodyHash);
    const idempotency = key === undefined ? undefined : { key, bodyHash };
    const taking = takeBatch(this.shared.context, idempotency, () => batchOf(events, 'events'), this.roomForOthersBytes());
    if (taking.ok) {
      this.lastTaken = batch;
      this.lastTakenMs = performance.now();
    }
    return taking;
  }

  /** Room that this connection leaves to others, because it had its turn just now. */
  private roomForOthersBytes(): number {
    return performance.now() - this.lastTakenMs < INTAKE_TURN_MS ? MAILBOX_TURN_BYTES : 0;
  }

  /**
   * While there is no room for a batch, one in the usual form is refused by its number alone: reading what is then thrown away would
   * take the time that those need which are taken. True when it was.
   */
  private refuseUnread(bytes: Uint8Array, isBinary: boolean): boolean {
    const { context } = this.shared;
    const shortage = this.shortage() ?? (context.sequencer.hasRoom(this.roomForOthersBytes()) ? undefined : SHARDS_BEHIND);
    if (shortage === undefined || !isBinary || this.protocol !== 'msgpack' || context.intakeClosed() !== undefined) return false;
    const batch = frameNumber(bytes);
    if (batch === undefined || batch <= this.lastBatch) return false;
    this.lastBatch = batch;
    this.refuse(batch, bytes.byteLength, 'overloaded', shortage);
    return true;
  }

  private shortage(): string | undefined {
    if (this.answerBytes > INTAKE_ANSWER_BYTES_MAX) return 'too long answers wait on this connection';
    return this.shared.hasRoom() ? undefined : 'too many batches wait for the disk';
  }

  private acknowledge(batch: number, batchBytes: number, answer: BatchAnswer): void {
    const waiting = this.enqueue(batchBytes, { type: 'ack', batch, ...answer, credits: CREDITS_PER_ANSWER });
    this.shared.context.sequencer.durable().then(
      () => this.settle(waiting),
      (error: unknown) => {
        this.hold(0, -waiting.answer.length);
        const { code, detail } = notDurable(error);
        waiting.answer = this.encode(refusal(batch, code, detail));
        this.hold(0, waiting.answer.length);
        this.settle(waiting);
      },
    );
  }

  private refuse(batch: number, batchBytes: number, code: ErrorCode, detail: string): void {
    this.settle(this.enqueue(batchBytes, refusal(batch, code, detail)));
  }

  private enqueue(batchBytes: number, frame: IntakeFrame): Unanswered {
    const waiting = { batchBytes, answer: this.encode(frame), isReady: false };
    this.unanswered.push(waiting);
    this.hold(batchBytes, waiting.answer.length);
    return waiting;
  }

  private settle(waiting: Unanswered): void {
    waiting.isReady = true;
    this.shared.sendSoon(this);
  }

  private fail({ code, detail, closeCode }: FatalFault): void {
    this.socket!.send(this.encode({ type: 'error', code, detail }));
    this.socket!.close(closeCode, `${code}: ${detail}`);
  }

  private encode(frame: IntakeFrame): string | Uint8Array {
    return encodeIntakeFrame(frame, this.protocol);
  }

  private hold(batchBytes: number, answerBytes: number): void {
    this.batchBytes += batchBytes;
    this.answerBytes += answerBytes;
    if (this.socket !== undefined) this.shared.hold(batchBytes + answerBytes);
  }
}

function refusal(batch: number, code: ErrorCode, detail: string): IntakeFrame {
  const retryAfterMs = RETRY_AFTER_MS[code];
  const wait = retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs };
  return { type: 'refused', batch, code, detail, ...wait, credits: CREDITS_PER_ANSWER };
}

/** Of the events as compact JSON, whatever the encoding they came in; or why they have none, too deep ones for example. */
function eventsHashOf(events: unknown): number | string {
  try {
    return bodyHashOf(JSON.stringify(events ?? null));
  } catch (error) {
    return `events cannot be known again under a key: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function invalid(detail: string): Taking {
  return { ok: false, code: 'validation_failed', detail };
}
