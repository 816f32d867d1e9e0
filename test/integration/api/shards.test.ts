/** The same events give the same answers, byte for byte, on 1 shard and on 4, in batches of 1 and of 1,000. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Client } from '../../support/client.ts';
import { marketDay } from '../../support/market-day.ts';
import { startService } from '../../support/service.ts';

const SEED = 11;
const { events, orderIds, endTime } = marketDay(SEED, { symbols: 8, orders: 40, seconds: 90 });

interface Answers {
  readonly status: readonly string[];
  readonly analytics: readonly string[];
}

async function run(shards: number, batchEvents: number): Promise<Answers> {
  const service = await startService({ flags: ['--clock', 'event', '--shards', String(shards)] });
  try {
    const client = new Client(service.url);
    for (let from = 0; from < events.length; from += batchEvents) {
      const answer = await client.post(events.slice(from, from + batchEvents));
      assert.deepEqual(answer.rejected.filter(({ code }) => code !== 'execution_conflict' && code !== 'event_malformed'), []);
    }
    // The last event moves `now` by more than a second, in which every active order has its turn; ended ones have theirs already.
    for (const id of orderIds) await client.statusWhen(id, (status) => status.last_updated === endTime || status.leaves_quantity === 0);
    const read = async (leaf: 'status' | 'analytics'): Promise<string[]> => {
      const texts: string[] = [];
      for (const id of orderIds) {
        const answer = await client.request('GET', client.path(id, leaf));
        assert.equal(answer.status, 200, answer.text);
        texts.push(answer.text);
      }
      return texts;
    };
    return { status: await read('status'), analytics: await read('analytics') };
  } finally {
    assert.equal(await service.stop(), 0, service.stderr());
  }
}

describe(`${events.length} events of ${orderIds.length} orders`, () => {
  const first = run(1, 1_000);
  const others = [[4, 1_000], [1, 1], [4, 1]] as const;
  let chain: Promise<unknown> = first;

  after(async () => {
    await chain;
  });

  test('the day has orders in many states, with alerts', async () => {
    const statuses = (await first).status.map((text) => JSON.parse(text) as { state: string; alerts: unknown[]; overfilled: boolean });
    const states = new Set(statuses.map((status) => status.state));
    for (const state of ['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'PENDING_CANCEL']) assert.ok(states.has(state), `no order is ${state}: ${[...states].join(' ')}`);
    assert.ok(statuses.some((status) => status.alerts.length > 0));
  });

  for (const [shards, batchEvents] of others) {
    const answers = (chain = chain.then(() => run(shards, batchEvents)));
    answers.catch(() => undefined);
    test(`${shards} shards, batches of ${batchEvents}: as 1 shard, batches of 1,000`, async () => {
      const [expected, actual] = [await first, (await answers) as Answers];
      for (const [i, id] of orderIds.entries()) {
        assert.equal(actual.status[i], expected.status[i], `status of ${id}`);
        assert.equal(actual.analytics[i], expected.analytics[i], `analytics of ${id}`);
      }
    });
  }
});
