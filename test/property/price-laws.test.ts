/** What numbers must do when prices are scaled or mirrored, when fills are split, and when venues are added up. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import type { InputEvent } from '../../engine/domain/events.ts';
import { orderOracle } from '../oracle/order-oracle.ts';
import type { OracleEvent } from '../oracle/order-oracle-events.ts';
import { type Life, lives } from '../support/engine-lives.ts';
import { assertSameBits, claimed, FEWER_RUNS, outcomes, type Outcome, runLife, venuesOf } from '../support/engine-runs.ts';
import { isClose } from '../support/mismatches.ts';

const PRICE_FIELDS = ['price', 'bid', 'ask', 'arrival_price', 'decision_price', 'limit_price'];
/** Prices of lives are near 100 and stay below twice this. */
const MIRROR = 100;
const MONEY_ERROR_MAX = 1e-7;

async function finals(life: Life): Promise<Map<string, Outcome>> {
  const pipeline = await runLife(life);
  const found = outcomes(pipeline, life.orderIds);
  await pipeline.close();
  return found;
}

function mapEvents(life: Life, change: (event: Record<string, unknown>) => Record<string, unknown>): Life {
  return { ...life, arrivals: life.arrivals.map(({ event, reachedUs }) => ({ event: change({ ...event }) as unknown as InputEvent, reachedUs })) };
}

function scaled(life: Life, factor: number): Life {
  return mapEvents(life, (event) => {
    for (const field of [...PRICE_FIELDS, 'fee']) if (typeof event[field] === 'number') event[field] = (event[field] as number) * factor;
    return event;
  });
}

/** Buys become sells and every price p becomes 2m - p, so that a bid becomes an ask. */
function mirrored(life: Life): Life {
  const flip = (value: unknown): unknown => (typeof value === 'number' && value > 0 ? 2 * MIRROR - value : value);
  return mapEvents(life, (event) => {
    if (event['type'] === 'quote') return { ...event, bid: flip(event['ask']) ?? null, ask: flip(event['bid']) ?? null };
    for (const field of PRICE_FIELDS) if (event[field] !== undefined) event[field] = flip(event[field]);
    if (event['side'] !== undefined) event['side'] = event['side'] === 'BUY' ? 'SELL' : 'BUY';
    return event;
  });
}

function isNearTie(life: Life, orderId: string): boolean {
  return orderOracle(life.arrivals.map(({ event }) => event) as readonly unknown[] as readonly OracleEvent[], orderId, 4e15).isNearTie;
}

const RATIOS = ['slippage_bps', 'impact_bps', 'vwap_bps', 'twap_bps', 'execution_progress', 'expected_progress', 'execution_speed', 'fill_rate', 'participation_rate'] as const;
const OF_RANKS = ['cost_efficiency', 'rpm', 'performance_score'] as const;

