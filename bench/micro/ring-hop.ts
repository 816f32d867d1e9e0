/** Ring hop: a fill's record published into a mailbox and received in place, in batches of a thousand, on one thread. */

import { createMailbox, MailboxReceiver, MailboxSender } from '../../engine/ring/mailbox.ts';
import { allocatedBytes } from './allocation.ts';
import type { Operation } from './operation.ts';
import { repeated, timed } from './rounds.ts';

const HOPS = { full: 2_000_000, smoke: 10_000 } as const;
const RING_BYTES = 1 << 20;
const RECORD_BYTES = 96;
const BATCH = 1_000;

export const ringHop: Operation = {
  run(size) {
    const hops = HOPS[size];
    const shared = createMailbox(RING_BYTES);
    const sender = new MailboxSender(shared);
    const receiver = new MailboxReceiver(shared);
    const record = new Uint8Array(RECORD_BYTES);
    const words = new Int32Array(record.buffer);
    let sent = 0;
    let wrong = 0;
    let received = 0;
    const onMessage = (offset: number, length: number): void => {
      if (length !== RECORD_BYTES || receiver.memory.words[offset >> 2] !== (received++ | 0)) wrong++;
    };
    const run = (): void => {
      for (let done = 0; done < hops; done += BATCH) {
        for (let i = 0; i < BATCH; i++) {
          words[0] = sent++;
          if (!sender.tryPublish(record)) wrong++;
        }
        receiver.receiveInPlace(onMessage, BATCH);
      }
    };
    const ns = repeated(size, timed(hops, run));
    const bytes = allocatedBytes(run) / hops;
    return {
      measurements: [{ what: 'ring hop, record of a fill', ns, bytes }],
      faults: wrong > 0 || received !== sent ? [`ring hop: ${sent} sent, ${received} received, ${wrong} wrong`] : [],
    };
  },
};
