/**
 * The peer of "engine alone": what a competent programmer writes with plain objects and Maps, computing the same shown numbers.
 * Fills are kept (a correction needs them) and rows are made for a database, as in the engine. Between its own fills an order is
 * recomputed when its market has moved: each second and when there is nothing else to do (`lazy`), or at each quote (`eager`).
 *
 * Events come as decoded objects with times in microseconds. It knows no replaces, child orders, corrections, late events,
 * alerts and no analytics: all that the engine's structures carry on top comes free here.
 */

import { US_PER_SECOND } from '../../engine/domain/units.ts';

export type NaiveEvent =
  | { readonly type: 'tick'; readonly us: number }
  | { readonly type: 'quote'; readonly us: number; readonly symbol: string; readonly bid: number; readonly ask: number }
  | {
      readonly type: 'order';
      readonly us: number;
      readonly orderId: string;
      readonly symbol: string;
      readonly side: 'BUY' | 'SELL';
      readonly quantity: number;
      readonly endUs: number;
    }
  | {
      readonly type: 'fill';
      readonly us: number;
      readonly orderId: string;
      readonly execId: string;
      readonly venue: string;
      readonly quantity: number;
      readonly price: number;
      readonly fee: number;
    };

type FillEvent = Extract<NaiveEvent, { type: 'fill' }>;

export interface NaiveView {
  asOfUs: number;
  filledQuantity: number;
  averagePrice: number;
  executionProgress: number;
  expectedProgress: number;
  executionSpeed: number;
  fillRate: number;
  slippageBps: number;
  mid: number;
  marketImpactBps: number;
  performanceScore: number;
}

interface NaiveMarket {
  readonly orders: NaiveOrder[];
  bid: number;
  ask: number;
  isMoved: boolean;
}

interface NaiveOrder {
  readonly orderId: string;
  readonly market: NaiveMarket;
  readonly sign: 1 | -1;
  readonly quantity: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly arrivalPrice: number;
  readonly fills: FillEvent[];
  readonly venues: Map<string, number>;
  filledQuantity: number;
  notional: number;
  fees: number;
  readonly view: NaiveView;
}

const BPS = 10_000;
const SPEED_WEIGHT = 0.4;
const FILL_RATE_WEIGHT = 0.15;
const SPEED_UNEXPECTED = 10;

export class NaiveEngine {
  readonly orders = new Map<string, NaiveOrder>();
  private readonly markets = new Map<string, NaiveMarket>();
  private readonly onRow: (row: object) => void;
  private readonly isEager: boolean;
  private nowUs = Number.NEGATIVE_INFINITY;

  constructor(onRow: (row: object) => void, recomputes: 'lazy' | 'eager') {
    this.onRow = onRow;
    this.isEager = recomputes === 'eager';
  }

  take(event: NaiveEvent): void {
    switch (event.type) {
      case 'quote':
        return this.quote(event.symbol, event.bid, event.ask);
      case 'fill':
        return this.fill(event);
      case 'tick':
        return this.tick(event.us);
      case 'order':
        return this.order(event);
    }
  }

  /** Brings what is shown up to date. */
  refresh(): void {
    for (const market of this.markets.values()) {
      if (!market.isMoved) continue;
      market.isMoved = false;
      for (const order of market.orders) this.recompute(order);
    }
  }

  private quote(symbol: string, bid: number, ask: number): void {
    const market = this.market(symbol);
    market.bid = bid;
    market.ask = ask;
    if (this.isEager) for (const order of market.orders) this.recompute(order);
    else market.isMoved = true;
  }

  private fill(event: FillEvent): void {
    const order = this.orders.get(event.orderId);
    if (order === undefined) return;
    order.fills.push(event);
    order.filledQuantity += event.quantity;
    order.notional += event.quantity * event.price;
    order.fees += event.fee;
    order.venues.set(event.venue, (order.venues.get(event.venue) ?? 0) + event.quantity);
    this.recompute(order);
    this.onRow({ kind: 'execution', ...event });
  }

  private tick(us: number): void {
    const entersSecond = Math.floor(us / US_PER_SECOND) > Math.floor(this.nowUs / US_PER_SECOND);
    this.nowUs = us;
    if (!entersSecond) return;
    for (const order of this.orders.values()) {
      this.recompute(order);
      const venues = Object.fromEntries([...order.venues].map(([venue, quantity]) => [venue, quantity / order.filledQuantity]));
      this.onRow({ kind: 'monitoring', orderId: order.orderId, ...order.view, venues });
    }
  }

  private order(event: Extract<NaiveEvent, { type: 'order' }>): void {
    const market = this.market(event.symbol);
    const order: NaiveOrder = {
      orderId: event.orderId,
      market,
      sign: event.side === 'BUY' ? 1 : -1,
      quantity: event.quantity,
      startUs: event.us,
      endUs: event.endUs,
      arrivalPrice: (market.bid + market.ask) / 2,
      fills: [],
      venues: new Map(),
      filledQuantity: 0,
      notional: 0,
      fees: 0,
      view: {
        asOfUs: 0,
        filledQuantity: 0,
        averagePrice: Number.NaN,
        executionProgress: 0,
        expectedProgress: 0,
        executionSpeed: 0,
        fillRate: 0,
        slippageBps: Number.NaN,
        mid: Number.NaN,
        marketImpactBps: Number.NaN,
        performanceScore: Number.NaN,
      },
    };
    this.orders.set(event.orderId, order);
    market.orders.push(order);
    this.recompute(order);
  }

  private recompute(order: NaiveOrder): void {
    const { view, market, sign, arrivalPrice, filledQuantity, quantity } = order;
    const progress = filledQuantity / quantity;
    const expected = Math.min(1, Math.max(0, (this.nowUs - order.startUs) / (order.endUs - order.startUs)));
    const speed = expected === 0 ? (progress === 0 ? 1 : SPEED_UNEXPECTED) : progress / expected;
    view.asOfUs = this.nowUs;
    view.filledQuantity = filledQuantity;
    view.averagePrice = filledQuantity > 0 ? order.notional / filledQuantity : Number.NaN;
    view.executionProgress = progress;
    view.expectedProgress = expected;
    view.executionSpeed = speed;
    view.fillRate = progress;
    view.slippageBps = (sign * (view.averagePrice - arrivalPrice) * BPS) / arrivalPrice;
    view.mid = (market.bid + market.ask) / 2;
    view.marketImpactBps = (sign * (view.mid - arrivalPrice) * BPS) / arrivalPrice;
    // No trade of the market is known, so that cost efficiency is undefined and has no weight.
    view.performanceScore = (100 * (SPEED_WEIGHT * Math.min(1, speed) + FILL_RATE_WEIGHT * Math.min(1, progress))) / (SPEED_WEIGHT + FILL_RATE_WEIGHT);
  }

  private market(symbol: string): NaiveMarket {
    let market = this.markets.get(symbol);
    if (market === undefined) this.markets.set(symbol, (market = { orders: [], bid: Number.NaN, ask: Number.NaN, isMoved: false }));
    return market;
  }
}
