/**
 * Whole answers of random lives in a whole market, for the laws: all that ExecutionAnalytics says of an order, so that a measure
 * is under the laws without being named. What is left out is named instead.
 */
import assert from 'node:assert/strict';

import type { InputEvent } from '../../engine/domain/events.ts';
import type { ExecutionAnalytics } from '../../engine/domain/monitoring.ts';
import { formatTimestamp, parseTimestampUs } from '../../engine/domain/timestamp.ts';
import { orderOracle } from '../oracle/order-oracle.ts';
import type { OracleEvent } from '../oracle/order-oracle-events.ts';
import type { Arrival } from '../support/engine-lives.ts';
import type { MarketLife } from '../support/engine-market-lives.ts';
import { EnginePipeline, type PipelineOptions } from '../support/engine-pipeline.ts';
import { settle } from '../support/engine-runs.ts';
import { isClose } from '../support/mismatches.ts';

/** Behind the last event, so that ends are settled; the later mids that the life has are final long before. */
const SETTLE_US = 700_000_000;
/** Less than the grid of events. */
const OFF_GRID_US = 3;
/** Later than every event of a life. */
const END_OF_TIME_US = 4e15;
/** Money of a life is below a million: what its sums lose by rounding is far below this. */
const MONEY_ERROR_MAX = 1e-7;
const MONEY = ['spread', 'drift', 'residual', 'remainder', 'total', 'trading', 'delay', 'opportunity'];

/** Runs a life without the seconds between its events: the answers depend on where `now` is, not on how it came there. */
export interface MarketRunOptions extends PipelineOptions {
  /** Called behind each event. */
  readonly between?: (pipeline: EnginePipeline, sent: number) => void | Promise<void>;
}

export async function runMarketLife(life: MarketLife, options: MarketRunOptions = {}, begin: (pipeline: EnginePipeline) => void = () => undefined): Promise<EnginePipeline> {
  const clock = life.isEventClock ? 'event' : 'receipt';
  const pipeline = await EnginePipeline.open({ receiptUs: life.arrivals[0]!.reachedUs, shards: life.shards, clock, ...options });
  begin(pipeline);
  const known = new Set<string>();
  for (const [index, { event, reachedUs }] of life.arrivals.entries()) {
    if (!life.isEventClock) pipeline.tick(reachedUs);
    const { rejected, duplicates } = pipeline.accept(event);
    assert.deepEqual(rejected, [], 'every event of a life fits');
    const content = JSON.stringify(event);
    if (hasIdentity(event)) assert.equal(duplicates, known.has(content) ? 1 : 0, content);
    known.add(content);
    await options.between?.(pipeline, index + 1);
  }
  // Every order has its turn behind the last event: before it, what is shown may be as of an earlier moment or a later one.
  if (life.isEventClock) settle(pipeline, life.endUs);
  else pipeline.tick(life.endUs + SETTLE_US);
  return pipeline;
}

/** What is recognised when it is sent again. */
export function hasIdentity(event: InputEvent): boolean {
  return event.type === 'order' || event.type === 'route' || event.type.startsWith('execution');
}

export async function wholeAnswers(life: MarketLife): Promise<Map<string, ExecutionAnalytics>> {
  const pipeline = await runMarketLife(life);
  const answers = new Map(life.orderIds.map((orderId) => [orderId, pipeline.analytics(orderId)]));
  await pipeline.close();
  return answers;
}

/** An answer without its sequence and without some fields of its summary. */
export function numbersOf(answer: ExecutionAnalytics, ...without: (keyof ExecutionAnalytics['execution_summary'])[]): ExecutionAnalytics {
  const summary = Object.entries(answer.execution_summary).filter(([field]) => field !== 'as_of_sequence' && !(without as string[]).includes(field));
  return { ...answer, execution_summary: Object.fromEntries(summary) as ExecutionAnalytics['execution_summary'] };
}

/**
 * The life with its fills between the moments of everything else. A quote of the very microsecond of a fill is the one it met
 * when it came first: that much of the order of arrival is in the definitions, and out of the laws.
 */
export function offGrid(life: MarketLife): MarketLife {
  return { ...life, arrivals: life.arrivals.map(({ event, reachedUs }) => ({ event: event.type === 'execution' ? { ...event, timestamp: justBefore(event.timestamp) } : event, reachedUs })) };
}

export function justBefore(timestamp: string): string {
  return formatTimestamp(parseTimestampUs(timestamp) - OFF_GRID_US);
}

/** The life in quantities of tenths, which are no exact doubles: their sums depend on the order in which they are made. */
export function inTenths(life: MarketLife): MarketLife {
  const tenth = (arrival: Arrival): Arrival => {
    const event: Record<string, unknown> = { ...arrival.event };
    if (typeof event['quantity'] === 'number') event['quantity'] /= 10;
    return { ...arrival, event: event as unknown as Arrival['event'] };
  };
  return { ...life, arrivals: life.arrivals.map(tenth) };
}

/** True when a trade's price is so near the order's average that rounding decides whether it is a tie for the RPM. */
export function isNearTie(life: MarketLife, orderId: string): boolean {
  return orderOracle(life.arrivals.map(({ event }) => event) as readonly unknown[] as readonly OracleEvent[], orderId, END_OF_TIME_US).isNearTie;
}

/** Every number close, everything else the same; money, which can be a small difference of large sums, to a part of a cent. */
export function assertAllClose(actual: unknown, expected: unknown, path: string): void {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const isMoney = MONEY.includes(path.slice(path.lastIndexOf('.') + 1));
    assert.ok(isClose(actual, expected) || (isMoney && Math.abs(actual - expected) <= MONEY_ERROR_MAX), `${path}: ${actual}, expected ${expected}`);
  } else if (typeof actual === 'object' && actual !== null && typeof expected === 'object' && expected !== null) {
    assert.deepEqual(Object.keys(actual), Object.keys(expected), path);
    for (const [key, value] of Object.entries(actual)) assertAllClose(value, (expected as Record<string, unknown>)[key], `${path}.${key}`);
  } else assert.equal(actual, expected, path);
}
