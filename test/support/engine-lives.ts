/**
 * Random lives of orders for property tests: what happened, in true time, and in which order it arrived. Every life is a
 * pure function of small numbers, so that fast-check can shrink it.
 *
 * Times are on a grid of 10 ms, the grid of ticks, so that `now` is never behind a timestamp that has come.
 */
import fc from './properties.ts';

import type { InputEvent } from '../../engine/domain/events.ts';
import { formatTimestamp } from '../../engine/domain/timestamp.ts';

export const BEGIN_US = Date.UTC(2024, 2, 1, 14, 30) * 1_000;
const SECOND_US = 1_000_000;
const GRID_US = 10_000;
const PAUSES_US = [0, 0, 0, GRID_US, 10 * GRID_US, SECOND_US, SECOND_US, 5 * SECOND_US, 30 * SECOND_US];
const VENUES = ['XNAS', 'ARCX', 'BATS', 'IEXG'];
const SYMBOLS = ['AAA', 'BBB', 'CCC'];
const ALGORITHMS = ['TWAP', 'POV', 'CUSTOM', 'NONE', 'OPEN_ENDED', 'VWAP'] as const;
const WIDE_ALGORITHMS = [...ALGORITHMS, 'IS', 'CLOSE'] as const;

export interface Arrival {
  readonly event: InputEvent;
  /** When it arrived: never before its timestamp. */
  readonly reachedUs: number;
}

export interface Life {
  readonly arrivals: readonly Arrival[];
  readonly orderIds: readonly string[];
  readonly symbols: readonly string[];
  readonly endUs: number;
}

type Dice = readonly [op: number, a: number, b: number, c: number];

export interface LifeOptions {
  readonly stepsMax?: number;
  /** Also what the oracle does not know: halts, IS and CLOSE. */
  readonly isWide?: boolean;
}

const dice = fc.tuple(fc.nat(99), fc.nat(999), fc.nat(999), fc.nat(999));

export function lives(options: LifeOptions = {}): fc.Arbitrary<Life> {
  return fc
    .tuple(fc.array(fc.tuple(dice, dice), { minLength: 1, maxLength: 3 }), fc.array(dice, { minLength: 8, maxLength: options.stepsMax ?? 70 }))
    .map(([orders, steps]) => new Maker(options.isWide ?? false).live(orders, steps));
}

interface Child {
  readonly id: string;
  readonly venue: string;
  isEnded: boolean;
}

interface Known {
  readonly orderId: string;
  readonly symbol: string;
  readonly startUs: number;
  quantity: number;
  endUs: number;
  /** Latest id of each live chain. */
  readonly chains: string[];
  readonly children: Child[];
}

class Maker {
  private readonly isWide: boolean;
  private nowUs = BEGIN_US;
  private ids = 0;
  private readonly due: { event: InputEvent; steps: number }[] = [];
  private readonly arrivals: Arrival[] = [];
  private readonly orders: Known[] = [];
  private readonly mids = new Map<string, number>(SYMBOLS.map((symbol, i) => [symbol, 10_000 + i * 777]));

  constructor(isWide: boolean) {
    this.isWide = isWide;
  }

  live(orders: readonly (readonly [Dice, Dice])[], steps: readonly Dice[]): Life {
    const perOrder = Math.ceil(steps.length / orders.length / 2);
    steps.forEach((step, i) => {
      const announced = orders[i / perOrder];
      if (announced !== undefined) this.announce(...announced);
      this.step(step);
      this.deliver();
    });
    while (this.due.length > 0) this.deliver();
    return { arrivals: this.arrivals, orderIds: this.orders.map((order) => order.orderId), symbols: SYMBOLS, endUs: this.nowUs };
  }