describe('laws of prices', () => {
  test('scaling all prices by a power of two leaves every ratio as it is, bit for bit', async () => {
    await check(fc.tuple(lives(), fc.constantFrom(0.25, 2, 1_024)), async ([life, factor]) => {
      const [plain, other] = [await finals(life), await finals(scaled(life, factor))];
      for (const orderId of life.orderIds) {
        const [a, b] = [claimed(plain.get(orderId)!), claimed(other.get(orderId)!)];
        for (const field of [...RATIOS, ...OF_RANKS]) assertSameBits(b[field], a[field], `${orderId} ${field}`);
      }
    });
  });

  test('scaling all prices by any factor leaves bps as they are, but for rounding', async () => {
    await check(fc.tuple(lives(), fc.constantFrom(0.0137, 3, 77.7)), async ([life, factor]) => {
      const other = scaled(life, factor);
      const [before, after] = [await finals(life), await finals(other)];
      for (const orderId of life.orderIds) {
        const fields = isNearTie(life, orderId) || isNearTie(other, orderId) ? RATIOS : [...RATIOS, ...OF_RANKS];
        for (const field of fields) assertClose(claimed(after.get(orderId)!)[field], claimed(before.get(orderId)!)[field], `${orderId} ${field}`);
      }
    });
  });

  test('a buy and its mirrored sell cost the same money', async () => {
    await check(lives(), async (life) => {
      const other = mirrored(life);
      const [buys, sells] = [await finals(life), await finals(other)];
      for (const orderId of life.orderIds) {
        const [a, b] = [buys.get(orderId)!, sells.get(orderId)!];
        for (const money of [arrivalMoney, vwapMoney, twapMoney]) assertMoney(money(b), money(a), `${orderId} ${money.name}`);
        if (isNearTie(life, orderId) || isNearTie(other, orderId)) continue;
        assertClose(claimed(b)['rpm'], claimed(a)['rpm'], `${orderId} rpm`);
      }
    });
  });

  test('the contributions of venues add up to the cost of the order', async () => {
    await check(lives(), async (life) => {
      for (const [orderId, outcome] of await finals(life)) {
        const { cost_analysis: cost, execution_summary: summary } = outcome.analytics;
        const venues = venuesOf(outcome.analytics);
        assert.equal(venues.reduce((total, venue) => total + venue.quantity, 0), summary.filled_quantity);
        if (cost.arrival_price === null || summary.filled_quantity === 0) continue;
        const reference = cost.decision_price ?? cost.arrival_price;
        const whole = arrivalMoney(outcome)! + summary.fees;
        const parts = venues.reduce((total, venue) => total + venue.contribution_bps!, 0);
        assertMoney((parts * summary.first_quantity * reference) / 10_000, whole, orderId);
      }
    });
  });

  test('splitting a fill at one price changes only counts', async () => {
    const split = fc.record({ first: fc.integer({ min: 1, max: 200 }), second: fc.integer({ min: 1, max: 200 }), cents: fc.integer({ min: 9_950, max: 10_050 }), place: fc.nat(200) });
    await check(fc.tuple(lives(), split), async ([life, { first, second, cents, place }]) => {
      const orderId = life.orderIds[0]!;
      const at = place % life.arrivals.length;
      const { event, reachedUs } = life.arrivals[at]!;
      const fill = (exec_id: string, quantity: number) => ({ event: { type: 'execution' as const, timestamp: event.timestamp, order_id: orderId, exec_id, venue: 'XLON', quantity, price: cents / 100 }, reachedUs });
      const whole = { ...life, arrivals: life.arrivals.toSpliced(at, 0, fill('s', first + second)) };
      const halves = { ...life, arrivals: life.arrivals.toSpliced(at, 0, fill('s', first), fill('s2', second)) };
      const [a, b] = [(await finals(whole)).get(orderId)!, (await finals(halves)).get(orderId)!];
      assert.equal(b.analytics.execution_summary.fill_count, a.analytics.execution_summary.fill_count + 1);
      const without = ['fill_count', ...(isNearTie(whole, orderId) ? OF_RANKS : [])];
      assertAllClose(claimed(b, without), claimed(a, without), orderId);
    });
  });
});

const arrivalMoney = ({ analytics }: Outcome): number | null => moneyOf(analytics.cost_analysis.slippage_bps, analytics.cost_analysis.arrival_price, analytics);
const vwapMoney = ({ analytics }: Outcome): number | null => moneyOf(analytics.benchmark_comparison.INTERVAL_VWAP.cost_bps, analytics.benchmark_comparison.INTERVAL_VWAP.price, analytics);
const twapMoney = ({ analytics }: Outcome): number | null => moneyOf(analytics.benchmark_comparison.TWAP.cost_bps, analytics.benchmark_comparison.TWAP.price, analytics);

function moneyOf(bps: number | null, reference: number | null, analytics: Outcome['analytics']): number | null {
  return bps === null || reference === null ? null : (bps * reference * analytics.execution_summary.filled_quantity) / 10_000;
}

function assertMoney(actual: number | null, expected: number | null, what: string): void {
  if (actual === null || expected === null) assert.equal(actual, expected, what);
  else assert.ok(Math.abs(actual - expected) <= MONEY_ERROR_MAX * Math.max(1, Math.abs(expected)), `${what}: ${actual}, expected ${expected}`);
}

function assertClose(actual: unknown, expected: unknown, what: string): void {
  if (typeof actual === 'number' && typeof expected === 'number') assert.ok(isClose(actual, expected), `${what}: ${actual}, expected ${expected}`);
  else assert.deepEqual(actual, expected, what);
}

/** Every number close, everything else the same. */
function assertAllClose(actual: unknown, expected: unknown, what: string): void {
  if (typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null) return assertClose(actual, expected, what);
  assert.deepEqual(Object.keys(actual), Object.keys(expected), what);
  for (const [key, value] of Object.entries(actual)) assertAllClose(value, (expected as Record<string, unknown>)[key], `${what}.${key}`);
}

async function check<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, holds), { numRuns: FEWER_RUNS, includeErrorInReport: true });
}
