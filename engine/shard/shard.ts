/**
 * A shard's own state: its orders with their fills and child orders, its symbols' markets, the lives of its alerts, and
 * where `now` is. Only apply-event.ts and what it calls change it, and only by records; so it is a fold of the journal.
 *
 * It reads no clock, draws no random number and does no IO: what it has to say goes to `ShardOutputs`.
 */

import type { AlertLife } from '../alerts/lifecycle.ts';
import type { OrderEvent } from '../domain/events.ts';
import type { Row } from '../domain/rows.ts';
import { DEFAULT_SETTINGS, type Settings } from '../domain/settings.ts';
import type { AlertNotice } from './alert-notice.ts';
import { ChildTable } from '../orders/child-table.ts';
import { FillTable } from '../orders/fill-table.ts';
import type { PlanTerms, Replace } from '../orders/replaces.ts';
import type { Plan } from '../metrics/expected-progress.ts';
import { MarketOfPlan } from './market-of-plan.ts';
import { WrittenRows } from './written-rows.ts';
import { VenueShares } from '../orders/venue-shares.ts';
import { IndexLevels } from '../market/index-levels.ts';
import { Market, newActivePlaces } from '../market/market.ts';
import { NONE } from '../journal/record.ts';
import type { Memory } from '../ring/memory.ts';
import type { SharedRows } from '../ring/shared-state.ts';

export interface ShardOutputs {
  /** The row is valid during the call: the next one may be the same object. */
  row(row: Row): void;
  alert(notice: AlertNotice): void;
  /** What is shown of an order has changed. */
  changed(orderNo: number): void;
}

/** Quotes that left the tape and are still needed, by what needs them. */
export interface KeptMarket {
  /** By execution number. */
  ofFills: Map<number, { readonly bid: number; readonly ask: number; readonly laterMids: readonly number[] }> | undefined;
  /** Mids at the end of the order and at each horizon after it, for the end they were taken for. */
  ofEnd: { readonly endedUs: number; readonly mids: readonly number[]; readonly spreadBps: number } | undefined;
}

/** What does not fit into the order's row. */
export interface OrderFacts {
  readonly announcement: OrderEvent;
  /** How it was first to be worked. */
  readonly terms: PlanTerms;
  /** Those terms as a plan, made when it is first asked for. */
  firstPlan: Plan | undefined;
  readonly replaces: Replace[];
  /** Thresholds of the monitoring session. */
  thresholds: Readonly<Record<string, number>>;
  /** By type; not there before the first. */
  alerts: Map<string, AlertLife> | undefined;
  /** What its fills and its end met in a market whose quotes have left the tape since; see market-met.ts. */
  readonly kept: KeptMarket;
}

export class Shard {
  readonly orders: SharedRows;
  readonly outputs: ShardOutputs;
  readonly fills = new FillTable();
  readonly children = new ChildTable();
  readonly venueShares = new VenueShares();
  readonly facts = new Map<number, OrderFacts>();
  readonly written = new WrittenRows();
  readonly markets = new Map<number, Market>();
  /** Of the orders that can still change by themselves or by the market, see market.ts. */
  readonly activePlaces = newActivePlaces();
  /** By symbol number: those that some instrument names. */
  readonly indices = new Map<number, IndexLevels>();
  readonly symbolNames: string[] = [];
  readonly venueNames: string[] = [];
  /** child_order_id by number, of all shards: an execution may name one whose route never comes. */
  readonly childNames: string[] = [];
  /** Sequence of the record in hand. Rows carry it: what came early is written when its order is announced. */
  sequence = 0;
  /** Records about orders that are announced behind them, oldest first. */
  readonly early = new Map<number, Memory[]>();
  /** The order whose row is open for writing, see change-order.ts. */
  openOrderNo = NONE;
  /** Ended orders that have left memory: number -> order_id. What still comes about them does not fit any more. */
  readonly evicted = new Map<number, string>();
  settings: Settings = DEFAULT_SETTINGS;
  settingsSequence = 0;
  /** For order-plan.ts. */
  readonly marketOfPlan = new MarketOfPlan();
  nowUs = Number.NEGATIVE_INFINITY;
  tickSequence = 0;

  constructor(orders: SharedRows, outputs: ShardOutputs) {
    this.orders = orders;
    this.outputs = outputs;
  }

  market(symbolNo: number): Market {
    let market = this.markets.get(symbolNo);
    if (market === undefined) this.markets.set(symbolNo, (market = new Market(symbolNo, this.activePlaces)));
    return market;
  }

  /** The index of a market, when its instrument names one and a beta. */
  indexOf(market: Market): { readonly levels: IndexLevels; readonly beta: number } | undefined {
    const beta = market.instrument?.beta;
    if (beta === undefined) return undefined;
    const levels = this.indices.get(market.indexNo);
    return levels === undefined ? undefined : { levels, beta };
  }

  factsOf(orderNo: number): OrderFacts {
    const facts = this.facts.get(orderNo);
    if (facts === undefined) throw new Error(`order ${orderNo} is not on this shard`);
    return facts;
  }

  /** True once an order was announced. */
  isKnown(orderNo: number): boolean {
    return this.facts.has(orderNo) || this.evicted.has(orderNo);
  }

  orderIdOf(orderNo: number): string {
    return this.evicted.get(orderNo) ?? this.factsOf(orderNo).announcement.order_id;
  }

  venueName(venueNo: number): string {
    return this.venueNames[venueNo] ?? '';
  }
}
