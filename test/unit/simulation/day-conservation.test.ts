/**
 * Conservation over whole simulated days: a fold over what was delivered, put back into the order in which it happened, that knows
 * nothing of the desk. Nothing is filled that was not routed, routed that was not asked for, or traded that the tape does not show;
 * and the truth that is told apart is the one that the events tell.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { EventOf, InputEvent } from '../../../engine/domain/events.ts';
import { parseTimestampUs } from '../../../engine/domain/timestamp.ts';
import { ROUGH, simulateDay, type SimulatedDay } from '../../support/simulated-day.ts';

const SEEDS = [1, 2, 3, 4];
const SIZE = { hours: 0.35, orders: 50, symbols: 5 };
/** Prints of a venue whose clock is off are at other times than the fills that met them. */
const WITHOUT_SKEW = { ...ROUGH, incidentRates: { ...ROUGH.incidentRates, skewedClock: 0 } };

type Fill = EventOf<'execution'>;

interface Parent {
  readonly symbol: string;
  readonly side: 1 | -1;
  quantity: number;
  filled: number;
  open: number;
}

interface Child {
  readonly parent: Parent;
  readonly quantity: number;
  filled: number;
  isOpen: boolean;
}

/**
 * Each message once, by when it happened. Of one moment first the market, then what came back from the venues, then what the desk did
 * about it.
 */
