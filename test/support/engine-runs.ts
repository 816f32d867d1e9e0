/** Letting random lives run through the engine, and what two runs of one life must agree on. */
import assert from 'node:assert/strict';

import type { InputEvent } from '../../engine/domain/events.ts';
import type { ExecutionAnalytics, ExecutionStatus } from '../../engine/domain/monitoring.ts';
import type { Row } from '../../engine/domain/rows.ts';
import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import type { ClockMode } from '../../engine/sequencer/clock.ts';
import type { Arrival, Life } from './engine-lives.ts';
import { EnginePipeline, type PipelineOptions } from './engine-pipeline.ts';

const SECOND_US = 1_000_000;
/** Behind the last event, long enough for every order that has ended to settle and every alert to fire. */
const SETTLE_SECONDS = 5;
/** No life has orders on it: its events move the clock and nothing else. */
const CLOCK_SYMBOL = 'CLOCK';

/** EXECMON_PROPERTY_RUNS raises it, 10,000 in a long run. */
export const PROPERTY_RUNS = Number(process.env['EXECMON_PROPERTY_RUNS'] ?? 500);

/** A share of the lives for properties that run each life many times. */
export const FEWER_RUNS = Math.ceil(PROPERTY_RUNS / 5);

export interface RunOptions extends PipelineOptions {
  readonly batch?: number;
  /** Called between the batches. */
  readonly between?: (pipeline: EnginePipeline, sent: readonly InputEvent[]) => void | Promise<void>;
}

export async function runLife(life: Pick<Life, 'arrivals' | 'endUs'>, options: RunOptions = {}): Promise<EnginePipeline> {
  const first = life.arrivals[0]!.reachedUs;
  const pipeline = await EnginePipeline.open({ receiptUs: first, ...options });
  const size = options.batch ?? 1;
  const sent: InputEvent[] = [];
  advance(pipeline, first);
  for (let at = 0; at < life.arrivals.length; ) {
    const batch = nextBatch(life.arrivals, at, pipeline.sequencer.clock.mode === 'receipt' ? size : Math.min(size, life.arrivals.length));
    advance(pipeline, batch[0]!.reachedUs);
    const answer = pipeline.acceptBatch(batch.map(({ event }) => event));
    assert.deepEqual(answer.rejected, [], 'every event of a life fits');
    sent.push(...batch.map(({ event }) => event));
    at += batch.length;
    await options.between?.(pipeline, sent);
  }
  settle(pipeline, life.endUs);
  return pipeline;
}

/** Events that arrive at one time may come as one batch. */
function nextBatch(arrivals: readonly Arrival[], at: number, size: number): Arrival[] {
  const { reachedUs } = arrivals[at]!;
  const batch: Arrival[] = [];
  while (batch.length < size && arrivals[at]?.reachedUs === reachedUs) batch.push(arrivals[at++]!);
  return batch;
}

/** Time goes on to `us`, second by second as a running clock would. */
export function advance(pipeline: EnginePipeline, us: number): void {
  if (pipeline.sequencer.clock.mode === 'event') return;
  if (!Number.isFinite(pipeline.nowUs)) return pipeline.tick(us);
  for (let next = (Math.floor(pipeline.nowUs / SECOND_US) + 1) * SECOND_US; next < us; next += SECOND_US) pipeline.tick(next);
  pipeline.tick(us);
}

/** Lets some seconds go by in which nothing comes, the last of them a whole one, in which every order has its turn. */
export function settle(pipeline: EnginePipeline, fromUs: number, seconds = SETTLE_SECONDS): void {
  const us = (Math.ceil(fromUs / SECOND_US) + seconds) * SECOND_US;
  if (pipeline.sequencer.clock.mode === 'receipt') return advance(pipeline, us);
  pipeline.accept({ type: 'market_status', timestamp: formatTimestamp(us), symbol: CLOCK_SYMBOL, status: 'OPEN' });
}

/** Rows of one run, without what tells when the machine received them, in an order that does not depend on shards. */
export function rowsOf(pipeline: EnginePipeline): Row[] {
  const key = (row: Row): string => `${String(row.sequence).padStart(9, '0')} ${row.kind} ${row.orderId} ${'execId' in row ? row.execId : ''}`;
  return pipeline.rows.map((row) => (row.kind === 'execution' ? { ...row, receivedUs: 0 } : row)).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

export interface Outcome {
  readonly status: ExecutionStatus;
  readonly analytics: ExecutionAnalytics;
}

/** What is shown of every order, with the analytics asked first so that both are of the newest input. */
export function outcomes(pipeline: EnginePipeline, orderIds: readonly string[]): Map<string, Outcome> {
  return new Map(
    orderIds.map((orderId) => {
      const analytics = pipeline.analytics(orderId);
      return [orderId, { analytics, status: pipeline.status(orderId) }];
    }),
  );
}

/** Two values that have the same bits everywhere. */
export function assertSameBits(actual: unknown, expected: unknown, message?: string): void {
  assert.deepStrictEqual(actual, expected, message);
}

export const CLOCKS: readonly ClockMode[] = ['receipt', 'event'];

const SUMMARY_FIELDS = [
  'state', 'quantity', 'first_quantity', 'filled_quantity', 'leaves_quantity', 'overfilled', 'average_price', 'notional', 'fees', 'fill_count',
  'start_time', 'end_time', 'first_fill_time', 'last_fill_time', 'execution_progress', 'expected_progress', 'execution_speed', 'fill_rate',
  'fill_rate_basis', 'participation_rate', 'venue_distribution', 'provisional',
] as const satisfies readonly (keyof ExecutionAnalytics['execution_summary'])[];

/** The numbers of an outcome that are claimed, without sequences and alerts: what must not depend on how it came about. */
export function claimed({ status, analytics }: Outcome, without: readonly string[] = []): Record<string, unknown> {
  const { execution_summary: summary, cost_analysis: cost, benchmark_comparison: benchmarks } = analytics;
  const ofSummary = Object.fromEntries(SUMMARY_FIELDS.map((field) => [field, summary[field]]));
  const numbers: Record<string, unknown> = {
    ...ofSummary,
    status_progress: status.execution_progress,
    status_average_price: status.average_price,
    impact_bps: cost.market_impact.in_flight_bps,
    arrival_price: cost.arrival_price,
    slippage_bps: cost.slippage_bps,
    cost_efficiency: cost.cost_efficiency,
    rpm: cost.relative_performance_measure,
    performance_score: status.performance_score,
    vwap_price: benchmarks.INTERVAL_VWAP.price,
    vwap_bps: benchmarks.INTERVAL_VWAP.cost_bps,
    twap_price: benchmarks.TWAP.price,
    twap_bps: benchmarks.TWAP.cost_bps,
    by_venue: venuesOf(analytics),
  };
  for (const field of without) delete numbers[field];
  return numbers;
}

export function venuesOf(analytics: ExecutionAnalytics): { key: string; quantity: number; average_price: number; fees: number; contribution_bps: number | null }[] {
  return analytics.performance_attribution.by_venue.map(({ key, quantity, average_price, fees, contribution_bps }) => ({ key, quantity, average_price, fees, contribution_bps }));
}
