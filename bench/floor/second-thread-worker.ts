/** The other side of second-thread.ts: sends back what comes, and rings. */

import { parentPort, workerData } from 'node:worker_threads';

import { MailboxReceiver, MailboxSender } from '../../engine/ring/mailbox.ts';
import { busy } from './busy.ts';
import type { SecondThreadData } from './second-thread.ts';

const AT_ONCE_MAX = 256;
const PARK_MS_MAX = 100;

const { there, back, threadUs } = workerData as SecondThreadData;
const receiver = new MailboxReceiver(there);
const sender = new MailboxSender(back);

for (;;) {
  const count = receiver.receive((id) => {
    busy(threadUs);
    if (!sender.tryPublish(id)) throw new Error('the main thread does not keep up');
  }, AT_ONCE_MAX);
  if (sender.usedBytes > 0 && sender.takeDoorbell()) parentPort!.postMessage('doorbell');
  if (count === 0) receiver.park(PARK_MS_MAX);
}
