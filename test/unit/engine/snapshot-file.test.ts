/** The snapshot's file: what was put in comes out, section by section; nothing damaged, cut or unfinished is taken for one. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { readSnapshot, SectionKind, SnapshotDamaged, snapshotFiles, SnapshotWriter, unfinishedFiles, verifySnapshot } from '../../../engine/snapshot/snapshot-file.ts';

const HEAD = { journalId: '01234567-89ab-4cde-8f01-23456789abcd', sequence: 9_007_199_254, receivedUs: 1_795_000_000_000_000.5 };
const folder = mkdtempSync(join(tmpdir(), 'execmon-snapshots-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function written(sequence = HEAD.sequence): Promise<string> {
  const writer = await SnapshotWriter.open(folder, { ...HEAD, sequence });
  await writer.put(SectionKind.SEQUENCER, 0, Buffer.from('all names'));
  await writer.put(SectionKind.SYMBOL, 0, Buffer.from('first'));
  await writer.put(SectionKind.SYMBOL, 7, Buffer.from(''));
  await writer.put(SectionKind.SYMBOL, 8, Buffer.from('last symbol'));
  return writer.finish();
}

describe('the file of a snapshot', () => {
  test('what was put in comes out, and only what is wanted', async () => {
    const path = await written();
    const found: string[] = [];
    const head = await readSnapshot(path, ({ kind, no }) => kind === SectionKind.SYMBOL && no !== 0, ({ no }, state) => found.push(`${no} ${Buffer.from(state).toString()}`));
    assert.deepEqual(head, HEAD);
    assert.deepEqual(found, ['7 ', '8 last symbol']);
  });

  test('a bit flipped anywhere is found', async () => {
    const path = await written();
    const good = readFileSync(path);
    const damaged = join(folder, 'damaged');
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bytes = Buffer.from(good);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(damaged, bytes);
      await assert.rejects(verifySnapshot(damaged), SnapshotDamaged, `bit ${bit & 7} of byte ${bit >> 3}`);
    }
  });

  test('a file cut at any length is found', async () => {
    const good = readFileSync(await written());
    const cut = join(folder, 'cut');
    for (let length = 0; length < good.length; length++) {
      writeFileSync(cut, good.subarray(0, length));
      await assert.rejects(verifySnapshot(cut), SnapshotDamaged, `${length} of ${good.length} bytes`);
    }
  });

  test('the newest comes first; an unfinished one is none', async () => {
    await written(5);
    await written(1_000);
    const unfinished = await SnapshotWriter.open(folder, { ...HEAD, sequence: 2_000 });
    await unfinished.put(SectionKind.SEQUENCER, 0, Buffer.from('half'));
    const sequences = (await snapshotFiles(folder)).map((name) => Number(name.slice(0, 20)));
    assert.deepEqual(sequences, [HEAD.sequence, 1_000, 5]);
    assert.equal((await unfinishedFiles(folder)).length, 1);
    await unfinished.abandon();
    assert.deepEqual(await unfinishedFiles(folder), []);
  });
});
