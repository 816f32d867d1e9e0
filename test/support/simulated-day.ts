/**
 * A simulated trading day for tests: the synthetic market, the desk in it and the faults of delivery, all from one seed; and what
 * one order's numbers are made of, picked out of the list of all that was delivered.
 */
import type { EventOf, InputEvent } from '../../engine/domain/events.ts';
import type { Delivered, DeliveryRates } from '../../simulation/delivery/delivery.ts';
import type { Desk, Emit, OrderTruth } from '../../simulation/desk/desk-contract.ts';
import type { DeskRates } from '../../simulation/desk/desk-options.ts';
import { TradingDesk } from '../../simulation/desk/trading-desk.ts';
import type { IncidentRates } from '../../simulation/market/incidents.ts';
import type { TradeHappening } from '../../simulation/market/market-source.ts';
import { SyntheticMarket } from '../../simulation/market/synthetic-market.ts';
import { Simulation } from '../../simulation/simulation.ts';
import { type OracleEvent, type Placed, placed } from '../oracle/order-oracle-events.ts';

/** 2026-03-02, 09:30 in New York. */
export const DAY_START_US = Date.UTC(2026, 2, 2, 14, 30) * 1_000;

export interface DayOptions {
  readonly seed: number;
  readonly hours: number;
  readonly orders: number;
  readonly symbols: number;
  readonly deliveryRates?: Partial<DeliveryRates>;
  readonly deskRates?: Partial<DeskRates>;
  readonly incidentRates?: Partial<IncidentRates>;
}

/** All that can go wrong, many times as often as on an ordinary day: for days of minutes. */
export const ROUGH = {
  deliveryRates: { lateExecutions: 0.1, lateAnnouncements: 0.1, duplicates: 0.05, lateMarketData: 0.01 },
  deskRates: { rejectedOrder: 0.05, cancel: 0.15, replace: 0.4, bust: 0.03, correction: 0.04, tightLimit: 0.12, badParameter: 0.08 },
  incidentRates: { news: 10, drought: 4, halt: 6, staleFeed: 6, crossedQuotes: 20, oneSidedQuotes: 20, skewedClock: 20, ineligiblePrints: 0.1 },
} as const satisfies Partial<DayOptions>;

export interface SimulatedDay {
  /** In the order of arrival. */
  readonly delivered: readonly Delivered[];
  readonly truths: readonly OrderTruth[];
  /** What the market did, and what the desk printed of its own taking: before delivery. */
  readonly tradesOfOthers: readonly TradeHappening[];
  readonly ownPrints: readonly EventOf<'trade'>[];
}

export function simulateDay({ seed, hours, orders, symbols, deliveryRates = {}, deskRates = {}, incidentRates = {} }: DayOptions): SimulatedDay {
  const market = new SyntheticMarket({ seed, dayStart: DAY_START_US, hours, symbols, incidentRates });
  const tradesOfOthers: TradeHappening[] = [];
  const ownPrints: EventOf<'trade'>[] = [];
  const openDesk = (emit: Emit): Desk => {
    const heard: Emit = (event, timeUs) => {
      if (event.type === 'trade') ownPrints.push(event);
      emit(event, timeUs);
    };
    const desk = new TradingDesk({ market, seed, orders, rates: deskRates, emit: heard });
    return {
      nextUs: () => desk.nextUs(),
      act: () => desk.act(),
      close: (timeUs) => desk.close(timeUs),
      onHappening(happening) {
        if (happening.kind === 'trade') tradesOfOthers.push(happening);
        desk.onHappening(happening);
      },
      get truths() {
        return desk.truths;
      },
    };
  };
  const simulation = new Simulation({ market, seed, deliveryRates, openDesk });
  const delivered = [...simulation.events()];
  return { delivered, truths: simulation.desk.truths, tradesOfOthers, ownPrints };
}

/** A list of all that was delivered, and of it what an oracle needs for one order: in the order of arrival, nothing thinned out. */
export class DeliveredList {
  private readonly ofOrder = new Map<string, Placed[]>();
  /** Market data, statuses and reference data. */
  private readonly ofSymbol = new Map<string, Placed[]>();
  private readonly symbolOf = new Map<string, string>();
  private readonly indexOf = new Map<string, string>();

  constructor(events: readonly InputEvent[]) {
    for (const item of placed(events as readonly unknown[] as readonly OracleEvent[])) {
      const { type, order_id: orderId, symbol, index_symbol: index } = item.event as InputEvent & { order_id?: string; symbol?: string; index_symbol?: string };
      if (type === 'order') this.symbolOf.set(orderId!, symbol!);
      if (index !== undefined) this.indexOf.set(symbol!, index);
      if (orderId !== undefined) append(this.ofOrder, orderId, item);
      else append(this.ofSymbol, symbol!, item);
    }
  }

  /** Everything about an order, its symbol and its symbol's index that came before a place in the list. */
  neededBy(orderId: string, before = Number.POSITIVE_INFINITY): Placed[] {
    const symbol = this.symbolOf.get(orderId)!;
    const symbols = new Set([symbol, this.indexOf.get(symbol) ?? symbol]);
    const items = [...this.ofOrder.get(orderId)!, ...[...symbols].flatMap((one) => this.ofSymbol.get(one) ?? [])];
    return items.filter(({ at }) => at < before).sort((a, b) => a.at - b.at);
  }
}

function append(lists: Map<string, Placed[]>, key: string, item: Placed): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
