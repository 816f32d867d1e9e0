/**
 * Journal append: a fill's record as a frame of its own and in a frame of a thousand (head, copy, checksum), and through the
 * journal with a group commit each thousand appends. The last waits for the disk, so its clock is the wall's.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Journal } from '../../engine/journal/journal.ts';
import { encodeFrame, frameAt } from '../../engine/journal/segment.ts';
import { Memory } from '../../engine/ring/memory.ts';
import { median } from '../measure/ratios.ts';
import { allocatedBytes } from './allocation.ts';
import type { Operation } from './operation.ts';
import type { Size } from './size.ts';
import { repeated, type Spread, timed } from './rounds.ts';

const FRAMES = { full: 300_000, smoke: 2_000 } as const;
const COMMITS = { full: 100, smoke: 2 } as const;
const ROUNDS = { full: 5, smoke: 1 } as const;
const RECORD_BYTES = 96;
const GROUP = 1_000;

export const journalAppend: Operation = {
  async run(size) {
    const frames = FRAMES[size];
    const record = new Uint8Array(RECORD_BYTES).fill(7);
    const group = new Uint8Array(RECORD_BYTES * GROUP).fill(7);
    const single = (): void => {
      for (let i = 1; i <= frames; i++) encodeFrame(record, i, 1);
    };
    const grouped = (): void => {
      for (let i = 1; i <= frames; i += GROUP) encodeFrame(group, i, GROUP);
    };
    const singleNs = repeated(size, timed(frames, single));
    const groupedNs = repeated(size, timed(frames, grouped));
    const sealed = encodeFrame(group, 1, GROUP);
    const frame = new Memory(new ArrayBuffer(sealed.length));
    frame.bytes.set(sealed);
    const faults = frameAt(frame, 0)?.recordCount === GROUP ? [] : ['an encoded frame does not read back'];
    const committed = await committedAppends(size, record);
    return {
      measurements: [
        { what: 'journal frame of one fill, no disk', ns: singleNs, bytes: allocatedBytes(single) / frames },
        { what: 'a fill in a journal frame of 1,000, no disk', ns: groupedNs, bytes: allocatedBytes(grouped) / frames },
        { what: 'journal append of one fill, fdatasync each 1,000', ns: committed.ns, clock: 'wall' },
      ],
      faults: [...faults, ...committed.faults],
    };
  },
};

async function committedAppends(size: Size, record: Uint8Array): Promise<{ readonly ns: Spread; readonly faults: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'execmon-journal-'));
  try {
    const journal = await Journal.open(folder, () => undefined, () => undefined);
    const rounds: number[] = [];
    for (let round = 0; round < ROUNDS[size]; round++) {
      const start = process.hrtime.bigint();
      for (let commit = 0; commit < COMMITS[size]; commit++) {
        for (let i = 0; i < GROUP; i++) journal.append(record, 1);
        await journal.durable();
      }
      rounds.push(Number(process.hrtime.bigint() - start) / (COMMITS[size] * GROUP));
    }
    await journal.close();
    let found = 0;
    const again = await Journal.open(folder, () => undefined, (_segment, frame) => void (found += frame.recordCount));
    await again.close();
    const appended = ROUNDS[size] * COMMITS[size] * GROUP;
    return {
      ns: { median: median(rounds), min: Math.min(...rounds), max: Math.max(...rounds) },
      faults: found === appended ? [] : [`${appended} records were appended, ${found} read back`],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
