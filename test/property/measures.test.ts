/**
 * The cost measures of random lives in a whole market, held against a naive recomputation (test/oracle/measures-oracle.ts) while
 * the orders trade, at their end, and while later mids become final; and the laws that the measures keep.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import type { InputEvent } from '../../engine/domain/events.ts';
import type { ExecutionAnalytics } from '../../engine/domain/monitoring.ts';
import { measuresOracle } from '../oracle/measures-oracle.ts';
import type { OracleEvent } from '../oracle/order-oracle-events.ts';
import { type MarketLife, marketLives } from '../support/engine-market-lives.ts';
import { EnginePipeline } from '../support/engine-pipeline.ts';
import { isClose, Mismatches } from '../support/mismatches.ts';
import { isNearTie } from './whole-answers.ts';

const RUNS = Number(process.env['EXECMON_PROPERTY_RUNS'] ?? 250);
const FEWER_RUNS = Math.ceil(RUNS / 5);
const CHECK_EVERY = 19;
const MIRROR = 100;

type Look = (pipeline: EnginePipeline, sent: readonly InputEvent[]) => void;

describe('cost measures of random lives', () => {
  test('are those of the naive recomputation', async () => {
    await check(marketLives(), RUNS, async (life) => {
      const mismatches = new Mismatches();
      await run(life, (pipeline, sent) => {
        const events = sent as readonly unknown[] as readonly OracleEvent[];
        for (const orderId of announced(life, sent)) {
          compare(mismatches, `${orderId} of ${sent.length}`, '', pipeline.analytics(orderId), measuresOracle(events, orderId, pipeline.nowUs));
        }
      });
      mismatches.assertNone();
    });
  });
});

describe('laws of cost measures', () => {
  test('attribution sums to the shortfall with no residual; buckets add up; scheduling + execution = cost against VWAP', async () => {
    await check(marketLives(), FEWER_RUNS, async (life) => {
      await run(life, (pipeline, sent) => {
        for (const orderId of announced(life, sent)) assertSums(pipeline.analytics(orderId), orderId);
      });
    });
  });

  test('scaling all prices leaves every measure in bps as it is', async () => {
    await check(fc.tuple(marketLives(), fc.constantFrom(0.0137, 4, 77.7)), FEWER_RUNS, async ([life, factor]) => {
      const scaled = priced(life, (price) => price * factor);
      const [plain, other] = [await finals(life), await finals(scaled)];
      const mismatches = new Mismatches();
      for (const orderId of plain.keys()) {
        if (isNearTie(life, orderId) || isNearTie(scaled, orderId)) continue;
        compare(mismatches, orderId, '', ratiosOf(other.get(orderId)!), ratiosOf(plain.get(orderId)!));
      }
      mismatches.assertNone();
    });
  });

  test('a buy and its mirrored sell cost the same money', async () => {
    await check(marketLives(), FEWER_RUNS, async (life) => {
      const [buys, sells] = [await finals(life), await finals(mirrored(life))];
      for (const orderId of buys.keys()) {
        const [a, b] = [moneyOf(buys.get(orderId)!), moneyOf(sells.get(orderId)!)];
        for (const [name, money] of Object.entries(a)) assertMoney(b[name as keyof typeof b], money, `${orderId} ${name}`);
      }
    });
  });
});

function announced(life: MarketLife, sent: readonly InputEvent[]): string[] {
  return life.orderIds.filter((orderId) => sent.some((event) => event.type === 'order' && event.order_id === orderId));
}

/** Runs a life without the seconds between its events: the measures depend on where `now` is, not on how it came there. */
async function run(life: MarketLife, look: Look): Promise<void> {
  const first = life.arrivals[0]!.reachedUs;
  const pipeline = await EnginePipeline.open({ receiptUs: first, shards: life.shards, clock: life.isEventClock ? 'event' : 'receipt' });
  const sent: InputEvent[] = [];
  for (const { event, reachedUs } of life.arrivals) {
    if (!life.isEventClock) pipeline.tick(reachedUs);
    assert.deepEqual(pipeline.accept(event).rejected, [], 'every event of a life fits');
    sent.push(event);
    if (sent.length % CHECK_EVERY === 0) look(pipeline, sent);
  }
  look(pipeline, sent);
  if (!life.isEventClock) pipeline.tick(life.endUs + 700_000_000);
  look(pipeline, sent);
  await pipeline.close();
}

