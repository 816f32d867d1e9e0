/**
 * Shortfall, spreads, markouts, reversion and participation-weighted prices of the LOBSTER hour, worked out from the rows once
 * more: plain sums over lists, nothing shared with the product. Prices in dollars; undefined is null.
 */

import type { LobsterRow, OracleOrder } from './lobster-oracle.ts';

const BPS = 10_000;
export const HORIZONS_US = { '1s': 1e6, '15s': 15e6, '1m': 60e6, '5m': 300e6, '30m': 1_800e6 } as const;
type ByHorizon = Readonly<Record<keyof typeof HORIZONS_US, number | null>>;

export interface LobsterMeasures {
  readonly shortfall: number;
  readonly shortfallBps: number;
  readonly trading: number;
  readonly opportunity: number;
  readonly spreadCause: number;
  readonly driftCause: number;
  readonly effectiveArrivalBps: number;
  readonly effectiveFillBps: number;
  readonly realizedBps: ByHorizon;
  readonly markoutBps: ByHorizon;
  readonly reversionBps: ByHorizon;
  readonly priceImprovementBps: number;
  /** Null when every fill met a locked quote. */
  readonly spreadCapture: number | null;
  readonly relativePerformance: number | null;
  readonly pwp: Readonly<Record<'PWP_10' | 'PWP_20' | 'PWP_30', number | null>>;
}

interface Fill {
  readonly us: number;
  readonly quantity: number;
  readonly price: number;
  readonly bid: number;
  readonly ask: number;
}

const dollars = (price: number): number => price / 10_000;
const midOf = ({ bidPrice, askPrice }: LobsterRow): number => (dollars(bidPrice) + dollars(askPrice)) / 2;

/** `nowUs` is the service's clock at the end; later mids are final up to it and to the last row's time. */
export class LobsterTape {
  private readonly rows: readonly LobsterRow[];
  private readonly trades: readonly LobsterRow[];
  private readonly finalUs: number;
  private readonly fillsOf = new Map<string, Fill[]>();

  constructor(rows: readonly LobsterRow[], nowUs: number) {
    this.rows = rows;
    this.trades = rows.filter(({ type }) => type === 4 || type === 5);
    this.finalUs = Math.min(nowUs, rows.at(-1)!.timeUs);
    rows.forEach((row, i) => {
      if (row.type !== 4) return;
      const before = rows[i - 1]!;
      const fill = { us: row.timeUs, quantity: row.size, price: dollars(row.price), bid: dollars(before.bidPrice), ask: dollars(before.askPrice) };
      this.fillsOf.set(row.orderId, [...(this.fillsOf.get(row.orderId) ?? []), fill]);
    });
  }

  measure(order: OracleOrder): LobsterMeasures {
    const side = order.side === 'BUY' ? 1 : -1;
    const fills = this.fillsOf.get(order.orderId)!;
    const arrival = order.arrivalMid!;
    const filled = sum(fills, ({ quantity }) => quantity);
    const notional = sum(fills, ({ quantity, price }) => quantity * price);
    const unfilled = order.firstQuantity - filled;
    const opportunity = unfilled === 0 ? 0 : side * unfilled * (this.midUpTo(order.endUs)! - arrival);
    const trading = side * (notional - filled * arrival);
    const mean = (measure: (fill: Fill) => number): number => sum(fills, (fill) => fill.quantity * measure(fill)) / filled;
    const mid = ({ bid, ask }: Fill): number => (bid + ask) / 2;
    const unlocked = fills.filter(({ bid, ask }) => ask > bid);
    const midAtEnd = order.outcome === 'OPEN' ? null : this.finalMid(order.endUs);
    return {
      shortfall: trading + opportunity,
      shortfallBps: ((trading + opportunity) / (order.firstQuantity * arrival)) * BPS,
      trading,
      opportunity,
      spreadCause: sum(fills, (fill) => side * fill.quantity * (fill.price - mid(fill))),
      driftCause: sum(fills, (fill) => side * fill.quantity * (mid(fill) - arrival)),
      effectiveArrivalBps: mean((fill) => ((2 * side * (fill.price - arrival)) / arrival) * BPS),
      effectiveFillBps: mean((fill) => ((2 * side * (fill.price - mid(fill))) / mid(fill)) * BPS),
      realizedBps: this.later(fills, ({ price }, later) => ((2 * side * (price - later)) / later) * BPS),
      markoutBps: this.later(fills, ({ price }, later) => ((side * (later - price)) / price) * BPS),
      reversionBps: byHorizon((us) => {
        const later = midAtEnd === null ? null : this.finalMid(order.endUs + us);
        return later === null ? null : ((-side * (later - midAtEnd!)) / midAtEnd!) * BPS;
      }),
      priceImprovementBps: mean((fill) => ((side * ((side === 1 ? fill.ask : fill.bid) - fill.price)) / mid(fill)) * BPS),
      spreadCapture:
        unlocked.length === 0
          ? null
          : sum(unlocked, (fill) => (fill.quantity * side * (mid(fill) - fill.price)) / ((fill.ask - fill.bid) / 2)) / sum(unlocked, ({ quantity }) => quantity),
      relativePerformance: this.relativePerformance(order, side, notional / filled),
      pwp: { PWP_10: this.vwapOfFirst(order.startUs, filled / 0.1), PWP_20: this.vwapOfFirst(order.startUs, filled / 0.2), PWP_30: this.vwapOfFirst(order.startUs, filled / 0.3) },
    };
  }

  private later(fills: readonly Fill[], measure: (fill: Fill, laterMid: number) => number): ByHorizon {
    return byHorizon((us) => {
      const final = fills.map((fill) => ({ fill, later: this.finalMid(fill.us + us) })).filter(({ later }) => later !== null);
      const quantity = sum(final, ({ fill }) => fill.quantity);
      return quantity === 0 ? null : sum(final, ({ fill, later }) => fill.quantity * measure(fill, later!)) / quantity;
    });
  }

  private finalMid(us: number): number | null {
    return us > this.finalUs ? null : this.midUpTo(us);
  }

  /** Mid of the last row at or before a time. */
  private midUpTo(us: number): number | null {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle]!.timeUs <= us) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? null : midOf(this.rows[low - 1]!);
  }

  private relativePerformance(order: OracleOrder, side: number, average: number): number | null {
    const inInterval = this.trades.filter(({ timeUs }) => timeUs >= order.startUs && timeUs <= order.endUs);
    const volume = sum(inInterval, ({ size }) => size);
    if (volume === 0) return null;
    const worse = sum(inInterval, ({ size, price }) => {
      const distance = dollars(price) / average - 1;
      return Math.abs(distance) <= 1e-10 ? size / 2 : side * distance > 0 ? size : 0;
    });
    return worse / volume;
  }

  /** VWAP of the first shares at or after a time; null when there were not so many. */
  private vwapOfFirst(fromUs: number, volume: number): number | null {
    let left = volume;
    let notional = 0;
    for (const { timeUs, size, price } of this.trades) {
      if (timeUs < fromUs) continue;
      const taken = Math.min(left, size);
      notional += taken * dollars(price);
      left -= taken;
      if (left <= volume * 1e-12) return notional / volume;
    }
    return null;
  }
}

function byHorizon(value: (us: number) => number | null): ByHorizon {
  return Object.fromEntries(Object.entries(HORIZONS_US).map(([key, us]) => [key, value(us)])) as unknown as ByHorizon;
}

function sum<T>(list: readonly T[], term: (one: T) => number): number {
  return list.reduce((total, one) => total + term(one), 0);
}
