/**
 * Random lives (engine-lives.ts) in a whole market: instruments with reference data and an index, sessions and halts, auction
 * prints, decision times, liquidity and child order types, and hours of market data behind the end, in which what is only
 * final later becomes final. Still a pure function of small numbers.
 */
import fc from './properties.ts';

import type { InputEvent } from '../../engine/domain/events.ts';
import { formatTimestamp, parseTimestampUs } from '../../engine/domain/timestamp.ts';
import { type Arrival, BEGIN_US, type Life, lives } from './engine-lives.ts';

const SECOND_US = 1_000_000;
const GRID_US = 10_000;
const INDEX = 'IDX';
const TRADED = ['AAA', 'BBB'];
/** Time in a life may pass this many times as fast, so that the longer horizons are passed inside it. */
const STRETCHES = [1, 1, 7, 60];
/** Behind the end of a life, in seconds: on both sides of the markout horizons. */
const TAIL_SECONDS = [0.5, 1, 14, 16, 61, 240, 301, 1_700, 1_800, 1_801, 2_400, 4_000];
const CURVES = [[0, 0.3, 0.45, 0.6, 1], [0, 0.5, 1], [0.1, 0.1, 0.9], [0, 0.2, 0.2, 0.2, 0.7, 0.95]];
const NEXT_STATUS: Readonly<Record<string, readonly string[]>> = {
  OPEN: ['HALTED', 'HALTED', 'AUCTION', 'CLOSED'],
  HALTED: ['OPEN', 'OPEN', 'CLOSED'],
  AUCTION: ['CLOSED'],
  CLOSED: ['OPEN'],
};
const RISK_AVERSIONS = [0, 1e-6, 1e-3, 0.05];
const LIQUIDITIES = ['ADDED', 'REMOVED', 'ROUTED', 'AUCTION', undefined] as const;
const CHILD_TYPES = ['LIMIT', 'MARKET', 'PEG', undefined] as const;

export interface MarketLife extends Life {
  readonly isEventClock: boolean;
  readonly shards: number;
}

const roll = fc.nat(9_999);
const rolls = fc.tuple(roll, roll, roll, roll);

export function marketLives(): fc.Arbitrary<MarketLife> {
  return fc
    .tuple(lives({ isWide: true, stepsMax: 60 }), fc.tuple(rolls, rolls), rolls, fc.array(rolls, { maxLength: 30 }), fc.array(rolls, { maxLength: 14 }))
    .map(([life, instruments, [kind, shards, first], extras, tail]) => {
      const stretch = STRETCHES[kind % STRETCHES.length]!;
      const arrivals = [
        ...instruments.flatMap((dice, i) => instrument(TRADED[i]!, dice)),
        ...instruments.flatMap((dice, i) => before(TRADED[i]!, dice)),
        ...withExtras(life.arrivals.filter(({ event }) => event.type !== 'market_status').map(furnished), extras, first),
      ].map((arrival) => stretched(arrival, stretch));
      const endUs = arrivals.at(-1)!.reachedUs;
      const canceled = life.orderIds.filter((_, i) => (first >> i) % 2 === 0);
      arrivals.push(...canceled.map((order_id) => ({ event: { type: 'order_canceled' as const, timestamp: formatTimestamp(endUs), order_id }, reachedUs: endUs })));
      arrivals.push(...tail.map((dice, i) => later(endUs, dice, i)).sort((a, b) => a.reachedUs - b.reachedUs));
      return { ...life, arrivals, endUs: arrivals.at(-1)!.reachedUs, isEventClock: stretch === 1 && kind % 3 === 0, shards: 1 + (shards % 2) };
    });
}

function instrument(symbol: string, [a, b, c, d]: readonly [number, number, number, number]): Arrival[] {
  if (a % 8 === 0) return [];
  const event = {
    type: 'instrument',
    timestamp: formatTimestamp(BEGIN_US),
    symbol,
    ...(a % 7 === 0 ? {} : { adv: 2_000 + b * 50 }),
    ...(b % 7 === 0 ? {} : { daily_volatility: (1 + (c % 400)) / 10_000 }),
    ...(c % 3 === 0 ? {} : { shares_outstanding: 100_000 + d * 1_000 }),
    ...(d % 4 === 0 ? {} : { beta: (a % 300) / 100 - 0.5, index_symbol: INDEX }),
    ...(c % 4 === 0 ? {} : { volume_curve: CURVES[d % CURVES.length] }),
    ...([{}, { trading_day_minutes: 10 }, { trading_day_minutes: 90 }] as const)[b % 3],
  };
  return [{ event: event as InputEvent, reachedUs: BEGIN_US }];
}

/** A market that was there before the life began: mostly quotes, sometimes the auctions of the day before and of the morning. */
function before(symbol: string, [a, b, c, d]: readonly [number, number, number, number]): Arrival[] {
  const price = 95 + (b % 1_000) / 100;
  const told = (fields: Record<string, unknown>): Arrival => ({ event: { timestamp: formatTimestamp(BEGIN_US), ...fields } as unknown as InputEvent, reachedUs: BEGIN_US });
  return [
    ...(c % 5 === 0 ? [] : [told({ type: 'quote', symbol, bid: price, ask: price + (d % 7) / 100 })]),
    ...(c % 7 === 0 ? [] : [told({ type: 'quote', symbol: INDEX, bid: 5_000, ask: 5_000 + (d % 3) })]),
    ...(a % 3 === 0 ? [told({ type: 'trade', symbol, price: price - 1, quantity: 900, conditions: ['CLOSE'], vwap_eligible: false })] : []),
    ...(a % 4 === 0 ? [told({ type: 'trade', symbol, price: price + 1, quantity: 2_000, conditions: ['OPEN'] })] : []),
  ];
}