  private announce([kind, a, b, c]: Dice, [sideRoll, d, e, late]: Dice): void {
    const algorithms = this.isWide ? WIDE_ALGORITHMS : ALGORITHMS;
    const algorithm = algorithms[kind % algorithms.length]!;
    const orderId = `O${this.orders.length}`;
    const symbol = SYMBOLS[a % 2]!;
    const startUs = this.nowUs + (b % 3 === 0 ? ((b % 7) - 2) * SECOND_US : 0);
    const endUs = Math.max(startUs, this.nowUs) + (5 + (c % 300)) * SECOND_US;
    const quantity = 100 + d;
    const hasEnd = algorithm !== 'OPEN_ENDED' && algorithm !== 'POV' && algorithm !== 'CUSTOM' && algorithm !== 'CLOSE';
    this.orders.push({ orderId, symbol, startUs, quantity, endUs, chains: [], children: [] });
    this.send(late % 4 === 0 ? 1 + (late % 12) : 0, {
      ...this.at('order'),
      order_id: orderId,
      symbol,
      side: (['BUY', 'SELL', 'SELL_SHORT'] as const)[sideRoll % 3]!,
      quantity,
      algorithm: algorithm === 'OPEN_ENDED' ? 'NONE' : algorithm,
      ...(startUs === this.nowUs ? {} : { start_time: formatTimestamp(startUs) }),
      ...(hasEnd ? { end_time: formatTimestamp(endUs) } : {}),
      ...(algorithm === 'POV' ? { participation_rate: (1 + (e % 50)) / 100 } : {}),
      ...(algorithm === 'CUSTOM' ? { schedule: this.schedule(startUs, endUs, e) } : {}),
      ...(e % 6 === 0 ? { arrival_price: this.price(symbol, e % 9) } : {}),
      ...(e % 5 === 0 ? { decision_price: this.price(symbol, e % 7) } : {}),
    } as InputEvent);
  }

  private step([op, a, b, c]: Dice): void {
    this.nowUs += PAUSES_US[c % PAUSES_US.length]!;
    const late = c % 5 === 0 ? 1 + (c % 8) : 0;
    const order = this.orders[a % this.orders.length]!;
    if (op < 22) return this.send(late, this.quote(SYMBOLS[a % 3]!, b, c));
    if (op < 42) return this.send(late, this.trade(SYMBOLS[a % 3]!, b, c));
    if (op < 64) return this.fill(order, late, b, c);
    if (op < 74) return this.amend(order, late, op < 69, b, c);
    if (op < 79) return this.send(0, this.replace(order, b, c));
    if (op < 82) return this.send(0, this.ofOrder(op === 81 ? 'order_pending_cancel' : 'order_pending_replace', order));
    if (op < 84) return this.send(0, this.ofOrder((['order_canceled', 'order_expired', 'order_done_for_day', 'order_rejected'] as const)[b % 4]!, order));
    if (op < 89) return this.route(order, late, b);
    if (op < 94) return this.outcome(order, late, b, c);
    if (op < 96) return this.send(0, { ...this.at('market_status'), symbol: order.symbol, status: this.isWide && b % 3 === 0 ? 'HALTED' : 'OPEN' } as InputEvent);
    return this.again(b);
  }

  private quote(symbol: string, b: number, c: number): InputEvent {
    const mid = Math.max(100, this.mids.get(symbol)! + (b % 21) - 10);
    this.mids.set(symbol, mid);
    const half = c % 6;
    const [bid, ask] = [(mid - half) / 100, (mid + half) / 100];
    const kind = b % 12;
    const sides = kind === 0 ? { bid: ask + 0.01, ask: bid } : kind === 1 ? { bid, ask: null } : kind === 2 ? { bid: 0, ask } : kind === 3 ? { ask } : { bid, ask };
    return { ...this.at('quote'), symbol, ...sides } as InputEvent;
  }

  private trade(symbol: string, b: number, c: number): InputEvent {
    const eligible = b % 7 === 0 ? { vwap_eligible: false } : b % 7 === 1 ? { vwap_eligible: true } : {};
    return { ...this.at('trade'), symbol, price: this.price(symbol, b % 9), quantity: 1 + (c % 400), ...eligible } as InputEvent;
  }

  private fill(order: Known, late: number, b: number, c: number): void {
    const execId = this.id('E', b);
    const child = order.children.length > 0 && b % 2 === 0 ? order.children[b % order.children.length] : undefined;
    order.chains.push(execId);
    this.send(late, {
      ...this.ofOrder('execution', order),
      exec_id: execId,
      venue: child?.venue ?? VENUES[c % VENUES.length]!,
      quantity: 1 + (c % 250),
      price: this.price(order.symbol, b % 11),
      ...(child === undefined ? {} : { child_order_id: child.id }),
      ...(b % 3 === 0 ? { fee: (c - 300) / 100 } : {}),
    } as InputEvent);
  }

