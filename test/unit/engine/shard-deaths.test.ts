/** When a shard that has died is started again, and how a shard's mailbox is done without. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { MAILBOX_BYTES } from '../../../engine/domain/limits.ts';
import { NONE, RecordReader, RecordType, RecordWriter } from '../../../engine/journal/record.ts';
import { createMailbox, MailboxReceiver, MailboxSender } from '../../../engine/ring/mailbox.ts';
import { SharedRows } from '../../../engine/ring/shared-state.ts';
import { Router } from '../../../engine/sequencer/router.ts';
import { DEATHS_MAX, DEATHS_WINDOW_MS, ShardDeaths } from '../../../engine/shard-deaths.ts';

describe('deaths of a shard', () => {
  test('of one record twice: it is left, and the record named', () => {
    const deaths = new ShardDeaths();
    assert.equal(deaths.judge(0, 17), undefined);
    assert.match(deaths.judge(DEATHS_WINDOW_MS * 10, 17)!, /sequence 17 each time/);
  });

  test('of different records, or between records: it is started again', () => {
    const deaths = new ShardDeaths();
    for (const [i, sequence] of [17, 0, 0, 18].entries()) assert.equal(deaths.judge(i, sequence), undefined);
  });

  test('again and again within the window: it is left', () => {
    const deaths = new ShardDeaths();
    for (let i = 1; i < DEATHS_MAX; i++) assert.equal(deaths.judge(i, i), undefined);
    assert.match(deaths.judge(DEATHS_MAX, DEATHS_MAX)!, /times within 60 s/);
  });

  test('as often, but far apart: it is started again', () => {
    const deaths = new ShardDeaths();
    for (let i = 1; i <= 2 * DEATHS_MAX; i++) assert.equal(deaths.judge(i * (DEATHS_WINDOW_MS / (DEATHS_MAX - 1) + 1), i), undefined);
  });
});

describe('a router without the mailbox of a shard', () => {
  const tick = new RecordWriter();
  tick.begin({ type: RecordType.TICK, sequence: 9, receivedUs: 1, timestampUs: 1, orderNo: NONE, symbolNo: NONE });
  tick.end();
  const sequencesIn = (receiver: MailboxReceiver): number[] => {
    const sequences: number[] = [];
    receiver.receiveInPlace((offset) => sequences.push(new RecordReader().open(receiver.memory, offset).sequence), 100);
    return sequences;
  };

  test('sends to the others, asks it nothing, and finds room', () => {
    const rings = [createMailbox(MAILBOX_BYTES), createMailbox(1 << 10)];
    const router = new Router(rings.map((ring) => new MailboxSender(ring)));
    assert.equal(router.hasRoom(), false, 'the small one is too small for a batch');
    router.detach(1);
    assert.equal(router.hasRoom(), true);
    router.toAll(tick.written, 0, tick.byteLength);
    router.toShard(1, tick.written, 0, tick.byteLength);
    router.show();
    assert.deepEqual(rings.map((ring) => sequencesIn(new MailboxReceiver(ring))), [[9], []]);
    assert.deepEqual([router.query(1, 1, 1, 'analytics'), router.askForHash(1), router.stop()], [false, false, false]);
  });

  test('attached again gets what comes from then on', () => {
    const router = new Router([new MailboxSender(createMailbox(MAILBOX_BYTES))]);
    router.detach(0);
    router.toAll(tick.written, 0, tick.byteLength);
    const ring = createMailbox(MAILBOX_BYTES);
    router.attach(0, new MailboxSender(ring));
    router.mark(10);
    router.show();
    assert.deepEqual(sequencesIn(new MailboxReceiver(ring)), [10]);
  });
});

describe('a row that another thread takes over', () => {
  for (const isOpen of [false, true]) {
    test(`is empty and can be read, its version risen, ${isOpen ? 'left open' : 'closed'}`, () => {
      const rows = SharedRows.create(2, 8);
      const at = rows.beginWrite(1);
      rows.cells[at + 2] = 5;
      if (!isOpen) rows.endWrite(1);
      const before = rows.versionOf(1);
      rows.clear(1);
      const copy = new Float64Array(8).fill(7);
      assert.ok(rows.read(1, copy) > before);
      assert.deepEqual([...copy.subarray(1)], [0, 0, 0, 0, 0, 0, 0]);
    });
  }

  test('that nobody wrote to stays so', () => {
    const rows = SharedRows.create(1, 8);
    rows.clear(0);
    assert.equal(rows.versionOf(0), 0);
  });
});
