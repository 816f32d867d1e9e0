/** The time machine: `as_of` answers what the service showed at that moment, whatever has come since. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { assertRefused, Client } from '../../support/client.ts';
import { makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { marketDay } from '../../support/market-day.ts';
import { PROJECT_ROOT } from '../../support/project-root.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

const SEED = 20_261_125;
const { events } = marketDay(SEED, { symbols: 8, orders: 40, seconds: 90 });
const FLAGS = ['--clock', 'event', '--database-url', 'none'];
const PARTS = 3;
/** It trades to the end, so that its numbers say how far the service is. */
const OPEN_ID = 'day-0';
const line = new Timeline('CLOCK', '2026-03-02T14:30:00Z');

interface Moment {
  readonly at: string;
  readonly answers: ReadonlyMap<string, string>;
}

describe('as_of', () => {
  const moments: Moment[] = [];
  let folder: DataFolder;
  let service: RunningService;
  let client: Client;

  const start = async (): Promise<void> => {
    service = await startService({ flags: FLAGS, dataDir: folder.path });
    client = new Client(service.url);
  };

  /** What is shown of every order that is announced by now. */
  const lookAround = async (ids: readonly string[], asOf?: string): Promise<Map<string, string>> => {
    const answers = new Map<string, string>();
    for (const id of ids) {
      for (const leaf of ['status', 'analytics'] as const) {
        const { status, text } = await client.request('GET', client.path(id, leaf) + (asOf === undefined ? '' : `?as_of=${asOf}`));
        answers.set(`${id} ${leaf}`, status === 404 ? 'not found' : text);
      }
    }
    return answers;
  };

  const someIds = ['day-6', 'day-16'];

  before(async () => {
    folder = await makeDataFolder();
    await start();
    const size = Math.ceil(events.length / PARTS);
    for (let part = 0; part < PARTS; part++) {
      await client.post(events.slice(part * size, (part + 1) * size));
      // Two seconds of the day in which nothing else comes: every order has its turn, and what is shown is of its end.
      const reached = 90 + (part + 1) * 30;
      await client.post([line.now(reached)]);
      await client.statusWhen(OPEN_ID, ({ last_updated: updated }) => updated === line.at(reached));
      const answers = await lookAround(someIds);
      moments.push({ at: new Date().toISOString(), answers });
      await sleep(20);
    }
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
    await folder.remove();
  });

  test('every earlier moment is answered as it was shown, byte for byte', async () => {
    for (const { at, answers } of [moments[0]!, moments[2]!]) assert.deepEqual(await lookAround(someIds, at), answers, at);
    assert.notDeepEqual(moments[0]!.answers, moments[2]!.answers, 'the moments differ');
  });

  test('before the first event no order is known', async () => {
    assertRefused(await client.request('GET', `${client.path(someIds[0]!, 'status')}?as_of=2026-01-01T00:00:00Z`), 404, 'order_not_found');
  });

  test('after a restart the past is still what it was, explained too', async () => {
    assert.equal(await service.stop(), 0, service.stderr());
    await start();
    const { at, answers } = moments[1]!;
    assert.deepEqual(await lookAround(someIds, at), answers);
    const explained = await client.request('GET', `${client.path(someIds[1]!, 'analytics')}?as_of=${at}&explain=true`);
    assert.equal(explained.status, 200);
    const { explanation } = explained.body as { explanation: unknown };
    assert.ok(explanation !== undefined);
  });

  test('where nothing is kept of it: 410 is what the answer says', async () => {
    const empty = await makeDataFolder();
    try {
      const question = { dataDir: empty.path, orderId: 'day-0', asOfUs: Date.now() * 1_000, upToSequence: 1, leaf: 'status' };
      const { stdout } = spawnSync(process.execPath, [join(PROJECT_ROOT, 'dist/gateway/history/answer-as-of.js')], { input: JSON.stringify(question), encoding: 'utf8' });
      assert.deepEqual(JSON.parse(stdout), { is: 'gone' });
    } finally {
      await empty.remove();
    }
  });
});
