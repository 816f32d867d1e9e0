/**
 * Random lives of a few orders and their market, event by event. Each execution is named by at most one other, quantities are
 * whole and prices whole 64ths, so that the auditor can predict them; order of arrival is the client's to mix up.
 */

import type { InputEvent } from '../../engine/domain/events.ts';
import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import type { Random } from '../world/random.ts';

const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'];
const VENUES = ['XNYS', 'XNAS', 'BATS'];
const SECOND_US = 1_000_000;

interface Order {
  readonly id: string;
  readonly symbol: string;
  /** Executions that nothing names yet. */
  readonly latest: string[];
  readonly children: string[];
}

export class Lives {
  private readonly random: Random;
  private readonly orders: Order[] = [];
  private readonly ordersMax: number;
  private ids = 0;

  constructor(random: Random, ordersMax: number) {
    this.random = random;
    this.ordersMax = ordersMax;
  }

  /** Of an order that was begun, announced or not. */
  get someOrderId(): string {
    return this.random.pick(this.orders).id;
  }

  /** What happens next at a moment. */
  next(us: number): InputEvent {
    const { random } = this;
    if (this.orders.length === 0 || (this.orders.length < this.ordersMax && random.chance(0.1))) return this.announce(us);
    const order = random.pick(this.orders);
    const kind = random.whole(0, 99);
    if (kind < 20) return this.quote(us);
    if (kind < 28) return { ...this.at('trade', us), symbol: random.pick(SYMBOLS), price: this.price(), quantity: random.whole(1, 500) };
    if (kind < 68) return this.fill(order, us);
    if (kind < 76) return this.amend(order, us, false);
    if (kind < 82) return this.amend(order, us, true);
    if (kind < 90) return this.route(order, us);
    if (kind < 94) return this.routeEnd(order, us);
    if (kind < 96) return { ...this.at('order_canceled', us), order_id: order.id };
    if (kind < 97) return { ...this.at('order_replaced', us), order_id: order.id, limit_price: this.price(), end_time: formatTimestamp(us + random.whole(5, 60) * SECOND_US) };
    if (kind < 98) return { ...this.at('instrument', us), symbol: order.symbol, adv: random.whole(1, 9) * 1_000_000, daily_volatility: 0.02 };
    return { ...this.at('market_status', us), symbol: order.symbol, status: random.chance(0.3) ? 'HALTED' : 'OPEN' };
  }

  private announce(us: number): InputEvent {
    const { random } = this;
    const order: Order = { id: `O${this.orders.length + 1}`, symbol: random.pick(SYMBOLS), latest: [], children: [] };
    this.orders.push(order);
    const algorithm = random.pick(['TWAP', 'VWAP', 'NONE', 'IS'] as const);
    return {
      ...this.at('order', us),
      order_id: order.id,
      symbol: order.symbol,
      side: random.pick(['BUY', 'SELL', 'SELL_SHORT'] as const),
      quantity: random.whole(50, 3_000),
      algorithm,
      ...(algorithm === 'NONE' ? {} : { end_time: formatTimestamp(us + random.whole(5, 60) * SECOND_US) }),
    };
  }

  private fill(order: Order, us: number): InputEvent {
    const { random } = this;
    const exec_id = this.id('E');
    order.latest.push(exec_id);
    const child = order.children.length > 0 && random.chance(0.5) ? { child_order_id: random.pick(order.children) } : {};
    return { ...this.at('execution', us), order_id: order.id, exec_id, venue: random.pick(VENUES), quantity: random.whole(1, 200), price: this.price(), ...child };
  }

  private amend(order: Order, us: number, isBust: boolean): InputEvent {
    if (order.latest.length === 0) return this.fill(order, us);
    const { random } = this;
    const [ref_exec_id] = order.latest.splice(random.whole(0, order.latest.length - 1), 1);
    const named = { order_id: order.id, exec_id: this.id('A'), ref_exec_id: ref_exec_id! };
    if (isBust) return { ...this.at('execution_canceled', us), ...named };
    order.latest.push(named.exec_id);
    return { ...this.at('execution_corrected', us), ...named, quantity: random.whole(1, 200), price: this.price() };
  }

  private route(order: Order, us: number): InputEvent {
    const child_order_id = this.id('C');
    order.children.push(child_order_id);
    return { ...this.at('route', us), order_id: order.id, child_order_id, venue: this.random.pick(VENUES), quantity: this.random.whole(1, 500) };
  }

  private routeEnd(order: Order, us: number): InputEvent {
    if (order.children.length === 0) return this.route(order, us);
    const type = this.random.pick(['route_accepted', 'route_rejected', 'route_canceled', 'route_expired'] as const);
    return { ...this.at(type, us), order_id: order.id, child_order_id: this.random.pick(order.children) };
  }

  private quote(us: number): InputEvent {
    const bid = this.price();
    return { ...this.at('quote', us), symbol: this.random.pick(SYMBOLS), bid, ask: bid + this.random.whole(0, 8) / 64 };
  }

  private price(): number {
    return this.random.whole(6_300, 6_500) / 64;
  }

  private at<T extends InputEvent['type']>(type: T, us: number): { type: T; timestamp: string } {
    return { type, timestamp: formatTimestamp(us - this.random.whole(0, 3) * 250_000) };
  }

  private id(kind: string): string {
    return `${this.random.pick(['a', 'm', 'z'])}${kind}${++this.ids}`;
  }
}
