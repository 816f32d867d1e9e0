/**
 * Child orders on their way: routed now, at the venue an acknowledgement latency later, called back with the same delay. Owns
 * the life of a child from route to end; what rests is matched here against the tape.
 */

import type { QuoteHappening, TradeHappening } from '../market/market-source.ts';
import { ChildOrder, type ChildKind } from './child-order.ts';
import type { ExecutionReports } from './execution-reports.ts';
import type { Floor, ParentListener } from './floor.ts';
import type { ParentOrder } from './parent-order.ts';
import { advanceQueues, joinQueue, matchTrade } from './queue-position.ts';
import type { SymbolView } from './symbol-view.ts';
import { VENUES } from './venues.ts';

/** Of a closing auction's print, how much the desk may be. */
const AUCTION_SHARE_MAX = 0.2;
const REJECT_REASONS = ['throttle limit exceeded', 'invalid session', 'risk check timed out', 'price band'];
const REJECT_PAUSE_US = { low: 5_000_000, high: 30_000_000 } as const;

const ORDER_TYPES = {
  join: { order_type: 'LIMIT', time_in_force: 'DAY' },
  take: { order_type: 'LIMIT', time_in_force: 'IOC' },
  on_close: { order_type: 'MARKET_ON_CLOSE', time_in_force: 'AT_THE_CLOSE' },
} as const;

export class Router {
  private readonly floor: Floor;
  private readonly reports: ExecutionReports;
  private readonly listener: ParentListener;

  constructor(floor: Floor, reports: ExecutionReports, listener: ParentListener) {
    this.floor = floor;
    this.reports = reports;
    this.listener = listener;
  }

  route(parent: ParentOrder, kind: ChildKind, units: number, price: number, venueNo: number): void {
    const { floor } = this;
    parent.childCount++;
    const child = new ChildOrder({
      id: `${parent.id}-C${parent.childCount}`,
      orderNo: parent.orderNo,
      kind,
      side: parent.side,
      venueNo,
      units,
      price,
      arrivesUs: Math.round(floor.nowUs + 1 + floor.venues.ackLatencyUs(venueNo, floor.nowUs, parent.random)),
      queueFactor: floor.venues.queueFactor(venueNo, floor.nowUs),
    });
    parent.addChild(child);
    floor.send({
      type: 'route',
      timestamp: floor.now,
      child_order_id: child.id,
      order_id: parent.id,
      venue: VENUES[venueNo]!.name,
      quantity: parent.view.grid.shares(units),
      ...ORDER_TYPES[kind],
      ...(Number.isNaN(price) ? {} : { price, ...(kind === 'on_close' ? { order_type: 'LIMIT_ON_CLOSE' } : {}) }),
    });
    floor.at(child.arrivesUs, () => this.arrive(parent, child));
  }

  /** Calls a child back: it can still trade until the venue hears of it. */
  requestCancel(parent: ParentOrder, child: ChildOrder): void {
    if (child.isCancelRequested || child.state === 'done') return;
    child.isCancelRequested = true;
    const { floor } = this;
    const heardUs = floor.nowUs + floor.venues.ackLatencyUs(child.venueNo, floor.nowUs, parent.random);
    floor.at(Math.max(heardUs, child.arrivesUs + 1), () => this.end(parent, child, 'route_canceled'));
  }

  requestCancelOfAll(parent: ParentOrder): void {
    for (const child of parent.children) this.requestCancel(parent, child);
  }

  /** The session is over for these children: at once, by the venue. */
  expireAll(parent: ParentOrder): void {
    while (parent.children.length > 0) this.end(parent, parent.children[0]!, 'route_expired');
  }

  onQuote(view: SymbolView, quote: QuoteHappening): void {
    const { grid, restingBuys, restingSells } = view;
    view.bid = quote.bid;
    view.ask = quote.ask;
    view.bidUnits = grid.units(quote.bidSize);
    view.askUnits = grid.units(quote.askSize);
    if (restingBuys.length === 0 && restingSells.length === 0) return;
    // A crossed quote is an error of the feed.
    if (!view.isSound) return;
    advanceQueues(restingBuys, view.bid, view.bidUnits, grid.priceSlack);
    advanceQueues(restingSells, view.ask, view.askUnits, grid.priceSlack);
  }

  /** A trade of others: who rests in its way gets its part, each share once. */
  onTrade(view: SymbolView, trade: TradeHappening): void {
    const { aggressor, price } = trade;
    if (trade.isVwapEligible) view.volumeUnits += view.grid.units(trade.quantity);
    if (aggressor === 0) {
      if (view.waitingForClose.length > 0 && trade.conditions.includes('CLOSING_AUCTION')) this.closeAuction(view, trade);
      return;
    }
    if (view.restingBuys.length === 0 && view.restingSells.length === 0) return;
    const units = view.grid.units(trade.quantity);
    const met = view.resting(aggressor === 1 ? -1 : 1);
    const left = matchTrade(met, price, units, true, view.grid.priceSlack, this.fillResting);
    matchTrade(view.resting(aggressor), price, left, false, view.grid.priceSlack, this.fillResting);
  }

