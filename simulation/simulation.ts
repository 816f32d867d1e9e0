/**
 * A simulated day: a market, a desk that works its orders in it, and the way of their messages to the monitor. A pure function
 * of the seed and the parameters of its parts: the same bytes in every run.
 *
 *     market -> happening -> tape event  \
 *                 |                        delivery -> input events, in the order in which they arrive
 *                 v                       /
 *               desk -> what it does    -
 */

import type { InputEvent } from '../engine/domain/events.ts';
import { formatTimestamp } from '../engine/domain/timestamp.ts';
import { Delivery, type Delivered, type DeliveryRates } from './delivery/delivery.ts';
import type { Desk, Emit } from './desk/desk-contract.ts';
import type { Happening, MarketSource } from './market/market-source.ts';

export interface SimulationParts {
  readonly market: MarketSource;
  /** Makes the desk; `emit` takes what it does. */
  openDesk(emit: Emit): Desk;
  readonly seed: number;
  readonly deliveryRates?: Partial<DeliveryRates>;
}

export class Simulation {
  readonly desk: Desk;
  private readonly market: MarketSource;
  private readonly delivery: Delivery;

  constructor({ market, openDesk, seed, deliveryRates }: SimulationParts) {
    this.market = market;
    this.delivery = new Delivery(seed, deliveryRates);
    this.desk = openDesk((event, timeUs) => this.delivery.send(event, timeUs));
  }

  /** The whole day. Taken once; the desk's truths are complete when it has ended. */
  *events(): Generator<Delivered, void, undefined> {
    const { market, desk, delivery } = this;
    let nowUs = market.nextUs();
    for (const instrument of market.instruments) delivery.send(instrument, nowUs);
    for (;;) {
      const marketUs = market.nextUs();
      const deskUs = desk.nextUs();
      if (marketUs === Number.POSITIVE_INFINITY) break;
      nowUs = Math.min(marketUs, deskUs);
      for (let event = delivery.takeBefore(nowUs); event !== undefined; event = delivery.takeBefore(nowUs)) yield event;
      if (deskUs < marketUs) {
        desk.act();
        continue;
      }
      const happening = market.next();
      delivery.send(this.tapeEvent(happening), happening.timeUs);
      desk.onHappening(happening);
    }
    desk.close(nowUs);
    for (let event = delivery.takeBefore(Number.POSITIVE_INFINITY); event !== undefined; event = delivery.takeBefore(Number.POSITIVE_INFINITY)) yield event;
  }

  private tapeEvent(happening: Happening): InputEvent {
    const { symbol } = this.market.instruments[happening.symbolNo]!;
    switch (happening.kind) {
      case 'quote': {
        const { bid, ask, bidSize, askSize } = happening;
        return {
          type: 'quote',
          timestamp: formatTimestamp(happening.timeUs),
          symbol,
          bid: bid === 0 ? null : bid,
          ask: ask === 0 ? null : ask,
          bid_size: bid === 0 ? null : bidSize,
          ask_size: ask === 0 ? null : askSize,
        };
      }
      case 'trade': {
        const { price, quantity, venue, conditions, isVwapEligible } = happening;
        return {
          type: 'trade',
          timestamp: formatTimestamp(happening.printedUs),
          symbol,
          price,
          quantity,
          venue,
          ...(conditions.length === 0 ? {} : { conditions: [...conditions] }),
          ...(isVwapEligible ? {} : { vwap_eligible: false }),
        };
      }
      case 'status':
        return { type: 'market_status', timestamp: formatTimestamp(happening.timeUs), symbol, status: happening.status };
    }
  }
}
