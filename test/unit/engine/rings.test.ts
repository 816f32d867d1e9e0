/** Mailboxes and shared rows: alone to their edges, and with a second thread hammering. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';

import fc from '../../support/properties.ts';

import { createMailbox, MailboxReceiver, MailboxSender } from '../../../engine/ring/mailbox.ts';
import { Memory } from '../../../engine/ring/memory.ts';
import { SharedRows } from '../../../engine/ring/shared-state.ts';
import { type HammerOrder, hammerMessage } from '../../support/engine-hammer.ts';

const MESSAGES = 200_000;
const WRITES = 300_000;
const ROW_DOUBLES = 64;
const ALL = Number.POSITIVE_INFINITY;

describe('mailbox', () => {
  test('a capacity is a power of two of at least 1024', () => {
    for (const bytes of [0, 512, 1_000, 1_025, 3_000, -1_024]) assert.throws(() => createMailbox(bytes), RangeError);
    assert.ok(createMailbox(1_024).byteLength > 1_024);
  });

  test('behaves as a queue of bounded size, whatever is sent and received when', () => {
    const operation = fc.oneof(fc.integer({ min: 0, max: 504 }), fc.constantFrom(-1, -2, -5));
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const shared = createMailbox(1_024);
        const [sender, receiver] = [new MailboxSender(shared), new MailboxReceiver(shared)];
        const queue: Buffer[] = [];
        const privately = new Memory(new ArrayBuffer(512));
        let no = 0;
        for (const operation of operations) {
          if (operation < 0) {
            const taken: Buffer[] = [];
            const count = receiver.receive((message) => taken.push(Buffer.from(message)), -operation);
            assert.equal(count, taken.length);
            assert.deepEqual(taken, queue.splice(0, -operation));
          } else {
            const message = Buffer.alloc(operation, ++no);
            privately.bytes.set(message);
            if (no % 2 === 0 ? sender.tryPublish(message) : sender.tryPublishFrom(privately, operation)) queue.push(message);
            else assert.ok(sender.usedBytes + operation + 16 > 1_024 - 512, 'full although there is room, even with a skip');
          }
          assert.ok(sender.freeBytes >= 0 && sender.usedBytes === receiver.usedBytes);
        }
        const rest: Buffer[] = [];
        receiver.receive((message) => rest.push(Buffer.from(message)), ALL);
        assert.deepEqual(rest, queue);
        assert.equal(sender.usedBytes, 0);
      }),
    );
  });

  test('a message over half the ring is a mistake, not a full ring', () => {
    const sender = new MailboxSender(createMailbox(1_024));
    assert.throws(() => sender.tryPublish(new Uint8Array(512)), RangeError);
    assert.throws(() => sender.tryPublish(new Uint8Array(505)), RangeError);
    assert.equal(sender.tryPublish(new Uint8Array(504)), true);
    assert.equal(sender.usedBytes, 512);
  });

  test('full: says no, changes nothing, and goes on when there is room', () => {
    const shared = createMailbox(1_024);
    const [sender, receiver] = [new MailboxSender(shared), new MailboxReceiver(shared)];
    while (sender.tryPublish(Buffer.alloc(120, 7)));
    const used = sender.usedBytes;
    assert.equal(sender.tryPublish(Buffer.alloc(120, 8)), false);
    assert.equal(sender.usedBytes, used);
    assert.equal(receiver.receive((message) => assert.deepEqual(Buffer.from(message), Buffer.alloc(120, 7)), 1), 1);
    assert.equal(sender.tryPublish(Buffer.alloc(120, 8)), true);
  });

  test('ends made later go on where the ring is', () => {
    const shared = createMailbox(1_024);
    for (let round = 0; round < 50; round++) {
      assert.equal(new MailboxSender(shared).tryPublish(Buffer.alloc(300, round)), true);
      const got: number[] = [];
      new MailboxReceiver(shared).receive((message) => got.push(message[0]!), ALL);
      assert.deepEqual(got, [round]);
    }
  });

  test('cursors go round: past 2^31 bytes nothing is lost', () => {
    const shared = createMailbox(1_024);
    const cursors = new Int32Array(shared);
    cursors[0] = cursors[16] = 0x7fffff80;
    const [sender, receiver] = [new MailboxSender(shared), new MailboxReceiver(shared)];
    for (let no = 0; no < 20; no++) {
      assert.equal(sender.tryPublish(Buffer.alloc(100, no)), true);
      assert.equal(receiver.receive((message) => assert.equal(message[0], no), ALL), 1);
      assert.equal(sender.freeBytes, 1_024);
    }
  });

  test('the doorbell is asked for once and rings once', () => {
    const shared = createMailbox(1_024);
    const [sender, receiver] = [new MailboxSender(shared), new MailboxReceiver(shared)];
    assert.equal(sender.takeDoorbell(), false);
    assert.equal(receiver.askForDoorbell(), false);
    assert.equal(sender.takeDoorbell(), true);
    assert.equal(sender.takeDoorbell(), false);
    sender.tryPublish(new Uint8Array(1));
    assert.equal(receiver.askForDoorbell(), true, 'there is a message: read again');
    assert.equal(sender.takeDoorbell(), false, 'the question was taken back');
  });

  test('two threads: every message once, in order and whole', async () => {
    const shared = createMailbox(4_096);
    const finished = hammer({ task: 'send', shared, count: MESSAGES, rowDoubles: 0 });
    const receiver = new MailboxReceiver(shared);
    let next = 0;
    const began = performance.now();
    while (next < MESSAGES) {
      const count = receiver.receive((message) => {
        if (!hammerMessage(next).equals(message)) assert.fail(`message ${next} is not what was sent`);
        next++;
      }, 64);
      if (count === 0) receiver.park(5);
      assert.ok(performance.now() - began < 20_000, `only ${next} messages came`);
    }
    await finished;
    assert.equal(receiver.usedBytes, 0);
  });
});

describe('shared rows', () => {
  test('a row is written or not, and its version tells of each write', () => {
    const rows = SharedRows.create(4, 8);
    assert.equal(rows.rowsMax, 4);
    assert.equal(rows.isWritten(2), false);
    assert.equal(rows.isWritten(4), false);
    const at = rows.beginWrite(2);
    assert.equal(rows.isWritten(2), false, 'not while it is written for the first time');
    rows.cells[at + 3] = 42;
    rows.endWrite(2);
    const copy = new Float64Array(8);
    const version = rows.read(2, copy);
    assert.equal(copy[3], 42);
    assert.equal(rows.versionOf(2), version);
    assert.equal(rows.isWritten(1), false);
  });

  test('a writer that died inside a row is told, not waited for', () => {
    const rows = SharedRows.create(1, 8);
    rows.beginWrite(0);
    assert.equal(rows.read(0, new Float64Array(8)), -1);
  });

  test('a row can be written more than 2^30 times', () => {
    const rows = SharedRows.create(1, 8);
    new Int32Array(rows.shared)[0] = 0x7ffffffe;
    rows.cells[rows.beginWrite(0) + 1] = 7;
    rows.endWrite(0);
    const copy = new Float64Array(8);
    assert.equal(rows.isWritten(0), true);
    assert.notEqual(rows.read(0, copy), -1);
    assert.ok(rows.read(0, copy) >= 0, 'a reader takes a negative version for a dead writer');
    assert.equal(copy[1], 7);
  });

  test('two threads: no reader ever sees half a row', async () => {
    const rows = SharedRows.create(2, ROW_DOUBLES);
    let isRunning = true;
    const finished = hammer({ task: 'write', shared: rows.shared, count: WRITES, rowDoubles: ROW_DOUBLES }).then(() => (isRunning = false));
    const copy = new Float64Array(ROW_DOUBLES);
    const newest = [0, 0];
    let reads = 0;
    while (isRunning) {
      for (let i = 0; i < 2_000; i++) {
        const row = i % 2;
        if (!rows.isWritten(row) || rows.read(row, copy) < 0) continue;
        const value = copy[1]!;
        for (let cell = 2; cell < ROW_DOUBLES; cell++) if (copy[cell] !== value) assert.fail(`half a row: ${value} and ${copy[cell]}`);
        assert.ok(value >= newest[row]!, 'a row went back in time');
        newest[row] = value;
        reads++;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await finished;
    assert.ok(reads > 1_000, `only ${reads} reads`);
    assert.deepEqual([rows.read(0, copy) >= 0, copy[1]], [true, WRITES]);
  });
});

function hammer(order: HammerOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../../support/engine-hammer.js', import.meta.url), { workerData: order });
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}
