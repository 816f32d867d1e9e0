/**
 * When everything of an open-loop round is to be sent: fixed in advance, whatever the service does.
 *
 * Fills come one by one at a fixed rate. Quotes come as a market data feed sends them: FEEDS feeds, each with the symbols
 * that are its own, send what came up in the last FEED_INTERVAL_US as one batch; the feeds take turns.
 */

import { QUOTES_PER_FILL } from './events.ts';
import type { FillsSpec } from './fills.ts';

const US_PER_SECOND = 1_000_000;
const FEED_INTERVAL_US = 20_000;
export const FEEDS = 4;

export interface OpenLoopSpec extends FillsSpec {
  readonly fillsPerSecond: number;
  /** Fills planned before this are sent and checked like the others, and left out of the latencies. */
  readonly warmupUs: number;
}

/** A batch of quotes: those numbered from `firstQuoteNo` on, all of one feed. */
export interface QuoteBatch {
  readonly feed: number;
  readonly firstQuoteNo: number;
  readonly quoteCount: number;
}

export interface Timetable {
  /** When each step is due, in microseconds from the round's start; rising. */
  readonly dueUs: Float64Array;
  /** What the step is: the number of a fill, or a batch of quotes. */
  readonly steps: readonly (number | QuoteBatch)[];
}

/** When a fill is planned, in microseconds from the round's start. */
export function plannedFillUs(spec: Pick<OpenLoopSpec, 'fillsPerSecond'>, fillNo: number): number {
  return (fillNo * US_PER_SECOND) / spec.fillsPerSecond;
}

/** The number of a fill with which the measuring begins. */
export function firstMeasuredFill(spec: OpenLoopSpec): number {
  return Math.ceil((spec.warmupUs * spec.fillsPerSecond) / US_PER_SECOND);
}

/** The symbol of a quote of a feed. A feed has the symbols whose number leaves its own when divided by FEEDS. */
export function quoteSymbolNo(spec: FillsSpec, feed: number, quoteNo: number): number {
  return feed + FEEDS * (quoteNo % (spec.symbolCount / FEEDS));
}

/** `spec.symbolCount` must be a multiple of FEEDS. */
export function makeTimetable(spec: OpenLoopSpec): Timetable {
  if (spec.symbolCount % FEEDS !== 0) throw new RangeError(`symbolCount must be a multiple of ${FEEDS}, got ${spec.symbolCount}`);
  const endUs = plannedFillUs(spec, spec.fillCount);
  const due: { readonly us: number; readonly step: number | QuoteBatch }[] = [];
  for (let fillNo = 0; fillNo < spec.fillCount; fillNo++) due.push({ us: plannedFillUs(spec, fillNo), step: fillNo });
  const quotesPerFeedUs = (spec.fillsPerSecond * QUOTES_PER_FILL) / FEEDS / US_PER_SECOND;
  for (let feed = 0; feed < FEEDS; feed++) {
    let sent = 0;
    for (let us = ((feed + 1) * FEED_INTERVAL_US) / FEEDS; us < endUs; us += FEED_INTERVAL_US) {
      const quoteCount = Math.floor(us * quotesPerFeedUs) - sent;
      if (quoteCount > 0) due.push({ us, step: { feed, firstQuoteNo: sent, quoteCount } });
      sent += quoteCount;
    }
  }
  due.sort((a, b) => a.us - b.us);
  return { dueUs: Float64Array.from(due, ({ us }) => us), steps: due.map(({ step }) => step) };
}