  private readonly fillResting = (child: ChildOrder, units: number): void => {
    const parent = this.floor.parents[child.orderNo]!;
    this.reports.fill(parent, child, units, child.price, 'ADDED');
    if (child.openUnits === 0) this.settle(parent, child);
  };

  private closeAuction(view: SymbolView, trade: TradeHappening): void {
    let left = Math.floor(view.grid.units(trade.quantity) * AUCTION_SHARE_MAX);
    for (const child of [...view.waitingForClose]) {
      const parent = this.floor.parents[child.orderNo]!;
      const isWilling = Number.isNaN(child.price) || child.side * (trade.price - child.price) <= view.grid.priceSlack;
      const units = isWilling ? Math.min(left, child.openUnits) : 0;
      left -= units;
      if (units < child.openUnits) parent.trouble.mark(isWilling ? 'parameter' : 'limit', this.floor.nowUs);
      if (units > 0) this.reports.fill(parent, child, units, trade.price, 'AUCTION');
      if (child.openUnits === 0) this.settle(parent, child);
      else this.end(parent, child, 'route_expired');
    }
  }

  private arrive(parent: ParentOrder, child: ChildOrder): void {
    if (child.state === 'done') return;
    const { floor } = this;
    const { view } = parent;
    const isOpen = view.status === 'OPEN' || (view.status === 'AUCTION' && child.kind === 'on_close');
    if (!isOpen || parent.random.chance(floor.venues.rejectProbability(child.venueNo, floor.nowUs))) {
      parent.waitUntilUs = floor.nowUs + parent.random.between(REJECT_PAUSE_US.low, REJECT_PAUSE_US.high);
      this.noteVenue(parent, child);
      this.end(parent, child, 'route_rejected', isOpen ? parent.random.pick(REJECT_REASONS) : `market ${view.status.toLowerCase()}`);
      return;
    }
    floor.send({ type: 'route_accepted', timestamp: floor.now, child_order_id: child.id, order_id: parent.id });
    child.state = 'resting';
    this.noteVenue(parent, child);
    if (child.kind === 'on_close') {
      view.waitingForClose.push(child);
      return;
    }
    this.takeWhatCrosses(parent, child);
    if (child.openUnits === 0) this.settle(parent, child);
    else if (child.kind === 'take') this.end(parent, child, 'route_canceled', 'IOC remainder');
    else joinQueue(view.resting(child.side), child, view.near(child.side), view.nearUnits(child.side), view.grid.priceSlack);
  }

  /** For the truth only: a refusal on an ordinary day is nobody's trouble. */
  private noteVenue(parent: ParentOrder, child: ChildOrder): void {
    const { nowUs, venues } = this.floor;
    if (venues.isDegraded(child.venueNo, nowUs)) parent.trouble.venueTroubleUs = nowUs;
  }

  /** A child that reaches the far touch trades with what is displayed there. */
  private takeWhatCrosses(parent: ParentOrder, child: ChildOrder): void {
    const { floor } = this;
    const { view, side } = parent;
    const price = view.far(side);
    if (!view.isSound || side * (price - child.price) > view.grid.priceSlack) return;
    const takable = floor.venues.takableUnits(child.venueNo, floor.nowUs, view.farUnits(side));
    const units = Math.min(child.openUnits, takable);
    if (units <= 0) return;
    const quantity = view.grid.shares(units);
    view.takeFar(side, units);
    floor.market.onOwnTake(view.symbolNo, side, quantity, floor.nowUs);
    floor.send({ type: 'trade', timestamp: floor.now, symbol: view.symbol, price, quantity, venue: VENUES[child.venueNo]!.name });
    this.reports.fill(parent, child, units, price, 'REMOVED');
  }

  private end(parent: ParentOrder, child: ChildOrder, type: 'route_rejected' | 'route_canceled' | 'route_expired', reason?: string): void {
    if (child.state === 'done') return;
    const { floor } = this;
    parent.openUnits -= child.openUnits;
    floor.send({
      type,
      timestamp: floor.now,
      child_order_id: child.id,
      order_id: parent.id,
      ...(reason === undefined ? {} : { reason }),
    });
    this.settle(parent, child);
  }

  /** Takes a child that is filled or ended off every list. */
  private settle(parent: ParentOrder, child: ChildOrder): void {
    child.state = 'done';
    parent.removeChild(child);
    const { view } = parent;
    for (const list of [view.resting(child.side), view.waitingForClose]) {
      const place = list.indexOf(child);
      if (place >= 0) list.splice(place, 1);
    }
    this.listener.onChildEnded(parent);
  }
}