async function finals(life: MarketLife): Promise<Map<string, ExecutionAnalytics>> {
  const found = new Map<string, ExecutionAnalytics>();
  await run(life, (pipeline, sent) => announced(life, sent).forEach((orderId) => found.set(orderId, pipeline.analytics(orderId))));
  return found;
}

/** Everything that is in `expected`, at any depth; NaN is null in an answer. */
function compare(mismatches: Mismatches, orderId: string, path: string, actual: unknown, expected: unknown): void {
  if (typeof expected === 'number') mismatches.unlessClose(orderId, path, actual as number | null, Number.isFinite(expected) ? expected : null);
  else if (typeof expected !== 'object' || expected === null) mismatches.unlessSame(orderId, path, actual, expected);
  else {
    if (Array.isArray(expected)) mismatches.unlessSame(orderId, `${path}.length`, (actual as unknown[]).length, expected.length);
    for (const [key, value] of Object.entries(expected)) compare(mismatches, orderId, `${path}.${key}`, (actual as Record<string, unknown> | undefined)?.[key], value);
  }
}

function assertSums({ cost_analysis: cost, execution_summary: summary, performance_attribution: attribution, benchmark_comparison: benchmarks }: ExecutionAnalytics, orderId: string): void {
  const { total, cfa, wagner } = cost.implementation_shortfall;
  const { by_cause: cause, vwap } = attribution;
  const arrival = cost.arrival_price;
  const notional = Math.max(summary.first_quantity, summary.filled_quantity) * (arrival ?? 0);
  const same = (actual: number | null, wanted: number | null, what: string): void => assertMoney(actual, wanted, `${orderId} ${what}`, notional);
  const parts = [cause.delay, cause.spread, cause.drift, cause.opportunity, cause.fees, total];
  assert.equal(cause.residual === null, parts.includes(null), `${orderId}: a residual is undefined where a part is, and nowhere else`);
  if (cause.drift !== null) same((cause.drift_parts.index ?? 0) + (cause.drift_parts.own_impact ?? 0) + cause.drift_parts.remainder!, cause.drift, 'parts of the drift');
  if (cause.residual !== null) {
    same(cause.residual, 0, 'residual');
    same(cause.delay! + cause.spread! + cause.drift! + cause.opportunity! + cause.fees!, total, 'sum of causes');
  }
  if (arrival !== null) for (const split of [cfa, wagner]) same(total === null ? null : split.delay! + split.trading! + split.opportunity! + split.fees!, total, 'split');
  if (arrival !== null && summary.filled_quantity > 0) {
    const paper = summary.first_quantity * (cost.decision_price ?? arrival);
    for (const name of ['by_venue', 'by_time_slice', 'by_child_type', 'by_liquidity'] as const) {
      const buckets = attribution[name];
      assert.equal(buckets.reduce((sum, bucket) => sum + bucket.quantity, 0), summary.filled_quantity, `${orderId} ${name}`);
      same((buckets.reduce((sum, bucket) => sum + bucket.contribution_bps!, 0) * paper) / 10_000, cfa.trading! + cfa.fees!, name);
      for (const part of ['spread', 'drift', 'fees'] as const) {
        if (cause[part] !== null) same(buckets.reduce((sum, bucket) => sum + bucket[part]!, 0), cause[part], `${name} ${part}`);
      }
    }
  }
  const against = benchmarks.INTERVAL_VWAP.cost_bps;
  assertClose(vwap.scheduling_bps === null ? null : vwap.scheduling_bps + vwap.execution_bps!, against, `${orderId} against VWAP`);
}

