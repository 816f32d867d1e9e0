/** A start that goes on from a snapshot shows what the service showed before, and what a start from the whole journal shows. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { decodeSegmentHead, type SegmentHead } from '../../../engine/journal/segment.ts';
import type { MadeSnapshot } from '../../../engine/snapshot/next-snapshot.ts';
import { Client } from '../../support/client.ts';
import { makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { marketDay } from '../../support/market-day.ts';
import { PROJECT_ROOT } from '../../support/project-root.ts';
import { startService } from '../../support/service.ts';
import type { TestEvent } from '../../support/timeline.ts';

const SEED = 20_261_124;
const { events, orderIds, endTime } = marketDay(SEED, { symbols: 8, orders: 40, seconds: 90 });
const HALF = Math.floor(events.length / 2);
const FLAGS = ['--clock', 'event', '--database-url', 'none'];

describe('a start from a snapshot', () => {
  let folder: DataFolder;
  let shown: readonly string[] | undefined;

  before(async () => {
    folder = await makeDataFolder();
  });

  after(() => folder.remove());

  const answers = async (client: Client): Promise<string[]> => {
    const all: string[] = [];
    for (const id of orderIds) {
      for (const leaf of ['status', 'analytics'] as const) {
        const answer = await client.request('GET', client.path(id, leaf));
        all.push(`${answer.status} ${answer.text}`);
      }
    }
    return all;
  };

  /** Runs the service on the folder, with events to post first; returns its log. */
  const serve = async (posted: readonly TestEvent[], flags: readonly string[], look: (client: Client) => Promise<void>): Promise<string> => {
    // With the warm-up, of which nothing may be in any answer.
    const service = await startService({ flags: [...FLAGS, ...flags], dataDir: folder.path, warmsUp: true });
    try {
      const client = new Client(service.url);
      if (posted.length > 0) await client.post(posted);
      await look(client);
    } finally {
      assert.equal(await service.stop(), 0, service.stderr());
    }
    return service.stderr();
  };

  const journalHead = (): SegmentHead => {
    const journal = join(folder.path, 'journal');
    return decodeSegmentHead(readFileSync(join(journal, readdirSync(journal).sort()[0]!))) as SegmentHead;
  };

  const makeSnapshot = async (): Promise<MadeSnapshot> => {
    const script = join(PROJECT_ROOT, 'dist/engine/snapshot/make-snapshot.js');
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder.path, journalHead().journalId, String(Number.MAX_SAFE_INTEGER)]);
    return JSON.parse(stdout) as MadeSnapshot;
  };

  const lookAtAll = async (client: Client): Promise<void> => {
    for (const id of orderIds) await client.statusWhen(id, (status) => status.last_updated === endTime || status.leaves_quantity === 0);
    shown ??= await answers(client);
    const now = await answers(client);
    for (const [place, answer] of now.entries()) assert.equal(answer, shown[place]);
  };

  test('made in the middle of a day, the rest of it comes from the journal and from new events', async () => {
    await serve(events.slice(0, HALF), [], async () => undefined);
    const made = await makeSnapshot();
    assert.ok(made.sequence > HALF);
    assert.deepEqual(made.damaged, []);
    const log = await serve(events.slice(HALF), [], lookAtAll);
    assert.match(log, /going on from a snapshot/);
    assert.match(log, new RegExp(`"sequence":${made.sequence}\\b`));
  });

  test('the whole journal gives the same answers, byte for byte', async () => {
    const log = await serve([], ['--ignore-snapshots'], lookAtAll);
    assert.doesNotMatch(log, /going on from a snapshot/);
  });

  test('a second one builds on the first, and a start on it gives the same answers', async () => {
    const made = await makeSnapshot();
    assert.match(await serve([], ['--shards', '3'], lookAtAll), new RegExp(`"sequence":${made.sequence}\\b`));
  });

  // The shards load the newest while it is still being read through: whatever they know of it by then must be gone.
  const places: Readonly<Record<string, (bytes: number) => number>> = {
    'in its head': () => 20,
    'in the middle': (bytes) => bytes >> 1,
    'in its last byte, behind all that a shard reads': (bytes) => bytes - 1,
  };
  for (const [where, placeIn] of Object.entries(places)) {
    test(`one that is damaged ${where} is named and passed over`, async () => {
      const snapshots = join(folder.path, 'snapshots');
      const [older, newest] = readdirSync(snapshots).sort();
      const path = join(snapshots, newest!);
      const whole = readFileSync(path);
      const damaged = Buffer.from(whole);
      damaged[placeIn(damaged.length)]! ^= 1;
      writeFileSync(path, damaged);
      try {
        const log = await serve([], ['--shards', '3'], lookAtAll);
        assert.match(log, /a snapshot cannot be read/);
        assert.match(log, new RegExp(newest!));
        assert.match(log, new RegExp(`going on from a snapshot`));
        assert.match(log, new RegExp(`"path":"[^"]*${older!}"`));
      } finally {
        writeFileSync(path, whole);
      }
    });
  }

  test('where all are damaged the whole journal is read', async () => {
    const snapshots = join(folder.path, 'snapshots');
    for (const name of readdirSync(snapshots)) writeFileSync(join(snapshots, name), readFileSync(join(snapshots, name)).subarray(0, -1));
    assert.doesNotMatch(await serve([], [], lookAtAll), /going on from a snapshot/);
  });
});
