/**
 * What the naive service knows: plain objects in Maps, one event applied after the other. Progress, average price,
 * slippage and speed of each order, computed when they are asked for.
 */

export interface Order {
  readonly orderId: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: number;
  /** Mid of the market when the order came; null without a market. */
  readonly arrivalPrice: number | null;
  readonly announcedMs: number;
  filledQuantity: number;
  notional: number;
  readonly byVenue: Map<string, number>;
  lastFillMs: number;
  sequence: number;
}

export interface Fill {
  readonly execId: string;
  readonly order: Order;
  readonly timestamp: string;
  readonly venue: string;
  readonly quantity: number;
  readonly price: number;
}

interface Quote {
  readonly bid: number;
  readonly ask: number;
}

type RawEvent = Readonly<Record<string, unknown>>;
export interface Rejection {
  readonly index: number;
  readonly code: string;
}
export interface BatchOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: Rejection[];
  readonly fills: Fill[];
}

const BPS = 10_000;
const MS_PER_SECOND = 1_000;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isPositive = (value: unknown): value is number => typeof value === 'number' && value > 0;

export class Orders {
  sequence = 0;
  private readonly orders = new Map<string, Order>();
  private readonly quotes = new Map<string, Quote>();
  private readonly execIds = new Set<string>();

  get(orderId: string): Order | undefined {
    return this.orders.get(orderId);
  }

  apply(events: readonly RawEvent[]): BatchOutcome {
    const fills: Fill[] = [];
    const rejected: Rejection[] = [];
    let duplicates = 0;
    events.forEach((event, index) => {
      this.sequence++;
      const outcome = this.applyOne(event);
      if (typeof outcome === 'object') fills.push(outcome);
      else if (outcome === 'duplicate') duplicates++;
      else if (outcome !== 'ok') rejected.push({ index, code: outcome });
    });
    return { accepted: events.length - duplicates - rejected.length, duplicates, rejected, fills };
  }

  private applyOne(event: RawEvent): Fill | string {
    switch (event['type']) {
      case 'quote':
        return this.onQuote(event);
      case 'execution':
        return this.onExecution(event);
      case 'order':
        return this.onOrder(event);
      default:
        return 'type_unknown';
    }
  }

  private onQuote({ symbol, bid, ask }: RawEvent): string {
    if (!isText(symbol) || !isPositive(bid) || !isPositive(ask)) return 'validation_failed';
    this.quotes.set(symbol, { bid, ask });
    return 'ok';
  }

  private onExecution({ exec_id: execId, order_id: orderId, timestamp, venue, quantity, price }: RawEvent): Fill | string {
    if (!isText(execId) || !isText(orderId) || !isText(timestamp) || !isText(venue) || !isPositive(quantity) || !isPositive(price)) return 'validation_failed';
    const timestampMs = Date.parse(timestamp);
    if (Number.isNaN(timestampMs)) return 'validation_failed';
    const order = this.orders.get(orderId);
    if (order === undefined) return 'order_not_found';
    if (this.execIds.has(execId)) return 'duplicate';
    this.execIds.add(execId);
    order.filledQuantity += quantity;
    order.notional += quantity * price;
    order.byVenue.set(venue, (order.byVenue.get(venue) ?? 0) + quantity);
    order.lastFillMs = timestampMs;
    order.sequence = this.sequence;
    return { execId, order, timestamp, venue, quantity, price };
  }

  private onOrder({ order_id: orderId, symbol, side, quantity, timestamp }: RawEvent): string {
    if (!isText(orderId) || !isText(symbol) || (side !== 'BUY' && side !== 'SELL') || !isPositive(quantity) || !isText(timestamp)) return 'validation_failed';
    if (this.orders.has(orderId)) return 'duplicate';
    const quote = this.quotes.get(symbol);
    const announcedMs = Date.parse(timestamp);
    this.orders.set(orderId, {
      orderId, symbol, side, quantity, announcedMs,
      arrivalPrice: quote === undefined ? null : (quote.bid + quote.ask) / 2,
      filledQuantity: 0, notional: 0, byVenue: new Map(), lastFillMs: announcedMs, sequence: this.sequence,
    });
    return 'ok';
  }
}

/** The answer of GET status, and what an update frame shows. */
export function statusOf(order: Order): object {
  const { filledQuantity, quantity, notional, arrivalPrice } = order;
  const averagePrice = filledQuantity === 0 ? null : notional / filledQuantity;
  const side = order.side === 'BUY' ? 1 : -1;
  const slippageBps = averagePrice === null || arrivalPrice === null ? null : (side * (averagePrice - arrivalPrice) * BPS) / arrivalPrice;
  const seconds = Math.max(1, order.lastFillMs - order.announcedMs) / MS_PER_SECOND;
  return {
    order_id: order.orderId,
    symbol: order.symbol,
    state: filledQuantity === 0 ? 'NEW' : filledQuantity < quantity ? 'PARTIALLY_FILLED' : 'FILLED',
    quantity,
    filled_quantity: filledQuantity,
    leaves_quantity: Math.max(0, quantity - filledQuantity),
    execution_progress: filledQuantity / quantity,
    average_price: averagePrice,
    current_metrics: { EXECUTION_SPEED: filledQuantity / quantity / seconds, SLIPPAGE: slippageBps, FILL_RATE: filledQuantity / quantity },
    venue_distribution: Object.fromEntries([...order.byVenue].map(([venue, filled]) => [venue, filled / filledQuantity])),
    last_updated: new Date(order.lastFillMs).toISOString(),
    as_of_sequence: order.sequence,
  };
}
