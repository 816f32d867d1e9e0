/** Attribution of an order's cost in the measures oracle (measures-oracle.ts): by cause, by bucket and against VWAP. */
import type { LiveFill, Placed, Trade } from './order-oracle-events.ts';
import type { OracleAnswer } from './order-oracle.ts';

const BPS = 10_000;
const SLICES = 10;

export interface Met extends LiveFill {
  readonly bid: number;
  readonly ask: number;
  readonly mid: number;
}

/** What the measures of one order are computed from. */
export interface Facts {
  readonly s: 1 | -1;
  readonly pa: number;
  readonly pd: number;
  readonly base: OracleAnswer;
  readonly order: Placed;
  readonly fills: readonly Met[];
  readonly trades: readonly Trade[];
  readonly startUs: number;
  readonly untilUs: number;
  readonly endUs: number;
  readonly s0: number;
  /** The mid at a moment: the last one known, and the one that is final. */
  readonly midAt: (us: number) => number;
  readonly finalMid: (us: number) => number;
}

export function attributionOf(f: Facts, total: number, cfa: { delay: number; opportunity: number; fees: number }, all: readonly Placed[]) {
  const { s, pa, pd, s0, fills } = f;
  const spread = (of: readonly Met[]): number => s * sum(of, (fill) => fill.quantity * (fill.price - fill.mid));
  const drift = (of: readonly Met[]): number => s * sum(of, (fill) => fill.quantity * (fill.mid - pa));
  const buckets = (keyOf: (fill: Met) => string) =>
    [...new Set(fills.map(keyOf))].map((key) => {
      const of = fills.filter((fill) => keyOf(fill) === key);
      const quantity = sum(of, (fill) => fill.quantity);
      const fees = sum(of, (fill) => fill.fee);
      const trading = s * sum(of, (fill) => fill.quantity * (fill.price - pa));
      const average_price = sum(of, (fill) => fill.quantity * fill.price) / quantity;
      return { key, quantity, average_price, spread: spread(of), drift: drift(of), fees, contribution_bps: ((trading + fees) / (s0 * pd)) * BPS };
    });
  const slices = slicesOf(f);
  const typeOf = (child: string | undefined): unknown => all.find(({ event }) => event.type === 'route' && child !== undefined && event['child_order_id'] === child)?.event['order_type'];
  return {
    by_cause: { delay: cfa.delay, spread: spread(fills), drift: drift(fills), opportunity: cfa.opportunity, fees: cfa.fees, total },
    by_venue: buckets((fill) => fill.venue),
    by_time_slice: buckets((fill) => textOf(slices[sliceAt(slices, fill.us)]!)),
    by_child_type: buckets((fill) => (typeOf(fill.child) as string | undefined) ?? 'UNKNOWN'),
    by_liquidity: buckets((fill) => fill.liquidity ?? 'UNKNOWN'),
    vwap: vwapOf(f, slices),
  };
}

function slicesOf({ startUs, untilUs }: Facts): number[] {
  return untilUs <= startUs ? [startUs] : Array.from({ length: SLICES }, (_, i) => startUs + Math.floor(((untilUs - startUs) * i) / SLICES));
}

function sliceAt(starts: readonly number[], us: number): number {
  return Math.max(0, starts.findLastIndex((start) => start <= us));
}

/** A moment as answers write it. */
function textOf(us: number): string {
  return new Date(us / 1_000).toISOString().replace('Z', `${String(us % 1_000).padStart(3, '0')}Z`);
}

function vwapOf(f: Facts, starts: readonly number[]) {
  const market = f.trades.filter((trade) => trade.us >= f.startUs && trade.us <= f.untilUs);
  const volumes = starts.map((_, i) => sum(market.filter((trade) => sliceAt(starts, trade.us) === i), (trade) => trade.quantity));
  const first = volumes.findIndex((volume) => volume > 0);
  const groupOf = starts.map((_, i) => Math.max(first, volumes.findLastIndex((volume, j) => j <= i && volume > 0)));
  const vwap = sum(market, (trade) => trade.quantity * trade.price) / sum(market, (trade) => trade.quantity);
  let [scheduling, execution] = [0, 0];
  for (const group of new Set(groupOf)) {
    const there = market.filter((trade) => groupOf[sliceAt(starts, trade.us)] === group);
    const own = f.fills.filter((fill) => groupOf[sliceAt(starts, fill.us)] === group);
    const volume = sum(there, (trade) => trade.quantity);
    const sliceVwap = sum(there, (trade) => trade.quantity * trade.price) / volume;
    const w = sum(own, (fill) => fill.quantity) / f.base.filled;
    scheduling += (w - volume / sum(market, (trade) => trade.quantity)) * sliceVwap;
    execution += sum(own, (fill) => fill.quantity * (fill.price - sliceVwap)) / f.base.filled;
  }
  return { scheduling_bps: (f.s * scheduling * BPS) / vwap, execution_bps: (f.s * execution * BPS) / vwap };
}

export function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
