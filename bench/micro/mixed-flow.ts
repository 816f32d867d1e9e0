/**
 * The load of the engine benches: one fill to four quotes, spread over all orders and symbols, with a tick each 10 ms of its own
 * time. The same for the same spec, whoever takes it.
 *
 * Quantities are whole and prices whole 64ths, so that sums are exact in a double. The orders' quantities are such that the
 * fills keep up with a plan of ten minutes: alerts stay quiet, as they mostly do.
 */

import { PRICE_TICK } from '../workload/fills.ts';
import { QUOTES_PER_FILL } from '../workload/events.ts';
import { randomNumbers } from '../workload/random-numbers.ts';
import { TICK_INTERVAL_US } from '../../engine/domain/limits.ts';
import { US_PER_SECOND } from '../../engine/domain/units.ts';

/** A second of its time has as many events. */
export const EVENTS_PER_SECOND = 960_000;
const TICKS_PER_SECOND = US_PER_SECOND / TICK_INTERVAL_US;
const EVENTS_PER_TICK = EVENTS_PER_SECOND / TICKS_PER_SECOND;
const EVENTS_PER_FILL = 1 + QUOTES_PER_FILL;

const BEGIN_US = Date.UTC(2026, 2, 2, 14, 30) * 1_000;
export const PLAN_US = 600 * US_PER_SECOND;
const FILL_QUANTITY_MAX = 900;
const MID_TICKS = 6_400;
/** Quotes wander over as many ticks around it; a prime step, so that each differs from the one before. */
const WANDER_TICKS = 9;
const WANDER_STEP = 7_919;

export interface FlowSpec {
  readonly symbols: number;
  readonly orders: number;
}

/** Where the load goes. Numbers are dense from 0, times are microseconds. */
export interface FlowSink {
  symbol(symbolNo: number): void;
  order(orderNo: number, symbolNo: number, us: number, quantity: number, endUs: number): void;
  tick(us: number): void;
  quote(symbolNo: number, us: number, bid: number, ask: number): void;
  fill(orderNo: number, symbolNo: number, us: number, quantity: number, price: number): void;
}

export const isBuy = (orderNo: number): boolean => orderNo % 2 === 0;

export class MixedFlow {
  private readonly spec: FlowSpec;
  private readonly sink: FlowSink;
  private readonly random = randomNumbers(1);
  private readonly midTicks: Int32Array;
  private events = 0;

  constructor(spec: FlowSpec, sink: FlowSink) {
    this.spec = spec;
    this.sink = sink;
    this.midTicks = new Int32Array(spec.symbols).fill(MID_TICKS);
  }

  /** Where its time is. */
  get us(): number {
    return BEGIN_US + Math.floor((this.events * US_PER_SECOND) / EVENTS_PER_SECOND);
  }

  /** Symbols with a quote each, then the orders, spread over them evenly. */
  announce(): void {
    const { symbols, orders } = this.spec;
    const quantity = Math.round(((EVENTS_PER_SECOND / EVENTS_PER_FILL) * (PLAN_US / US_PER_SECOND) * FILL_QUANTITY_MAX) / 2 / orders);
    for (let no = 0; no < symbols; no++) this.sink.symbol(no);
    this.sink.tick(BEGIN_US);
    for (let no = 0; no < symbols; no++) this.sendQuote(no, BEGIN_US);
    for (let no = 0; no < orders; no++) this.sink.order(no, no % symbols, BEGIN_US, quantity, BEGIN_US + PLAN_US);
  }

  /** The next events; ticks come on top of them. */
  send(count: number): void {
    const { symbols, orders } = this.spec;
    for (let i = 0; i < count; i++) {
      const us = this.us;
      if (this.events % EVENTS_PER_TICK === 0) this.sink.tick(us);
      if (this.events++ % EVENTS_PER_FILL === 0) this.sendFill(Math.floor(this.random() * orders), us);
      else {
        const symbolNo = Math.floor(this.random() * symbols);
        this.midTicks[symbolNo] = MID_TICKS - (WANDER_TICKS >> 1) + ((this.events * WANDER_STEP) % WANDER_TICKS);
        this.sendQuote(symbolNo, us);
      }
    }
  }

  private sendQuote(symbolNo: number, us: number): void {
    const midTicks = this.midTicks[symbolNo]!;
    this.sink.quote(symbolNo, us, (midTicks - 1) * PRICE_TICK, (midTicks + 1) * PRICE_TICK);
  }

  /** At the quote's far side. */
  private sendFill(orderNo: number, us: number): void {
    const symbolNo = orderNo % this.spec.symbols;
    const ticks = this.midTicks[symbolNo]! + (isBuy(orderNo) ? 1 : -1);
    this.sink.fill(orderNo, symbolNo, us, 1 + Math.floor(this.random() * FILL_QUANTITY_MAX), ticks * PRICE_TICK);
  }
}
