/** A bust is as if the fill had never been, a correction as if it had been so from the start: the same answers, bit for bit. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../../support/client.ts';
import { seededRandom, shuffled } from '../../support/seeded-random.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline, type TestEvent } from '../../support/timeline.ts';

const SEED = 7;
const line = new Timeline('UNDO', '2026-03-02T14:30:00Z');
const END = 400;

describe('undone', () => {
  let service: RunningService;
  let client: Client;
  let next = 0;

  before(async () => {
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
    const random = seededRandom(SEED);
    const market = Array.from({ length: 200 }, (_, i) => {
      const mid = 100 + random();
      return i % 2 === 0 ? line.quote(i / 2, mid - 0.013, mid + 0.017) : line.trade(i / 2, mid, 1 + Math.floor(random() * 900));
    });
    await client.accept(...market);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
  });

  const order = (id: string): TestEvent => line.order(3, id, { quantity: 5_000, algorithm: 'TWAP', end_time: line.at(2_000) });
  const bust = (id: string, execId: string, ref: string): TestEvent => line.of(90, id, 'execution_canceled', { exec_id: execId, ref_exec_id: ref });
  const correct = (id: string, execId: string, ref: string, quantity: number, price: number): TestEvent =>
    line.of(90, id, 'execution_corrected', { exec_id: execId, ref_exec_id: ref, quantity, price });

  /** Everything that is shown of the order at one later moment, without what names it and the history of its alerts. */
  const shownOf = async (id: string): Promise<unknown> => {
    const { order_id: _id, as_of_sequence: _sequence, last_updated: _updated, active_alerts: _alerts, ...status } = await client.status(id);
    const { order_id: _id2, execution_summary, ...analytics } = await client.analytics(id);
    const { as_of_sequence: _sequence2, ...summary } = execution_summary;
    return { status, summary, analytics };
  };
  const assertSame = async (a: readonly TestEvent[], aId: string, b: readonly TestEvent[], bId: string): Promise<void> => {
    for (const event of a) await client.accept(event);
    for (const event of b) await client.accept(event);
    const seconds = END + ++next;
    await client.accept(line.now(seconds));
    for (const id of [aId, bId]) await client.statusWhen(id, (status) => status.last_updated >= line.at(seconds) || status.leaves_quantity === 0);
    assert.deepEqual(await shownOf(aId), await shownOf(bId));
  };

  test('a bust is as if the fill had never been', async () => {
    const fill = (id: string, n: number, quantity: number, price: number) => line.fill(10 + n, id, `${id}-${n}`, quantity, price, { venue: `V${n % 2}`, fee: 0.1 * n });
    const a = [order('a'), fill('a', 1, 100, 100.1), fill('a', 2, 333, 100.37), fill('a', 3, 70, 99.9), bust('a', 'a-b', 'a-2')];
    const b = [order('b'), fill('b', 1, 100, 100.1), fill('b', 3, 70, 99.9)];
    await assertSame(a, 'a', b, 'b');
  });

  test('a correction is as if the fill had been so', async () => {
    const a = [order('ca'), line.fill(11, 'ca', 'ca-1', 100, 100.1, { fee: 3 }), line.fill(12, 'ca', 'ca-2', 10, 100.2), correct('ca', 'ca-3', 'ca-1', 77, 100.3)];
    const b = [order('cb'), line.fill(11, 'cb', 'cb-3', 77, 100.3, { fee: 3 }), line.fill(12, 'cb', 'cb-2', 10, 100.2)];
    await assertSame(a, 'ca', b, 'cb');
  });

  test('a busted correction is as if neither had been', async () => {
    const a = [order('ba'), line.fill(11, 'ba', 'ba-1', 100, 100.1), line.fill(12, 'ba', 'ba-2', 10, 100.2), correct('ba', 'ba-3', 'ba-1', 77, 100.3), bust('ba', 'ba-4', 'ba-3')];
    await assertSame(a, 'ba', [order('bb'), line.fill(12, 'bb', 'bb-2', 10, 100.2)], 'bb');
  });

  test('a busted fill of a child order', async () => {
    const route = (id: string) => line.of(5, id, 'route', { child_order_id: `${id}-c`, venue: 'V', quantity: 100 });
    const a = [order('ka'), route('ka'), line.fill(11, 'ka', 'ka-1', 60, 100.1, { child_order_id: 'ka-c' }), line.fill(12, 'ka', 'ka-2', 40, 100.2, { child_order_id: 'ka-c' }), bust('ka', 'ka-b', 'ka-2')];
    await assertSame(a, 'ka', [order('kb'), route('kb'), line.fill(11, 'kb', 'kb-1', 60, 100.1, { child_order_id: 'kb-c' })], 'kb');
  });

  test('a bust of the fill that completed the order', async () => {
    const a = [order('fa'), line.fill(20, 'fa', 'fa-1', 1_000, 100.1), line.fill(30, 'fa', 'fa-2', 4_000, 100.2), bust('fa', 'fa-b', 'fa-2')];
    await assertSame(a, 'fa', [order('fb'), line.fill(20, 'fb', 'fb-1', 1_000, 100.1)], 'fb');
  });

  test('a busted fill that a replace had gone below', async () => {
    const replace = (id: string) => line.of(50, id, 'order_replaced', { quantity: 2_000 });
    const a = [order('ra'), line.fill(20, 'ra', 'ra-1', 3_000, 100.1), replace('ra'), bust('ra', 'ra-b', 'ra-1'), line.fill(60, 'ra', 'ra-2', 500, 100.2)];
    await assertSame(a, 'ra', [order('rb'), replace('rb'), line.fill(60, 'rb', 'rb-2', 500, 100.2)], 'rb');
  });

  test('a fill from before a replace that comes behind it', async () => {
    const replace = (id: string) => line.of(50, id, 'order_replaced', { quantity: 2_000 });
    const fill = (id: string) => line.fill(20, id, `${id}-1`, 3_000, 100.1);
    await assertSame([order('la'), replace('la'), fill('la')], 'la', [order('lb'), fill('lb'), replace('lb')], 'lb');
  });

  for (let round = 0; round < 6; round++) {
    test(`any order of arrival gives the same numbers, round ${round}`, async () => {
      const random = seededRandom(SEED * 100 + round);
      const story = (id: string): TestEvent[] => {
        const draw = seededRandom(SEED * 1_000 + round);
        return Array.from({ length: 12 }, (_, n) => {
          const fill = line.fill(5 + Math.floor(draw() * 20), id, `${id}-${n}`, 1 + Math.floor(draw() * 300), 99 + 2 * draw(), { venue: `V${n % 3}`, fee: draw() });
          if (n % 4 === 1) return [fill, bust(id, `${id}-${n}b`, `${id}-${n}`)];
          if (n % 4 === 2) return [fill, correct(id, `${id}-${n}c`, `${id}-${n}`, 1 + Math.floor(draw() * 300), 99 + 2 * draw())];
          if (n % 8 === 3) return [fill, correct(id, `${id}-${n}c`, `${id}-${n}`, 9, 100.123), bust(id, `${id}-${n}d`, `${id}-${n}c`)];
          return [fill];
        }).flat();
      };
      const [a, b] = [`pa${round}`, `pb${round}`];
      await assertSame([order(a), ...story(a)], a, shuffled([order(b), ...story(b)], random), b);
    });
  }
});
