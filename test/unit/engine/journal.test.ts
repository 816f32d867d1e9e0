/** The journal on real files: what is durable is read back, torn ends are cut, damage is named and refused. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { JournalDamaged } from '../../../engine/journal/recovery.ts';
import { FRAME_HEAD_BYTES, SEGMENT_HEAD_BYTES } from '../../../engine/journal/segment.ts';
import { copyOf, onlyFile, payload, reopen, written } from '../../support/engine-journals.ts';
import { newFolder } from '../../support/engine-pipeline.ts';
import { order, STORY_BEGIN_US, storyEngine } from '../../support/engine-story.ts';

describe('journal', () => {
  test('an empty folder becomes a journal whose id stays; what was appended is read back in order', async () => {
    const folder = newFolder();
    const first = await reopen(folder);
    assert.equal(first.journal.nextSequence, 1);
    for (let no = 1; no <= 4; no++) first.journal.append(payload(no), no);
    assert.equal(first.journal.nextSequence, 11);
    await first.journal.close();
    const second = await reopen(folder);
    assert.equal(second.id, first.id);
    assert.deepEqual(second.payloads, [1, 2, 3, 4].map(payload));
    assert.deepEqual(second.sequences, [1, 2, 4, 7]);
    assert.equal(second.journal.nextSequence, 11);
    second.journal.append(payload(5), 5);
    await second.journal.close();
    const third = await reopen(folder);
    assert.deepEqual(third.payloads, [1, 2, 3, 4, 5].map(payload));
    assert.equal(third.journal.bytesCut, 0);
    await third.journal.close();
  });

  test('group commit: durable means on the disk, for all that was appended before, and appends go on meanwhile', async () => {
    const folder = newFolder();
    const { journal } = await reopen(folder);
    const expected: Buffer[] = [];
    const checks: Promise<void>[] = [];
    for (let no = 1; no <= 200; no++) {
      const bytes = payload(no);
      journal.append(bytes, 1);
      expected.push(Buffer.from(bytes));
      bytes.fill(0xee);
      const known = expected.length;
      if (no % 7 === 0) {
        checks.push(
          journal.durable().then(async () => {
            const copy = await reopen(copyOf(folder));
            assert.ok(copy.payloads.length >= known, `${copy.payloads.length} of ${known} frames are there`);
            assert.deepEqual(copy.payloads, expected.slice(0, copy.payloads.length), 'frames are copied when they are appended');
            await copy.journal.close();
          }),
        );
      }
      if (no % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(checks);
    await journal.close();
  });

  test('ticks that nobody waits for become durable by themselves, so that no row is ahead of the journal for long', async () => {
    const engine = await storyEngine();
    engine.accept(order(0));
    await engine.durable();
    for (let tick = 1; tick <= 300; tick++) engine.tick(STORY_BEGIN_US + tick * 10_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const copy = await reopen(copyOf(engine.folder));
    const missing = engine.sequencer.lastSequence + 1 - copy.journal.nextSequence;
    await copy.journal.close();
    await engine.close();
    assert.ok(missing <= 100, `${missing} of the newest inputs are lost with the process`);
  });

  test('after a failed write nothing is acknowledged any more', async () => {
    const { journal } = await reopen(newFolder());
    const file = (journal as unknown as { file: { close(): Promise<void> } }).file;
    await file.close();
    journal.append(payload(1), 1);
    await assert.rejects(journal.durable());
    assert.ok(journal.failed instanceof Error);
    journal.append(payload(2), 1);
    await assert.rejects(journal.durable());
    await assert.rejects(journal.close());
  });

  test('a tail torn at any byte of the last frame is cut off, everything before it stays', async () => {
    const folder = await written(6);
    const whole = statSync(onlyFile(folder)).size;
    const begins = whole - FRAME_HEAD_BYTES - payload(6).length;
    for (let length = begins; length < whole; length++) {
      const torn = copyOf(folder);
      truncateSync(onlyFile(torn), length);
      const found = await reopen(torn);
      assert.deepEqual(found.payloads, [1, 2, 3, 4, 5].map(payload), `cut at ${length}`);
      assert.equal(found.journal.nextSequence, 16);
      found.journal.append(payload(9), 1);
      await found.journal.close();
      const after = await reopen(torn);
      assert.deepEqual(after.payloads, [...[1, 2, 3, 4, 5].map(payload), payload(9)], `written on after a cut at ${length}`);
      await after.journal.close();
      rmSync(torn, { recursive: true });
    }
  });

  test('zeros behind the last frame, as a file system leaves them, are cut off', async () => {
    const folder = await written(3);
    appendFileSync(onlyFile(folder), Buffer.alloc(4_096));
    const found = await reopen(folder);
    assert.deepEqual(found.payloads, [1, 2, 3].map(payload));
    assert.equal(found.journal.bytesCut, 4_096);
    await found.journal.close();
  });

  test('any flipped bit in a frame that is not the last is named and refused', async () => {
    const folder = await written(4);
    const path = onlyFile(folder);
    const whole = readFileSync(path);
    const last = whole.length - FRAME_HEAD_BYTES - payload(4).length;
    for (let byte = SEGMENT_HEAD_BYTES; byte < last; byte++) {
      const bad = Buffer.from(whole);
      bad[byte]! ^= 1 << byte % 8;
      writeFileSync(path, bad);
      await assert.rejects(reopen(folder), (error: Error) => {
        assert.ok(error instanceof JournalDamaged, `byte ${byte}: ${error.message}`);
        assert.match(error.message, /0{19}1\.journal at byte \d+, sequence \d+/);
        return true;
      });
      assert.deepEqual(readFileSync(path), bad, 'a damaged journal is left as it is');
    }
  });

  test('a damaged head of a segment is refused', async () => {
    for (const byte of [0, 8, 12, 16, 24, 39, 63]) {
      const folder = await written(2);
      const bad = readFileSync(onlyFile(folder));
      bad[byte]! ^= 1;
      writeFileSync(onlyFile(folder), bad);
      await assert.rejects(reopen(folder), JournalDamaged, `byte ${byte}`);
    }
  });
});
