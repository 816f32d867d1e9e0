/**
 * What goes wrong in a day of the synthetic market, planned from the seed before it begins. Owns when and how large; what an
 * incident does is done by the parts that read the plan.
 */

import type { RandomStream } from '../random/random-stream.ts';
import type { InstrumentFacts } from './instruments.ts';
import { VENUES } from './instruments.ts';
import type { Incident } from './market-source.ts';
import { DAY_US, type SessionTimes } from './session-times.ts';

/** Expected numbers in a whole day: of one symbol, of one venue for the clocks. A shorter session has its part of them. */
export interface IncidentRates {
  readonly news: number;
  readonly drought: number;
  readonly halt: number;
  readonly staleFeed: number;
  readonly crossedQuotes: number;
  readonly oneSidedQuotes: number;
  readonly skewedClock: number;
  /** Extra prints that no VWAP counts, as a ratio of the trades. */
  readonly ineligiblePrints: number;
}

export const INCIDENT_RATES: IncidentRates = {
  news: 0.6,
  drought: 0.25,
  halt: 0.15,
  staleFeed: 0.25,
  crossedQuotes: 0.6,
  oneSidedQuotes: 0.5,
  skewedClock: 0.6,
  ineligiblePrints: 0.012,
};

/** A venue's clock that is off: `offsetUs` is added to the times it prints. */
export interface ClockSkew {
  readonly venueNo: number;
  readonly fromUs: number;
  readonly toUs: number;
  readonly offsetUs: number;
}

export interface IncidentPlan {
  /** In the order of their beginning. */
  readonly incidents: readonly Incident[];
  readonly skews: readonly ClockSkew[];
}

const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;
/** Incidents of one symbol stand at least this far apart and from the auctions; less in a short session. */
const MARGIN_US_MAX = 2 * MINUTE_US;
const MARGIN_SHARE = 0.02;
/** In a short session no incident is longer than this part of it. */
const LENGTH_SHARE_MAX = 0.25;
const PLACING_TRIES_MAX = 20;

const NEWS_RATIO_MIN = 0.003;
const NEWS_RATIO_MAX = 0.04;
/** News moves the price by this many daily volatilities, evenly drawn between the two. */
const NEWS_SCALE = [0.2, 0.6] as const;
/** Mean square of an even draw from a to b: (a^2 + ab + b^2) / 3. */
export const NEWS_SCALE_SQUARE = (NEWS_SCALE[0] * NEWS_SCALE[0] + NEWS_SCALE[0] * NEWS_SCALE[1] + NEWS_SCALE[1] * NEWS_SCALE[1]) / 3;

type SymbolKind = Exclude<Incident['kind'], 'skewed_clock'>;

/** Longest first: the short ones still find room between them. */
const KINDS: readonly { readonly kind: SymbolKind; readonly rate: keyof IncidentRates; readonly lengthUs: readonly [number, number] }[] = [
  { kind: 'drought', rate: 'drought', lengthUs: [10 * MINUTE_US, 40 * MINUTE_US] },
  { kind: 'halt', rate: 'halt', lengthUs: [5 * MINUTE_US, 15 * MINUTE_US] },
  { kind: 'news', rate: 'news', lengthUs: [3 * MINUTE_US, 10 * MINUTE_US] },
  { kind: 'stale_feed', rate: 'staleFeed', lengthUs: [45 * SECOND_US, 240 * SECOND_US] },
  { kind: 'one_sided_quotes', rate: 'oneSidedQuotes', lengthUs: [SECOND_US, 10 * SECOND_US] },
  { kind: 'crossed_quotes', rate: 'crossedQuotes', lengthUs: [SECOND_US / 5, 3 * SECOND_US] },
];

const SKEW_LENGTH_US = [20 * MINUTE_US, 60 * MINUTE_US] as const;
const SKEW_OFFSET_US = [-800_000, 1_200_000] as const;
const SKEW_OFFSET_US_MIN = 100_000;

/**
 * Plans the incidents of continuous trading. Two of the same symbol do not overlap; one that finds no room is left out. The number of
 * a kind is its expectation rounded up or down by chance, so that a default day has a few of each.
 */
export function planIncidents(
  stream: RandomStream,
  facts: readonly InstrumentFacts[],
  { openUs, closeUs }: SessionTimes,
  rates: IncidentRates,
): IncidentPlan {
  const sessionUs = closeUs - openUs;
  const marginUs = Math.min(MARGIN_US_MAX, sessionUs * MARGIN_SHARE);
  const numberOf = (expected: number): number => Math.floor(expected * (sessionUs / DAY_US) + stream.uniform());
  const place = ([shortest, longest]: readonly [number, number]) => {
    const lengthUs = Math.min(stream.between(shortest, longest), sessionUs * LENGTH_SHARE_MAX);
    const fromUs = Math.round(stream.between(openUs + marginUs, closeUs - marginUs - lengthUs));
    return { fromUs, toUs: fromUs + Math.round(lengthUs) };
  };

  const incidents: Incident[] = [];
  for (const { kind, rate, lengthUs } of KINDS) {
    const count = numberOf(rates[rate] * facts.length);
    for (let i = 0; i < count; i++) {
      for (let tries = 0; tries < PLACING_TRIES_MAX; tries++) {
        const { symbol, dailyVolatility } = stream.pick(facts);
        const { fromUs, toUs } = place(lengthUs);
        const isNear = (other: Incident): boolean => fromUs < other.toUs + marginUs && toUs > other.fromUs - marginUs;
        if (incidents.some((other) => other.symbol === symbol && isNear(other))) continue;
        incidents.push({ kind, symbol, fromUs, toUs, size: sizeOf(kind, dailyVolatility, stream) });
        break;
      }
    }
  }

  const skews: ClockSkew[] = [];
  const clockCount = numberOf(rates.skewedClock * VENUES.length);
  for (let i = 0; i < clockCount; i++) {
    const venueNo = stream.integer(0, VENUES.length - 1);
    const { fromUs, toUs } = place(SKEW_LENGTH_US);
    const offsetUs = skewOffsetUs(stream);
    if (skews.some((other) => other.venueNo === venueNo && fromUs < other.toUs && toUs > other.fromUs)) continue;
    skews.push({ venueNo, fromUs, toUs, offsetUs });
    for (const { symbol } of facts) incidents.push({ kind: 'skewed_clock', symbol, fromUs, toUs, size: offsetUs });
  }
  return { incidents: incidents.sort((a, b) => a.fromUs - b.fromUs), skews };
}

function sizeOf(kind: SymbolKind, dailyVolatility: number, stream: RandomStream): number {
  if (kind === 'drought') return Math.round(stream.between(0.05, 0.3) * 1_000) / 1_000;
  if (kind !== 'news') return 0;
  const ratio = Math.min(NEWS_RATIO_MAX, Math.max(NEWS_RATIO_MIN, dailyVolatility * stream.between(...NEWS_SCALE)));
  return (stream.chance(0.5) ? 1 : -1) * (Math.round(ratio * 1e6) / 1e6);
}

function skewOffsetUs(stream: RandomStream): number {
  for (;;) {
    const offsetUs = Math.round(stream.between(...SKEW_OFFSET_US));
    if (Math.abs(offsetUs) >= SKEW_OFFSET_US_MIN) return offsetUs;
  }
}
