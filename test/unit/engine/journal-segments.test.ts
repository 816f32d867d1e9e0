/**
 * Journals of several segments. Rollover at run time is not tested: SEGMENT_BYTES_MAX (64 MiB) cannot be injected. The
 * segments are made as rollover makes them, with the journal's own encoders.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { JournalDamaged } from '../../../engine/journal/recovery.ts';
import { encodeFrame, encodeSegmentHead } from '../../../engine/journal/segment.ts';
import { JOURNAL_ID, payload, reopen, segments } from '../../support/engine-journals.ts';

describe('a journal of several segments', () => {
  test('are read as one', async () => {
    const { folder } = segments([1, 2], [3], [4, 5]);
    const found = await reopen(folder);
    assert.equal(found.id, JOURNAL_ID);
    assert.deepEqual(found.payloads, [1, 2, 3, 4, 5].map(payload));
    found.journal.append(payload(6), 6);
    await found.journal.close();
    const again = await reopen(folder);
    assert.deepEqual(again.payloads, [1, 2, 3, 4, 5, 6].map(payload));
    await again.journal.close();
  });

  test('one that is missing, first or in the middle, is refused', async () => {
    for (const missing of [0, 1]) {
      const { folder, files } = segments([1, 2], [3], [4, 5]);
      rmSync(join(folder, files[missing]!));
      await assert.rejects(reopen(folder), /a segment is missing/);
    }
  });

  test('a torn end or a flipped bit of one that is not the last is refused', async () => {
    const torn = segments([1, 2], [3]);
    const path = join(torn.folder, torn.files[0]!);
    truncateSync(path, statSync(path).size - 8);
    await assert.rejects(reopen(torn.folder), JournalDamaged);
    const flipped = segments([1, 2], [3]);
    const bytes = readFileSync(join(flipped.folder, flipped.files[0]!));
    bytes[bytes.length - 1]! ^= 4;
    writeFileSync(join(flipped.folder, flipped.files[0]!), bytes);
    await assert.rejects(reopen(flipped.folder), JournalDamaged);
  });

  test('one of another journal is refused', async () => {
    const { folder, files } = segments([1, 2], [3]);
    const path = join(folder, files[1]!);
    writeFileSync(path, Buffer.concat([encodeSegmentHead({ journalId: JOURNAL_ID.replace('0', 'f'), firstSequence: 4 }), encodeFrame(payload(3), 4, 3)]));
    await assert.rejects(reopen(folder), /another journal/);
  });

  test('a last one without a whole head, as a crash leaves it, is made anew', async () => {
    for (const length of [0, 1, 63]) {
      const { folder, files } = segments([1, 2], []);
      truncateSync(join(folder, files[1]!), length);
      const found = await reopen(folder);
      assert.deepEqual(found.payloads, [1, 2].map(payload));
      found.journal.append(payload(3), 3);
      await found.journal.close();
      const again = await reopen(folder);
      assert.deepEqual(again.payloads, [1, 2, 3].map(payload), `head of ${length} bytes`);
      await again.journal.close();
    }
  });

  test('it is the same journal when all before such a last one is known from a snapshot', async () => {
    const { folder, files } = segments([1], [2], []);
    truncateSync(join(folder, files[2]!), 1);
    const found = await reopen(folder, 3);
    assert.equal(found.id, JOURNAL_ID);
    assert.deepEqual(found.payloads, []);
    found.journal.append(payload(3), 3);
    await found.journal.close();
    const again = await reopen(folder);
    assert.equal(again.id, JOURNAL_ID);
    assert.deepEqual(again.payloads, [1, 2, 3].map(payload));
    await again.journal.close();
  });

  test('files that are no segments are left alone', async () => {
    const { folder } = segments([1]);
    writeFileSync(join(folder, 'notes.txt'), 'x');
    const found = await reopen(folder);
    assert.equal(found.payloads.length, 1);
    await found.journal.close();
    assert.ok(readdirSync(folder).includes('notes.txt'));
  });
});
