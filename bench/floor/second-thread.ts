/**
 * The floor with a second thread: what is to be sent goes through a ring to it and comes back through another, as updates of the
 * service do, on its mailboxes, with one wake-up a turn of the event loop. Nothing else happens there, but for as much work as is asked for.
 */

import { Worker } from 'node:worker_threads';

import { createMailbox, MailboxReceiver, MailboxSender } from '../../engine/ring/mailbox.ts';
import { busy } from './busy.ts';

/** Work on top of what the floor does, microseconds of CPU a fill. */
export interface SecondThreadWork {
  readonly mainUs: number;
  readonly threadUs: number;
}

export interface SecondThreadData {
  readonly there: SharedArrayBuffer;
  readonly back: SharedArrayBuffer;
  readonly threadUs: number;
}

const RING_BYTES = 1 << 22;

export class SecondThread {
  private readonly mainUs: number;
  private readonly there: MailboxSender;
  private readonly back: MailboxReceiver;
  private readonly onFill: (orderId: string) => void;
  private waking: NodeJS.Immediate | undefined;

  /** `onFill` is told of each order that has been there and back. */
  constructor({ mainUs, threadUs }: SecondThreadWork, onFill: (orderId: string) => void) {
    const data: SecondThreadData = { there: createMailbox(RING_BYTES), back: createMailbox(RING_BYTES), threadUs };
    this.mainUs = mainUs;
    this.there = new MailboxSender(data.there);
    this.back = new MailboxReceiver(data.back);
    this.onFill = onFill;
    const worker = new Worker(new URL('./second-thread-worker.js', import.meta.url), { workerData: data });
    worker.on('message', () => this.takeWhatCame());
    worker.on('error', (error) => {
      throw error;
    });
    this.takeWhatCame();
  }

  send(orderIds: readonly string[]): void {
    busy(this.mainUs * orderIds.length);
    for (const id of orderIds) if (!this.there.tryPublish(Buffer.from(id))) throw new Error('the second thread does not keep up');
    this.waking ??= setImmediate(() => {
      this.waking = undefined;
      this.there.wake();
    });
  }

  private takeWhatCame(): void {
    do this.back.receive((id) => this.onFill(Buffer.from(id).toString()), Number.POSITIVE_INFINITY);
    while (this.back.askForDoorbell());
  }
}
