/** The naive engine and the events that wait for it, decoded. */

import { type FlowSink, isBuy } from './mixed-flow.ts';
import { NaiveEngine, type NaiveEvent } from './naive-engine.ts';
import { FEE, symbolName, VENUES } from './shard-feed.ts';

export class NaiveLane implements FlowSink {
  readonly engine: NaiveEngine;
  private readonly events: NaiveEvent[] = [];
  private readonly symbols: string[] = [];
  private readonly orderIds: string[] = [];
  private executions = 0;

  constructor(recomputes: 'lazy' | 'eager') {
    this.engine = new NaiveEngine(() => undefined, recomputes);
  }

  symbol(symbolNo: number): void {
    this.symbols[symbolNo] = symbolName(symbolNo);
  }

  order(orderNo: number, symbolNo: number, us: number, quantity: number, endUs: number): void {
    const orderId = (this.orderIds[orderNo] = `O${orderNo}`);
    this.events.push({ type: 'order', us, orderId, symbol: this.symbols[symbolNo]!, side: isBuy(orderNo) ? 'BUY' : 'SELL', quantity, endUs });
  }

  tick(us: number): void {
    this.events.push({ type: 'tick', us });
  }

  quote(symbolNo: number, us: number, bid: number, ask: number): void {
    this.events.push({ type: 'quote', us, symbol: this.symbols[symbolNo]!, bid, ask });
  }

  fill(orderNo: number, _symbolNo: number, us: number, quantity: number, price: number): void {
    const no = this.executions++;
    this.events.push({ type: 'fill', us, orderId: this.orderIds[orderNo]!, execId: `E${no}`, venue: VENUES[no % VENUES.length]!, quantity, price, fee: FEE });
  }

  /** Takes all events and brings what is shown up to date. */
  publish(): void {
    for (const event of this.events) this.engine.take(event);
    this.events.length = 0;
    this.engine.refresh();
  }
}