function asItHappened({ delivered }: SimulatedDay): InputEvent[] {
  const seen = new Set<string>();
  const first = delivered.filter(({ event }) => {
    const id = identityOf(event);
    if (id === undefined) return true;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
  return first
    .map(({ event }, place) => ({ event, place, us: parseTimestampUs(event.timestamp) }))
    .sort((a, b) => a.us - b.us || RANKS.indexOf(a.event.type) - RANKS.indexOf(b.event.type) || a.place - b.place)
    .map(({ event }) => event);
}

const RANKS: readonly InputEvent['type'][] = [
  'instrument', 'market_status', 'quote', 'trade', 'order', 'order_pending_cancel', 'order_pending_replace', 'route_accepted', 'execution',
  'execution_canceled', 'execution_corrected', 'route_rejected', 'route_canceled', 'route_expired', 'order_cancel_rejected', 'order_replaced', 'route',
  'order_rejected', 'order_canceled', 'order_expired', 'order_done_for_day',
];

function identityOf(event: InputEvent): string | undefined {
  if ('exec_id' in event) return event.exec_id;
  if (event.type === 'order') return event.order_id;
  return event.type === 'route' ? event.child_order_id : undefined;
}

for (const seed of SEEDS) {
  describe(`a rough day of seed ${seed}`, () => {
    const day = simulateDay({ seed, ...SIZE, ...WITHOUT_SKEW });
    const events = asItHappened(day);

    test('fills never exceed their route, routes never their parent', () => holdOrders(events));
    test('fills and prints add up', () => holdTape(day, events));
    test('the truth is what the events tell', () => holdTruth(day, events));
  });
}

/**
 * At each route: filled + open + routed <= quantity, all of that moment. The quantity is what was asked for last, or what was filled
 * then where that was more; busts give back what may be routed again, corrections the difference.
 */
function holdOrders(events: readonly InputEvent[]): void {
  const parents = new Map<string, Parent>();
  const children = new Map<string, Child>();
  const live = new Map<string, { parent: Parent; quantity: number }>();
  let [routes, replaces, amendments] = [0, 0, 0];
  for (const event of events) {
    switch (event.type) {
      case 'order':
        parents.set(event.order_id, { symbol: event.symbol, side: event.side === 'BUY' ? 1 : -1, quantity: event.quantity, filled: 0, open: 0 });
        break;
      case 'order_replaced': {
        const parent = parents.get(event.order_id)!;
        replaces++;
        assert.equal(parent.open, 0, `${event.order_id} is replaced with open children`);
        if (event.quantity !== undefined) parent.quantity = Math.max(event.quantity, parent.filled);
        break;
      }
      case 'route': {
        const parent = parents.get(event.order_id);
        assert.ok(parent !== undefined, `${event.child_order_id} of an order that is not announced`);
        routes++;
        assert.ok(parent.filled + parent.open + event.quantity <= parent.quantity, `${event.child_order_id}: ${parent.filled} + ${parent.open} + ${event.quantity} of ${parent.quantity}`);
        parent.open += event.quantity;
        children.set(event.child_order_id, { parent, quantity: event.quantity, filled: 0, isOpen: true });
        break;
      }
      case 'route_rejected':
      case 'route_canceled':
      case 'route_expired': {
        const child = children.get(event.child_order_id)!;
        assert.ok(child.isOpen, `${event.child_order_id} ends twice`);
        if (event.type === 'route_rejected') assert.equal(child.filled, 0, event.child_order_id);
        child.parent.open -= child.quantity - child.filled;
        child.isOpen = false;
        break;
      }
      case 'execution': {
        const child = children.get(event.child_order_id!)!;
        assert.ok(child.isOpen, `${event.exec_id} of a child that has ended`);
        child.filled += event.quantity;
        assert.ok(child.filled <= child.quantity, `${event.exec_id}: ${child.filled} of ${child.quantity}`);
        child.isOpen = child.filled < child.quantity;
        child.parent.open -= event.quantity;
        child.parent.filled += event.quantity;
        live.set(event.exec_id, { parent: child.parent, quantity: event.quantity });
        break;
      }
      case 'execution_canceled':
      case 'execution_corrected': {
        const named = live.get(event.ref_exec_id)!;
        const quantity = event.type === 'execution_corrected' ? event.quantity : 0;
        amendments++;
        assert.ok(quantity <= named.quantity, `${event.exec_id} makes it more`);
        named.parent.filled += quantity - named.quantity;
        live.delete(event.ref_exec_id);
        if (quantity > 0) live.set(event.exec_id, { parent: named.parent, quantity });
        break;
      }
      case 'order_rejected':
      case 'order_canceled':
      case 'order_expired':
      case 'order_done_for_day': {
        const parent = parents.get(event.order_id)!;
        assert.equal(parent.open, 0, `${event.order_id} ends with open children`);
        assert.ok(parent.filled < parent.quantity, `${event.order_id} ends though it is filled`);
      }
    }
    if ('order_id' in event) {
      const parent = parents.get(event.order_id)!;
      assert.ok(parent.open >= 0 && parent.filled >= 0 && parent.filled <= parent.quantity, `${event.order_id} at ${event.type}`);
    }
  }
  for (const [id, child] of children) assert.ok(!child.isOpen, `${id} never ends`);
  assert.ok(routes > 100 && replaces > 0 && amendments > 0, `${routes} routes, ${replaces} replaces, ${amendments} amendments`);
}

/**
 * Every own take is a print of the desk's own, one for one; passive fills are part of prints of others, at or through the
 * child's price, each share once; on the close they are part of the auction's print at its price. So the volume of the tape is what others
 * traded among themselves and with the desk, and what the desk took.
 */
function holdTape({ tradesOfOthers, ownPrints }: SimulatedDay, events: readonly InputEvent[]): void {
  const prints = new Map<string, (EventOf<'trade'> & { left: number })[]>();
  const symbolOf = new Map<string, string>();
  const sideOf = new Map<string, 1 | -1>();
  const fills: Fill[] = [];
  for (const event of events) {
    if (event.type === 'trade') {
      const key = `${event.symbol} ${event.timestamp}`;
      prints.set(key, [...(prints.get(key) ?? []), { ...event, left: event.quantity }]);
    }
    if (event.type === 'order') {
      symbolOf.set(event.order_id, event.symbol);
      sideOf.set(event.order_id, event.side === 'BUY' ? 1 : -1);
    }
    if (event.type === 'execution') fills.push(event);
  }
  const at = (fill: Fill) => prints.get(`${symbolOf.get(fill.order_id)} ${fill.timestamp}`) ?? [];
  const counts = { REMOVED: 0, ADDED: 0, AUCTION: 0 };
  const own = { taken: 0, passive: 0 };

  // Takes first: their prints are theirs alone.
  for (const fill of fills.filter(({ liquidity }) => liquidity === 'REMOVED')) {
    const print = at(fill).find(({ left, price, quantity, venue }) => left === quantity && price === fill.price && quantity === fill.quantity && venue === fill.venue);
    assert.ok(print !== undefined, `${fill.exec_id}: no print of this take`);
    print.left = 0;
    counts.REMOVED++;
    own.taken += fill.quantity;
  }
  for (const fill of fills.filter(({ liquidity }) => liquidity !== 'REMOVED')) {
    const side = sideOf.get(fill.order_id)!;
    const isAuction = fill.liquidity === 'AUCTION';
    let wanted = fill.quantity;
    for (const print of at(fill)) {
      const isMet = isAuction ? print.price === fill.price && print.conditions?.includes('CLOSING_AUCTION') === true : side * (fill.price - print.price) >= 0 && print.conditions === undefined;
      const part = isMet ? Math.min(print.left, wanted) : 0;
      print.left -= part;
      wanted -= part;
    }
    assert.equal(wanted, 0, `${fill.exec_id}: the tape did not trade ${wanted} of it at ${fill.price}`);
    counts[isAuction ? 'AUCTION' : 'ADDED']++;
    own.passive += fill.quantity;
  }

  for (const symbol of new Set(symbolOf.values())) {
    const tape = sum([...prints.values()].flat().filter((print) => print.symbol === symbol), ({ quantity }) => quantity);
    const executed = sum(fills.filter((fill) => symbolOf.get(fill.order_id) === symbol), ({ quantity }) => quantity);
    assert.ok(executed < tape, `${symbol}: ${executed} of ${tape}`);
  }
  const all = [...prints.values()].flat();
  const volume = (trades: readonly { readonly quantity: number }[]): number => sum(trades, ({ quantity }) => quantity);
  assert.equal(all.length, tradesOfOthers.length + ownPrints.length);
  assert.equal(volume(all), volume(tradesOfOthers) + volume(ownPrints));
  assert.deepEqual([counts.REMOVED, own.taken], [ownPrints.length, volume(ownPrints)]);
  assert.equal(sum(all, ({ left }) => left), volume(tradesOfOthers) - own.passive);
  assert.ok(counts.REMOVED > 0 && counts.ADDED > 0, JSON.stringify(counts));
}

function holdTruth({ truths }: SimulatedDay, events: readonly InputEvent[]): void {
  const live = new Map<string, { orderId: string; quantity: number; price: number }>();
  const counts = new Map<string, number>();
  const announced = new Map<string, EventOf<'order'>>();
  const count = (event: { readonly type: string; readonly order_id: string }): void => void counts.set(`${event.order_id} ${event.type}`, counted(event.order_id, event.type) + 1);
  const counted = (orderId: string, type: string): number => counts.get(`${orderId} ${type}`) ?? 0;
  for (const event of events) {
    if (event.type === 'order') announced.set(event.order_id, event);
    if ('order_id' in event) count(event);
    if (event.type === 'execution') live.set(event.exec_id, { orderId: event.order_id, quantity: event.quantity, price: event.price });
    if (event.type !== 'execution_canceled' && event.type !== 'execution_corrected') continue;
    assert.ok(live.delete(event.ref_exec_id), `${event.exec_id} names ${event.ref_exec_id}, which is not in effect`);
    if (event.type === 'execution_corrected') live.set(event.exec_id, { orderId: event.order_id, quantity: event.quantity, price: event.price });
  }
  assert.equal(announced.size, truths.length);
  for (const truth of truths) {
    const fills = [...live.values()].filter(({ orderId }) => orderId === truth.order_id);
    const order = announced.get(truth.order_id)!;
    const notional = sum(fills, ({ quantity, price }) => quantity * price);
    assert.deepEqual([truth.symbol, truth.side, truth.first_quantity], [order.symbol, order.side, order.quantity]);
    assert.equal(truth.filled_quantity, sum(fills, ({ quantity }) => quantity), truth.order_id);
    assert.ok(Math.abs(truth.notional - notional) <= 1e-9 * Math.max(1, notional), `${truth.order_id}: ${truth.notional}, by its fills ${notional}`);
    assert.equal(truth.executions, counted(truth.order_id, 'execution'), truth.order_id);
    assert.equal(truth.busts, counted(truth.order_id, 'execution_canceled'), truth.order_id);
    assert.equal(truth.corrections, counted(truth.order_id, 'execution_corrected'), truth.order_id);
    assert.equal(truth.replaces, counted(truth.order_id, 'order_replaced'), truth.order_id);
  }
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
