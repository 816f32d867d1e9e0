/**
 * A shard's own state: its orders with their fills and child orders, its symbols' markets, the lives of its alerts, and
 * where `now` is. Only apply-event.ts and what it calls change it, and only by records; so it is a fold of the journal.
 *
 * It reads no clock, draws no random number and does no IO: what it has to say goes to `ShardOutputs`.
 */

import type { AlertLife } from '../alerts/lifecycle.ts';
import { MARKOUT_HORIZONS } from '../analytics/fill-facts.ts';
import type { OrderEvent } from '../domain/events.ts';
import type { Row } from '../domain/rows.ts';
import { DEFAULT_SETTINGS, type Settings } from '../domain/settings.ts';
import type { AlertNotice } from './alert-notice.ts';
import { ChildTable } from '../orders/child-table.ts';
import type { FillNumbers } from '../orders/fill.ts';
import { FillTable } from '../orders/fill-table.ts';
import { type FoldTrail, TrailRoom } from '../orders/fold-trail.ts';
import type { PlanTerms, Replace } from '../orders/replaces.ts';
import { MarketOfPlan } from './market-of-plan.ts';
import { OpenOrder } from './open-order.ts';
import { newPlanInHand, type PlanInHand } from './plan-in-hand.ts';
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
  /** Called now and then within a record that takes long: the shard does not hang. */
  atWork?(): void;
}

/** What was announced of an order and does not stand in its row. */
export type Announcement = Pick<
  OrderEvent,
  'order_id' | 'symbol' | 'side' | 'algorithm' | 'currency' | 'account' | 'desk' | 'trader' | 'strategy' | 'decision_price' | 'decision_time' | 'risk_aversion'
>;

/** Mids at the end of an order and at each horizon after it, for the end they were taken for, once its quotes have left the tape. */
export interface KeptEnd {
  readonly endedUs: number;
  readonly mids: readonly number[];
  readonly spreadBps: number;
}

/** What does not fit into the order's row. */
export interface OrderFacts {
  readonly announcement: Announcement;
  /** Of a CUSTOM schedule: times and fractions, alternating. */
  readonly knots: Float64Array | undefined;
  /** How it was first to be worked, once a replace has changed what its row says of it. */
  firstTerms: PlanTerms | undefined;
  replaces: readonly Replace[];
  /** Thresholds of the monitoring session. */
  thresholds: Readonly<Record<string, number>>;
  /** By type; not there before the first. */
  alerts: Map<string, AlertLife> | undefined;
  /** What was told last of each alert that is firing, by type; not there before the first. */
  firing: Map<string, AlertNotice> | undefined;
  keptEnd: KeptEnd | undefined;
  /** Of the last quotes that left (DepartedQuotes) of those from which its fills have taken what they need, else of its announcement. */
  keptSequence: number;
  /** Not there while its fills come in fold order, see fold-fills.ts. */
  trail: FoldTrail | undefined;
}

export class Shard {
  readonly orders: SharedRows;
  readonly outputs: ShardOutputs;
  readonly fills = new FillTable(MARKOUT_HORIZONS.length);
  /** The fill in hand, for apply-execution.ts. */
  readonly fill: FillNumbers = { executionNo: NONE, timestampUs: Number.NaN, sequence: 0, quantity: Number.NaN, price: Number.NaN, fee: Number.NaN, venueNo: NONE, childNo: NONE, liquidity: NONE };
  readonly children = new ChildTable();
  readonly venueShares = new VenueShares();
  readonly trailRoom = new TrailRoom();
  readonly written = new WrittenRows();
  /** By order number, of the orders in memory. */
  private readonly facts: (OrderFacts | undefined)[] = [];
  private factsCount = 0;
  readonly markets = new Map<number, Market>();
  /** The same by number: they are asked for several times an event. */
  private readonly marketOf: (Market | undefined)[] = [];
  /** Those with `isMoved`, in the order in which they moved. */
  private readonly moved: Market[] = [];
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
  readonly open = new OpenOrder();
  /** Ended orders that have left memory: number -> order_id. What still comes about them does not fit any more. */
  readonly evicted = new Map<number, string>();
  settings: Settings = DEFAULT_SETTINGS;
  settingsSequence = 0;
  /** For order-plan.ts. */
  readonly marketOfPlan = new MarketOfPlan();
  readonly planInHand: PlanInHand = newPlanInHand();
  nowUs = Number.NEGATIVE_INFINITY;
  tickSequence = 0;

  constructor(orders: SharedRows, outputs: ShardOutputs) {
    this.orders = orders;
    this.outputs = outputs;
  }

  market(symbolNo: number): Market {
    return this.marketOf[symbolNo] ?? this.newMarket(symbolNo);
  }

  private newMarket(symbolNo: number): Market {
    const market = new Market(symbolNo, this.activePlaces);
    while (this.marketOf.length <= symbolNo) this.marketOf.push(undefined);
    this.marketOf[symbolNo] = market;
    this.markets.set(symbolNo, market);
    return market;
  }

  /** What is shown of the active orders of a market may be behind what is known. */
  noteMoved(market: Market): void {
    if (market.isMoved) return;
    market.isMoved = true;
    this.moved.push(market);
  }

  /** A market that has moved, no longer noted as such; undefined when none has. */
  takeMoved(): Market | undefined {
    const market = this.moved.shift();
    if (market !== undefined) market.isMoved = false;
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
    const facts = this.facts[orderNo];
    if (facts === undefined) throw new Error(`order ${orderNo} is not on this shard`);
    return facts;
  }

  keepFacts(orderNo: number, facts: OrderFacts): void {
    while (this.facts.length <= orderNo) this.facts.push(undefined);
    this.facts[orderNo] = facts;
    this.factsCount++;
  }

  /** The order leaves memory; its id stays. */
  dropFacts(orderNo: number): void {
    this.evicted.set(orderNo, this.orderIdOf(orderNo));
    this.facts[orderNo]?.trail?.release();
    this.facts[orderNo] = undefined;
    this.factsCount--;
  }

  get ordersInMemory(): number {
    return this.factsCount;
  }

  /** True while an order that was announced is in memory. */
  isInMemory(orderNo: number): boolean {
    return this.facts[orderNo] !== undefined;
  }

  /** True once an order was announced. */
  isKnown(orderNo: number): boolean {
    return this.isInMemory(orderNo) || this.evicted.has(orderNo);
  }

  orderIdOf(orderNo: number): string {
    return this.facts[orderNo]?.announcement.order_id ?? this.evicted.get(orderNo)!;
  }

  venueName(venueNo: number): string {
    return this.venueNames[venueNo] ?? '';
  }
}
