/**
 * The numbers of orders worked out a second time from the list of everything that came: the plain twin of the engine.
 *
 * It shares no code with engine/, gateway/ or storage/ and has no state: each answer scans the whole list, as the
 * definitions (metrics.md) are written. Sums over fills and trades are exact (order-oracle-exact.ts). Undefined is null.
 *
 * `now` is given. Trades and mids behind it do not exist yet, as the definitions say.
 */
import { Exact, exactProducts, exactSum } from './order-oracle-exact.ts';
import { liveFillsOf, type LiveFill, microseconds, type OracleEvent, type Placed, placed, type Quote, quotesOf, type Trade, tradesOf } from './order-oracle-events.ts';
import { plan } from './order-oracle-plan.ts';

const BPS = 10_000;
const TERMINAL: Readonly<Record<string, string>> = {
  order_canceled: 'CANCELED',
  order_expired: 'EXPIRED',
  order_rejected: 'REJECTED',
  order_done_for_day: 'DONE_FOR_DAY',
};
/** Two prices nearer than this are told apart by exact arithmetic only. */
const TIE = 1e-10;
/** Nearer to the border of what is a tie than rounding can tell. */
const NEAR_TIE = 1e-13;

export interface OracleVenue {
  readonly key: string;
  readonly quantity: number;
  readonly average_price: number;
  readonly fees: number;
  readonly contribution_bps: number | null;
}

export interface OracleAnswer {
  readonly state: string;
  readonly quantity: number;
  readonly filled: number;
  readonly leaves: number;
  readonly fillCount: number;
  readonly notional: number;
  readonly fees: number;
  readonly averagePrice: number | null;
  readonly firstFillUs: number | null;
  readonly lastFillUs: number | null;
  readonly endUs: number | null;
  readonly progress: number;
  readonly expected: number | null;
  /** Expected progress just after each replace. */
  readonly planBases: readonly number[];
  readonly speed: number | null;
  readonly fillRate: number | null;
  readonly fillRateBasis: 'children' | 'parent';
  readonly arrivalPrice: number | null;
  readonly arrivalBasis: 'given' | 'mid' | 'last_trade' | null;
  readonly slippageBps: number | null;
  readonly impactBps: number | null;
  readonly volume: number;
  readonly vwap: number | null;
  readonly vwapCostBps: number | null;
  readonly twap: number | null;
  readonly twapCostBps: number | null;
  readonly participation: number | null;
  readonly rpm: number | null;
  /** A trade's price is so near the border of a tie that rounding decides. */
  readonly isNearTie: boolean;
  readonly score: number | null;
  readonly venues: readonly OracleVenue[];
}

/** Everything about one order at `now`, from all that came for all symbols, in the order in which it came. */
export function orderOracle(events: readonly OracleEvent[], orderId: string, nowUs: number): OracleAnswer {
  return orderOracleOf(placed(events), orderId, nowUs);
}