/** What an event has beside what the oracle of orders knows; the same for an event that comes again. */
function furnished({ event, reachedUs }: Arrival): Arrival {
  if (event.type === 'execution') {
    const liquidity = LIQUIDITIES[hash(event.exec_id) % LIQUIDITIES.length];
    return { event: liquidity === undefined ? event : { ...event, liquidity }, reachedUs };
  }
  if (event.type === 'route') {
    const type = CHILD_TYPES[hash(event.child_order_id) % CHILD_TYPES.length];
    return { event: type === undefined ? event : { ...event, order_type: type }, reachedUs };
  }
  if (event.type !== 'order') return { event, reachedUs };
  const dice = hash(`${event.order_id}${event.quantity}`);
  const decision_time = formatTimestamp(parseTimestampUs(event.timestamp) - (1 + (dice % 40)) * SECOND_US);
  const decided = event.decision_price === undefined && dice % 3 === 0 ? { decision_time } : {};
  const averse = dice % 5 === 0 ? {} : { risk_aversion: RISK_AVERSIONS[dice % RISK_AVERSIONS.length]! };
  return { event: { ...event, ...decided, ...averse }, reachedUs };
}

/** Index levels, auction prints and statuses between the events of a life, some of them late. */
function withExtras(arrivals: readonly Arrival[], extras: readonly (readonly [number, number, number, number])[], first: number): Arrival[] {
  const sorted = extras.toSorted((x, y) => (x[0] % arrivals.length) - (y[0] % arrivals.length));
  let status = ['OPEN', 'CLOSED', 'HALTED', 'AUCTION'][first % 9] ?? 'OPEN';
  let lastStatusUs = -1;
  const all = [...arrivals];
  sorted.forEach(([place, kind, b, c], i) => {
    const at = place % arrivals.length;
    const us = arrivals[at]!.reachedUs;
    const timestamp = formatTimestamp(us);
    const late = c % 4 === 0 ? c % 11 : 0;
    const put = (event: Record<string, unknown>): void => {
      const to = Math.min(arrivals.length - 1, at + late);
      all.splice(all.indexOf(arrivals[to]!) + 1, 0, { event: { timestamp, ...event } as unknown as InputEvent, reachedUs: arrivals[to]!.reachedUs });
    };
    const symbol = TRADED[b % 2]!;
    const level = 5_000 + (b % 400) / 4;
    if (kind % 10 < 4) put(kind % 3 === 0 ? { type: 'trade', symbol: INDEX, price: level, quantity: 1 + (c % 9) } : { type: 'quote', symbol: INDEX, bid: level, ask: level + (c % 3) / 4 });
    else if (kind % 10 < 7) {
      const conditions = [['OPENING_AUCTION'], ['O'], ['CLOSING_AUCTION'], ['6', '@'], ['X']][(kind + c) % 5]!;
      put({ type: 'trade', symbol, price: 98 + (b % 500) / 100, quantity: 1 + (c % 300), conditions, ...(c % 3 === 0 ? { vwap_eligible: false } : {}) });
    } else if (us > lastStatusUs) {
      // One chain for both symbols, so that the chain is in order by event time for each.
      for (const each of TRADED) put({ type: 'market_status', symbol: each, status });
      const next: readonly string[] = NEXT_STATUS[status]!;
      status = i === 0 && status === 'AUCTION' ? 'OPEN' : next[c % next.length]!;
      lastStatusUs = us;
    }
  });
  return all.filter((arrival, i) => i === 0 || arrival.reachedUs >= all[i - 1]!.reachedUs);
}

function later(endUs: number, [kind, at, b, c]: readonly [number, number, number, number], i: number): Arrival {
  const us = endUs + TAIL_SECONDS[at % TAIL_SECONDS.length]! * SECOND_US;
  const price = 97 + (b % 600) / 100;
  const symbol = kind % 6 === 0 ? INDEX : TRADED[i % 2]!;
  const what = c % 3 === 0 ? { type: 'trade', price, quantity: 1 + (b % 1_500) } : { type: 'quote', bid: price, ask: price + (c % 5) / 100 };
  return { event: { timestamp: formatTimestamp(us), symbol, ...what } as unknown as InputEvent, reachedUs: us };
}

function stretched({ event, reachedUs }: Arrival, factor: number): Arrival {
  const us = (from: number): number => BEGIN_US + Math.round((from - BEGIN_US) / GRID_US) * GRID_US * factor;
  const text = (from: string): string => formatTimestamp(us(parseTimestampUs(from)));
  const moved: Record<string, unknown> = { ...event, timestamp: text(event.timestamp) };
  for (const field of ['start_time', 'end_time', 'decision_time']) if (moved[field] !== undefined) moved[field] = text(moved[field] as string);
  if (moved['schedule'] !== undefined) moved['schedule'] = (moved['schedule'] as { time: string; fraction: number }[]).map(({ time, fraction }) => ({ time: text(time), fraction }));
  return { event: moved as unknown as InputEvent, reachedUs: us(reachedUs) };
}

function hash(text: string): number {
  let value = 7;
  for (const char of text) value = (value * 31 + char.charCodeAt(0)) % 1_000_003;
  return value;
}