/** What is in bps or a pure ratio and does not depend on a scale of prices; the IS plan knows one, by its risk aversion. */
function ratiosOf({ execution_summary: summary, cost_analysis: cost, performance_attribution: attribution, benchmark_comparison: benchmarks }: ExecutionAnalytics) {
  const contributions = (buckets: readonly { contribution_bps: number | null }[]): unknown => buckets.map(({ contribution_bps }) => ({ contribution_bps }));
  const { state, execution_progress, expected_progress, execution_speed, fill_rate, participation_rate, performance_score, end_time } = summary;
  return {
    summary: { state, execution_progress, expected_progress, execution_speed, fill_rate, participation_rate, performance_score, end_time },
    total_bps: cost.implementation_shortfall.total_bps,
    spread: cost.spread,
    market_impact: cost.market_impact,
    pre_trade: cost.pre_trade,
    cost_efficiency: cost.cost_efficiency,
    cost_efficiency_method: cost.cost_efficiency_method,
    relative_performance_measure: cost.relative_performance_measure,
    vwap: attribution.vwap,
    by_venue: contributions(attribution.by_venue),
    by_time_slice: contributions(attribution.by_time_slice),
    by_child_type: contributions(attribution.by_child_type),
    by_liquidity: contributions(attribution.by_liquidity),
    benchmarks: Object.fromEntries(Object.entries(benchmarks).map(([name, { cost_bps, coverage }]) => [name, { cost_bps, coverage }])),
  };
}

/** The sell is marked by the mirrored price, so bps are of another reference: only money is the same. */
function moneyOf({ cost_analysis: cost, performance_attribution: { by_cause: cause }, benchmark_comparison: benchmarks, execution_summary: summary }: ExecutionAnalytics) {
  const ofReference = ({ price, cost_bps: bps }: { price: number | null; cost_bps: number | null }): number | null => (price === null || bps === null ? null : (price * bps * summary.filled_quantity) / 10_000);
  const { cfa, wagner, total } = cost.implementation_shortfall;
  return {
    total, delay: cfa.delay, trading: cfa.trading, opportunity: cfa.opportunity, wagnerDelay: wagner.delay, wagnerOpportunity: wagner.opportunity,
    spread: cause.spread, drift: cause.drift, decision: ofReference(benchmarks.DECISION), pwp: ofReference(benchmarks.PWP_20), close: ofReference(benchmarks.CLOSE),
    permanent: ofReference({ price: cost.arrival_price, cost_bps: cost.market_impact.permanent_bps }),
    capture: cost.spread.spread_capture,
  };
}

function priced(life: MarketLife, change: (price: number) => number): MarketLife {
  const fields = ['price', 'bid', 'ask', 'arrival_price', 'decision_price', 'fee'];
  const arrivals = life.arrivals.map(({ event, reachedUs }) => {
    const entries = Object.entries(event).map(([key, value]) => [key, fields.includes(key) && typeof value === 'number' ? change(value) : value]);
    // Money becomes another one, and with it the aversion to losing it.
    const averse = event.type === 'order' && event.risk_aversion !== undefined ? { risk_aversion: event.risk_aversion / change(1) } : {};
    return { event: { ...Object.fromEntries(entries), ...averse } as InputEvent, reachedUs };
  });
  return { ...life, arrivals };
}

/** Buys become sells and every price p becomes 2m - p, so that a bid becomes an ask. The index is left as it is. */
function mirrored(life: MarketLife): MarketLife {
  const flip = (value: unknown): unknown => (typeof value === 'number' && value > 0 ? 2 * MIRROR - value : value);
  const arrivals = life.arrivals.map(({ event, reachedUs }) => {
    const changed: Record<string, unknown> = { ...event };
    if (changed['symbol'] !== 'IDX') {
      for (const field of ['price', 'arrival_price', 'decision_price']) if (changed[field] !== undefined) changed[field] = flip(changed[field]);
      if (event.type === 'quote') Object.assign(changed, { bid: flip(event.ask) ?? null, ask: flip(event.bid) ?? null });
      if (event.type === 'order') changed['side'] = event.side === 'BUY' ? 'SELL' : 'BUY';
    }
    return { event: changed as unknown as InputEvent, reachedUs };
  });
  return { ...life, arrivals };
}

function assertMoney(actual: number | null, expected: number | null, what: string, scale = 100_000): void {
  if (actual === null || expected === null) assert.equal(actual, expected, what);
  else assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, scale), `${what}: ${actual}, expected ${expected}`);
}

function assertClose(actual: number | null, expected: number | null, what: string): void {
  if (actual === null || expected === null) assert.equal(actual, expected, what);
  else assert.ok(isClose(actual, expected), `${what}: ${actual}, expected ${expected}`);
}

async function check<T>(arbitrary: fc.Arbitrary<T>, numRuns: number, holds: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, holds), { numRuns, includeErrorInReport: true });
}