/** The same of events in their places, for who asks about many orders of one list. */
export function orderOracleOf(all: readonly Placed[], orderId: string, nowUs: number): OracleAnswer {
  const order = all.find(({ event }) => event.type === 'order' && event['order_id'] === orderId);
  if (order === undefined) throw new Error(`no order event of ${orderId}`);
  const symbol = order.event['symbol'] as string;
  const own = all.filter(({ event }) => event['order_id'] === orderId && event.type !== 'order');
  const quotes = quotesOf(all, symbol);
  const trades = tradesOf(all, symbol);
  const fills = liveFillsOf(own);
  const side = order.event['side'] === 'BUY' ? 1 : -1;

  const { ends, replaces, pending } = life(own);
  const firstEnd = ends[0];
  const filledExact = exactSum(fills.map((fill) => fill.quantity));
  const filled = filledExact.toNumber();
  const planned = plan({ order, replaces, fills, trades });
  const { quantity } = planned;
  const isFilled = filled > 0 && filledExact.compare(Exact.of(quantity)) >= 0;
  const endUs = isFilled ? fills.at(-1)!.us : (firstEnd?.us ?? null);
  const state = isFilled ? (pending ?? 'FILLED') : (firstEnd?.state ?? pending ?? (filled > 0 ? 'PARTIALLY_FILLED' : 'NEW'));
  const untilUs = endUs === null ? nowUs : Math.min(nowUs, endUs);
  const startUs = startOf(order);
  const inInterval = trades.filter((trade) => trade.us >= startUs && trade.us <= untilUs);

  const notionalExact = exactProducts(fills.map((fill) => [fill.quantity, fill.price]));
  const averagePrice = filled > 0 ? notionalExact.over(filledExact) : null;
  const arrival = arrivalOf(order, quotes, trades);
  const expected = planned.expectedAt(untilUs);
  const progress = filled / quantity;
  const speed = speedOf(progress, expected);
  const children = childrenOf(own, fills);
  const fillRate = children.count === 0 ? filled / quantity : children.routed === 0 ? null : children.filled / children.routed;
  const volumeExact = exactSum(inInterval.map((trade) => trade.quantity));
  const volume = volumeExact.toNumber();
  const vwap = volume > 0 ? exactProducts(inInterval.map((trade) => [trade.price, trade.quantity])).over(volumeExact) : null;
  const twap = timeWeightedMid(quotes, startUs, untilUs);
  const midNow = (endUs === null ? quotes : quotes.filter((quote) => quote.us <= endUs)).at(-1)?.mid ?? null;
  const rpm = averagePrice === null || volume === 0 ? null : relativePerformance(side, inInterval, notionalExact, filledExact);
  const cost = (reference: number | null): number | null => costBps(side, averagePrice, reference);
  return {
    state,
    quantity,
    filled,
    leaves: endUs === null ? quantity - filled : 0,
    fillCount: fills.length,
    notional: notionalExact.toNumber(),
    fees: exactSum(fills.map((fill) => fill.fee)).toNumber(),
    averagePrice,
    firstFillUs: fills[0]?.us ?? null,
    lastFillUs: fills.at(-1)?.us ?? null,
    endUs,
    progress,
    expected,
    planBases: planned.bases,
    speed,
    fillRate,
    fillRateBasis: children.count === 0 ? 'parent' : 'children',
    arrivalPrice: arrival.price,
    arrivalBasis: arrival.basis,
    slippageBps: cost(arrival.price),
    impactBps: costBps(side, midNow, arrival.price),
    volume,
    vwap,
    vwapCostBps: cost(vwap),
    twap,
    twapCostBps: cost(twap),
    participation: volume > 0 ? filled / volume : null,
    rpm,
    isNearTie: averagePrice !== null && inInterval.some((trade) => Math.abs(Math.abs(trade.price / averagePrice - 1) - TIE) < NEAR_TIE),
    score: score(speed, rpm, fillRate),
    venues: venuesOf(order, side, arrival.price, fills),
  };
}

/** What ended the order (first the end that counts), the replaces that came before an end, and what is pending. */
export function life(own: readonly Placed[]): { ends: { us: number; state: string }[]; replaces: Placed[]; pending: string | undefined } {
  const ends: { us: number; state: string }[] = [];
  const replaces: Placed[] = [];
  let pending: string | undefined;
  for (const item of own) {
    const terminal = TERMINAL[item.event.type];
    if (terminal !== undefined) {
      if (ends.length > 0 && ends[0]!.state !== 'DONE_FOR_DAY') continue;
      ends.unshift({ us: item.us, state: terminal });
      pending = undefined;
    } else if (ends.length > 0) continue;
    else if (item.event.type === 'order_replaced') {
      replaces.push(item);
      if (pending === 'PENDING_REPLACE') pending = undefined;
    } else if (item.event.type === 'order_pending_replace') pending = 'PENDING_REPLACE';
    else if (item.event.type === 'order_pending_cancel') pending = 'PENDING_CANCEL';
    else if (item.event.type === 'order_cancel_rejected') pending = undefined;
  }
  return { ends, replaces, pending };
}

function startOf(order: Placed): number {
  return order.event['start_time'] === undefined ? order.us : microseconds(order.event['start_time'] as string);
}

function speedOf(progress: number, expected: number | null): number | null {
  if (expected === null) return null;
  if (expected === 0) return progress === 0 ? 1 : 10;
  return progress / expected;
}

