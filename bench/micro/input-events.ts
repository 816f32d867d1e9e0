/** The load of the engine benches as validated input events, for what stands before a shard. */

import type { InputEvent } from '../../engine/domain/events.ts';
import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import type { Batch } from '../../engine/sequencer/sequencer.ts';
import { type FlowSink, isBuy } from './mixed-flow.ts';
import { execIdOf, symbolName, VENUES } from './shard-feed.ts';

export const orderIdOf = (no: number): string => `desk-7-${String(no).padStart(9, '0')}`;

export class InputEvents implements FlowSink {
  private events: InputEvent[] = [];
  private executions = 0;
  private timeUs = Number.NaN;
  private time = '';

  /** The events since the last call. */
  take(): InputEvent[] {
    const taken = this.events;
    this.events = [];
    return taken;
  }

  symbol(): void {}

  tick(): void {}

  order(orderNo: number, symbolNo: number, us: number, quantity: number, endUs: number): void {
    this.events.push({
      type: 'order',
      timestamp: formatTimestamp(us),
      order_id: orderIdOf(orderNo),
      symbol: symbolName(symbolNo),
      side: isBuy(orderNo) ? 'BUY' : 'SELL',
      quantity,
      algorithm: 'TWAP',
      end_time: formatTimestamp(endUs),
    });
  }

  quote(symbolNo: number, us: number, bid: number, ask: number): void {
    this.events.push({ type: 'quote', timestamp: this.format(us), symbol: symbolName(symbolNo), bid, ask, bid_size: 100, ask_size: 100 });
  }

  fill(orderNo: number, _symbolNo: number, us: number, quantity: number, price: number): void {
    const no = this.executions++;
    this.events.push({
      type: 'execution',
      timestamp: this.format(us),
      exec_id: execIdOf(no),
      order_id: orderIdOf(orderNo),
      venue: VENUES[no % VENUES.length]!,
      quantity,
      price,
      liquidity: 'ADDED',
    });
  }

  private format(us: number): string {
    if (us !== this.timeUs) {
      this.timeUs = us;
      this.time = formatTimestamp(us);
    }
    return this.time;
  }
}

export function batchOf(events: readonly InputEvent[]): Batch {
  return { events: events.map((event, index) => ({ index, event })), rejected: [] };
}
