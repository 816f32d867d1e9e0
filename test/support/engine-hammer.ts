/** The other thread of the ring tests: sends numbered messages with a checksum, or writes rows of one number. */
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';

import { MailboxSender } from '../../engine/ring/mailbox.ts';
import { SharedRows } from '../../engine/ring/shared-state.ts';

export interface HammerOrder {
  readonly task: 'send' | 'write';
  readonly shared: SharedArrayBuffer;
  readonly count: number;
  readonly rowDoubles: number;
}

/** Message `no`: its number, its CRC and a body whose length varies. */
export function hammerMessage(no: number): Buffer {
  const message = Buffer.alloc(8 + ((no * 7_919) % 201), no & 0xff);
  message.writeUInt32LE(no, 0);
  message.writeUInt32LE(crc32(message.subarray(8), no), 4);
  return message;
}

if (parentPort !== null) {
  const { task, shared, count, rowDoubles } = workerData as HammerOrder;
  if (task === 'send') {
    const sender = new MailboxSender(shared);
    for (let no = 0; no < count; no++) {
      const message = hammerMessage(no);
      while (!sender.tryPublish(message)) sender.wake();
      if (no % 16 === 0) sender.wake();
    }
    sender.wake();
  } else {
    const rows = SharedRows.over(shared, rowDoubles);
    for (let no = 1; no <= count; no++) {
      const at = rows.beginWrite(no % 2);
      for (let i = 1; i < rowDoubles; i++) rows.cells[at + i] = no;
      rows.endWrite(no % 2);
    }
  }
  parentPort.postMessage('done');
}