function arrivalOf(order: Placed, quotes: readonly Quote[], trades: readonly Trade[]): { price: number | null; basis: OracleAnswer['arrivalBasis'] } {
  if (order.event['arrival_price'] !== undefined) return { price: order.event['arrival_price'] as number, basis: 'given' };
  const isBefore = (item: { us: number; at: number }): boolean => item.us < order.us || (item.us === order.us && item.at < order.at);
  const quote = quotes.filter(isBefore).at(-1);
  if (quote !== undefined) return { price: quote.mid, basis: 'mid' };
  const trade = trades.filter(isBefore).at(-1);
  return trade === undefined ? { price: null, basis: null } : { price: trade.price, basis: 'last_trade' };
}

function childrenOf(own: readonly Placed[], fills: readonly LiveFill[]): { count: number; routed: number; filled: number } {
  const totals = { count: 0, routed: 0, filled: 0 };
  for (const { event } of own) {
    if (event.type !== 'route') continue;
    const id = event['child_order_id'];
    const routed = event['quantity'] as number;
    const filled = exactSum(fills.filter((fill) => fill.child === id).map((fill) => fill.quantity)).toNumber();
    const isEnded = own.some(({ event: other }) => other['child_order_id'] === id && /^route_(rejected|canceled|expired)$/.test(other.type));
    totals.count++;
    if (!isEnded && filled < routed) continue;
    totals.routed += routed;
    totals.filled += filled;
  }
  return totals;
}

/** Average of the last-carried mid over the part of [from, to] in which there was one; the mid itself for no length. */
function timeWeightedMid(quotes: readonly Quote[], fromUs: number, toUs: number): number | null {
  if (toUs < fromUs) return null;
  if (toUs === fromUs) return quotes.filter((quote) => quote.us <= toUs).at(-1)?.mid ?? null;
  let area = 0;
  let length = 0;
  quotes.forEach((quote, i) => {
    const begins = Math.max(quote.us, fromUs);
    const ends = Math.min(quotes[i + 1]?.us ?? toUs, toUs);
    if (ends <= begins) return;
    area += quote.mid * (ends - begins);
    length += ends - begins;
  });
  return length === 0 ? null : area / length;
}

/**
 * Share of the volume at worse prices than the average, ties half. A decimal average such as 100.00 of 99.95 and 100.05 is
 * no exact binary fraction, so by definition (docs/metrics.md) prices within 1e-10 of the average are ties.
 */
function relativePerformance(side: 1 | -1, trades: readonly Trade[], notional: Exact, filled: Exact): number {
  let worse = Exact.ZERO;
  for (const trade of trades) {
    const average = notional.over(filled);
    const compared = Math.abs(trade.price / average - 1) <= TIE ? 0 : side * Math.sign(trade.price - average);
    if (compared >= 0) worse = worse.plus(Exact.of(trade.quantity).times(Exact.of(compared > 0 ? 1 : 0.5)));
  }
  return worse.over(exactSum(trades.map((trade) => trade.quantity)));
}

function costBps(side: number, price: number | null, reference: number | null): number | null {
  return price === null || reference === null ? null : (side * (price - reference) * BPS) / reference;
}

function score(speed: number | null, efficiency: number | null, fillRate: number | null): number | null {
  const parts = [
    [speed === null ? null : Math.min(1, speed), 0.4],
    [efficiency, 0.45],
    [fillRate === null ? null : Math.min(1, fillRate), 0.15],
  ] as const;
  const defined = parts.filter(([value]) => value !== null);
  if (defined.length === 0) return null;
  return (100 * defined.reduce((total, [value, weight]) => total + value! * weight, 0)) / defined.reduce((total, [, weight]) => total + weight, 0);
}

function venuesOf(order: Placed, side: number, arrivalPrice: number | null, fills: readonly LiveFill[]): OracleVenue[] {
  const reference = (order.event['decision_price'] as number | undefined) ?? arrivalPrice;
  return [...new Set(fills.map((fill) => fill.venue))].map((key) => {
    const there = fills.filter((fill) => fill.venue === key);
    const quantity = exactSum(there.map((fill) => fill.quantity)).toNumber();
    const notional = exactProducts(there.map((fill) => [fill.quantity, fill.price])).toNumber();
    const fees = exactSum(there.map((fill) => fill.fee)).toNumber();
    const contribution_bps =
      arrivalPrice === null ? null : ((side * (notional - quantity * arrivalPrice) + fees) / ((order.event['quantity'] as number) * reference!)) * BPS;
    return { key, quantity, average_price: notional / quantity, fees, contribution_bps };
  });
}