  private amend(order: Known, late: number, isBust: boolean, b: number, c: number): void {
    if (order.chains.length === 0) return this.fill(order, late, b, c);
    const place = b % order.chains.length;
    const [ref_exec_id] = order.chains.splice(place, 1);
    const exec_id = this.id('A', b);
    // Now and then a second report names the same execution: only one of them can be in effect.
    if (b % 7 === 0) order.chains.push(ref_exec_id!);
    if (isBust) return this.send(late, { ...this.ofOrder('execution_canceled', order), exec_id, ref_exec_id } as InputEvent);
    order.chains.push(exec_id);
    const fee = b % 3 === 0 ? { fee: (c - 300) / 100 } : {};
    const venue = b % 4 === 0 ? { venue: VENUES[c % VENUES.length]! } : {};
    const terms = { quantity: 1 + (c % 250), price: this.price(order.symbol, b % 11) };
    this.send(late, { ...this.ofOrder('execution_corrected', order), exec_id, ref_exec_id, ...terms, ...fee, ...venue } as InputEvent);
  }

  private replace(order: Known, b: number, c: number): InputEvent {
    const change: Record<string, unknown> = {};
    if (b % 4 !== 3) change['quantity'] = order.quantity = 20 + c;
    if (b % 3 === 0) change['end_time'] = formatTimestamp(Math.max(order.startUs, this.nowUs - 20 * SECOND_US) + (1 + (c % 120)) * SECOND_US);
    if (b % 11 === 0) change['algorithm'] = 'TWAP';
    if (b % 11 === 1) Object.assign(change, { algorithm: 'POV', participation_rate: (1 + (c % 60)) / 100 });
    if (b % 11 === 2) {
      const fromUs = Math.max(order.startUs, this.nowUs);
      Object.assign(change, { algorithm: 'CUSTOM', schedule: this.schedule(fromUs, fromUs + (20 + (c % 90)) * SECOND_US, c) });
    }
    return { ...this.ofOrder('order_replaced', order), ...change } as InputEvent;
  }

  private route(order: Known, late: number, b: number): void {
    const child: Child = { id: this.id('C', b), venue: VENUES[b % VENUES.length]!, isEnded: false };
    order.children.push(child);
    this.send(late, { ...this.ofOrder('route', order), child_order_id: child.id, venue: child.venue, quantity: 1 + (b % 300) } as InputEvent);
  }

  private outcome(order: Known, late: number, b: number, c: number): void {
    const child = order.children[b % Math.max(1, order.children.length)];
    if (child === undefined || child.isEnded) return this.route(order, late, b);
    const type = (['route_accepted', 'route_rejected', 'route_canceled', 'route_expired'] as const)[c % 4]!;
    child.isEnded = type !== 'route_accepted';
    this.send(child.isEnded ? late : 0, { ...this.ofOrder(type, order), child_order_id: child.id } as InputEvent);
  }

  /** Sends something with an identity of its own a second time. */
  private again(b: number): void {
    const known = this.arrivals.filter(({ event }) => event.type === 'order' || event.type === 'route' || event.type.startsWith('execution'));
    const one = known[b % Math.max(1, known.length)];
    if (one !== undefined) this.send(b % 3, one.event);
  }

  private schedule(fromUs: number, toUs: number, roll: number): { time: string; fraction: number }[] {
    const inner = [0.25, 0.5, 0.75].slice(0, roll % 4);
    const fractions = [0, ...inner.map((share, i) => Math.min(1, share + ((roll + i) % 20) / 100)).sort((x, y) => x - y), 1];
    return fractions.map((fraction, i) => ({ time: formatTimestamp(fromUs + Math.floor(((toUs - fromUs) * i) / (fractions.length - 1) / GRID_US) * GRID_US), fraction }));
  }

  private at<T extends InputEvent['type']>(type: T): { type: T; timestamp: string } {
    return { type, timestamp: formatTimestamp(this.nowUs) };
  }

  private ofOrder<T extends InputEvent['type']>(type: T, order: Known): { type: T; timestamp: string; order_id: string } {
    return { ...this.at(type), order_id: order.orderId };
  }

  private id(kind: string, roll: number): string {
    return `${roll % 2 === 0 ? 'z' : 'a'}${kind}${++this.ids}`;
  }

  private price(symbol: string, roll: number): number {
    return (this.mids.get(symbol)! + roll - 5) / 100;
  }

  private send(steps: number, event: InputEvent): void {
    this.due.push({ event, steps });
  }

  private deliver(): void {
    for (let i = 0; i < this.due.length; ) {
      const item = this.due[i]!;
      if (item.steps-- > 0) i++;
      else {
        this.due.splice(i, 1);
        this.arrivals.push({ event: item.event, reachedUs: this.nowUs });
      }
    }
  }
}
