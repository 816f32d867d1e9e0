/** The service on a real disk that is full: of the journal alone, and of everything that it writes. */
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, symlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { assertRefused, Client, eventually } from '../../support/client.ts';
import { type DataFolder, makeDataFolder } from '../../support/data-folder.ts';
import { IntakeSocket } from '../../support/intake-socket.ts';
import { type RunningService, startService } from '../../support/service.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';
import { StreamReader } from '../../support/stream-reader.ts';
import { Timeline } from '../../support/timeline.ts';
import { connectTo } from '../../support/stored.ts';

const JOURNAL_MIB = 8;
const BATCHES_MAX = 2_000;
const FILLS_PER_BATCH = 20;
const LEFT_BYTES = 96 << 10;
const RESUME_MS_MAX = 5_000;
const STORED_MS_MAX = 10_000;
const STILL_MS = 1_000;

const disk = mountSmallDisk(JOURNAL_MIB);
const line = new Timeline('FULL', '2026-03-02T14:30:00Z');
let fills = 0;
const batch = (): Record<string, unknown>[] => Array.from({ length: FILLS_PER_BATCH }, () => ({ ...line.fill(1, 'o', `fill-${++fills}`, 1, 10) }));

/** Fills a disk up to the last bytes that are left. */
function fillUp(path: string, leftBytes: number): string {
  const file = join(path, 'ballast');
  const { bavail, bsize } = statfsSync(path);
  const ballast = openSync(file, 'w');
  const block = Buffer.alloc(4 << 10, 1);
  try {
    for (let left = bavail * bsize - leftBytes; left > 0; ) left -= writeSync(ballast, block, 0, Math.min(block.length, left));
  } catch (error) {
    // The ballast has blocks of its own that say where it is.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(ballast);
  }
  return file;
}

describe('a full disk', { skip: 'why' in disk ? disk.why : false }, () => {
  let folder: DataFolder;
  let service: RunningService;
  let client: Client;
  let acknowledged = 0;
  const path = 'why' in disk ? '' : disk.path;

  before(async () => {
    folder = await makeDataFolder();
    // The journal alone is on the small disk.
    mkdirSync(join(path, 'journal'));
    symlinkSync(join(path, 'journal'), join(folder.path, 'journal'));
    service = await startService({ dataDir: folder.path });
    client = new Client(service.url);
    await client.accept({ ...line.order(0, 'o', { quantity: 1e6 }) });
  });

  after(async () => {
    await service.stop();
    await folder.remove();
    if (!('why' in disk)) disk.remove();
  });

  const sequence = async (): Promise<number> => {
    const reader = await StreamReader.open(service.url, 'o');
    await eventually('a snapshot', async () => reader.frames.length > 0);
    reader.socket.close();
    return reader.frames[0]!.sequence;
  };

  test('events are 507, reads and streams go on, and intake resumes by itself when there is room', async () => {
    const ballast = fillUp(path, LEFT_BYTES);
    let refused: Awaited<ReturnType<Client['postRaw']>> | undefined;
    let inHand: Record<string, unknown>[] = [];
    for (let batches = 0; refused === undefined && batches < BATCHES_MAX; batches++) {
      inHand = batch();
      const answer = await client.postRaw(JSON.stringify(inHand), 'application/json');
      if (answer.status === 200) acknowledged += inHand.length;
      else refused = answer;
    }
    assert.ok(refused !== undefined, 'the disk is not full yet');
    assertRefused(refused, 507, 'disk_full');
    assert.equal(refused.headers.get('retry-after'), '1');
    assertRefused(await client.request('GET', '/health/ready'), 507, 'disk_full');
    await assert.rejects(IntakeSocket.open(service.url), /507/);
    const shown = await client.statusWhen('o', ({ filled_quantity: filled }) => filled >= acknowledged);
    const before = await sequence();
    await new Promise((resolve) => setTimeout(resolve, STILL_MS));
    assert.equal(await sequence(), before, 'no ticks are written meanwhile');
    assert.equal((await client.status('o')).filled_quantity, shown.filled_quantity);

    rmSync(ballast);
    await eventually('it is ready again', async () => (await client.request('GET', '/health/ready')).status === 200, RESUME_MS_MAX);
    const again = await client.post(inHand);
    assert.equal(again.accepted + again.duplicates, inHand.length);
    acknowledged += inHand.length;
    const next = batch();
    await client.accept(...next);
    acknowledged += next.length;
    await client.statusWhen('o', ({ filled_quantity: filled }) => filled === acknowledged);
    const warnings = (): string[] => service.stderr().split('\n').filter((text) => text.includes('disk of the journal'));
    await eventually('a warning when it begins and one when it ends', async () => warnings().length >= 2);
    assert.equal(warnings().length, 2);
  });

  test('a service that is stopped on a full disk ends in order, and nothing acknowledged is lost', async () => {
    const ballast = fillUp(path, 0);
    let answer = await client.postRaw(JSON.stringify(batch()), 'application/json');
    for (let batches = 0; answer.status === 200 && batches < BATCHES_MAX; batches++) {
      acknowledged += FILLS_PER_BATCH;
      answer = await client.postRaw(JSON.stringify(batch()), 'application/json');
    }
    assertRefused(answer, 507, 'disk_full');
    const begunMs = performance.now();
    assert.equal(await service.stop(), 0, service.stderr());
    assert.ok(performance.now() - begunMs < 10_000);
    rmSync(ballast);
    service = await startService({ dataDir: folder.path });
    client = new Client(service.url);
    const { filled_quantity: filled } = await client.statusWhen('o', () => true);
    assert.ok(filled === acknowledged || filled === acknowledged + FILLS_PER_BATCH, `${filled} of ${acknowledged} acknowledged; the batch in hand is there whole or not at all`);
    const database = await connectTo(folder.path);
    try {
      await eventually('each is stored once', async () => (await database.query('SELECT FROM executions')).rowCount === filled, STORED_MS_MAX);
    } finally {
      await database.end();
    }
  });
});
