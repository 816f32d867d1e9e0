/** A status is there whenever it is asked for, also while its shard is in the middle of a change. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../../support/client.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

const ORDERS = 200;
const ROUNDS = 150;
const READERS = 8;

const line = new Timeline('BUSY', '2026-03-02T14:30:00Z');
const idOf = (i: number): string => `busy-${i % ORDERS}`;

describe('a busy shard', () => {
  let service: RunningService;
  let client: Client;

  before(async () => {
    service = await startService({ flags: ['--clock', 'event', '--shards', '1'] });
    client = new Client(service.url);
    const orders = Array.from({ length: ORDERS }, (_, i) => line.order(0, idOf(i), { quantity: 100, algorithm: 'TWAP', end_time: line.at(3_000) }));
    await client.accept(line.quote(0, 99, 101), ...orders);
    await client.statusWhen(idOf(ORDERS - 1), () => true);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
  });

  test('is never taken for a dead one', async () => {
    let isWriting = true;
    const answers = new Map<number, number>();
    const read = async (reader: number): Promise<void> => {
      for (let i = reader; isWriting; i += READERS) {
        const { status } = await client.request('GET', client.path(idOf(i), 'status'));
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
    };
    const readers = Array.from({ length: READERS }, (_, reader) => read(reader));
    for (let round = 1; round <= ROUNDS; round++) {
      const fills = Array.from({ length: 20 }, (_, i) => line.fill(round, idOf(round * 20 + i), `busy-${round}-${i}`, 0.1, 100));
      await client.accept(line.quote(round, 99, 101), line.trade(round, 100, 5), ...fills, line.now(round + 0.5));
    }
    isWriting = false;
    await Promise.all(readers);
    assert.deepEqual([...answers.keys()], [200], JSON.stringify([...answers]));
  });
});
