/** The snapshot's file: what was put in comes out, section by section; nothing damaged, cut or unfinished is taken for one. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { readSnapshot, SectionKind, SnapshotDamaged, snapshotFiles, SnapshotWriter, verifySnapshot } from '../../../engine/snapshot/snapshot-file.ts';

const HEAD = { journalId: '01234567-89ab-4cde-8f01-23456789abcd', sequence: 9_007_199_254, receivedUs: 1_795_000_000_000_000.5 };
const folder = mkdtempSync(join(tmpdir(), 'execmon-snapshots-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function written(sequence = HEAD.sequence): string {
  const writer = new SnapshotWriter(folder, { ...HEAD, sequence });
  writer.put(SectionKind.SEQUENCER, 0, Buffer.from('all names'));
  writer.put(SectionKind.SYMBOL, 0, Buffer.from('first'));
  writer.put(SectionKind.SYMBOL, 7, Buffer.from(''));
  writer.put(SectionKind.SYMBOL, 8, Buffer.from('last symbol'));
  return writer.finish();
}

describe('the file of a snapshot', () => {
  test('what was put in comes out, and only what is wanted', () => {
    const path = written();
    const found: string[] = [];
    const head = readSnapshot(path, ({ kind, no }) => kind === SectionKind.SYMBOL && no !== 0, ({ no }, state) => found.push(`${no} ${Buffer.from(state).toString()}`));
    assert.deepEqual(head, HEAD);
    assert.deepEqual(found, ['7 ', '8 last symbol']);
  });

  test('a bit flipped anywhere is found', () => {
    const path = written();
    const good = readFileSync(path);
    const damaged = join(folder, 'damaged');
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bytes = Buffer.from(good);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(damaged, bytes);
      assert.throws(() => verifySnapshot(damaged), SnapshotDamaged, `bit ${bit & 7} of byte ${bit >> 3}`);
    }
  });

  test('a file cut at any length is found', () => {
    const good = readFileSync(written());
    const cut = join(folder, 'cut');
    for (let length = 0; length < good.length; length++) {
      writeFileSync(cut, good.subarray(0, length));
      assert.throws(() => verifySnapshot(cut), SnapshotDamaged, `${length} of ${good.length} bytes`);
    }
  });

  test('the newest comes first; an unfinished one is none', () => {
    written(5);
    written(1_000);
    new SnapshotWriter(folder, { ...HEAD, sequence: 2_000 }).put(SectionKind.SEQUENCER, 0, Buffer.from('half'));
    const sequences = snapshotFiles(folder).map((name) => Number(name.slice(0, 20)));
    assert.deepEqual(sequences, [HEAD.sequence, 1_000, 5]);
  });
});
