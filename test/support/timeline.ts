/** Times and events of tests as they are written by hand: seconds after a base, fields in the order of a sentence. */
import { formatTimestamp } from '../../engine/domain/timestamp.ts';

type Fields = Readonly<Record<string, unknown>>;
export type TestEvent = Readonly<Record<string, unknown>>;

/** A symbol's story: `seconds` count from the base, which is a whole second. */
export class Timeline {
  readonly symbol: string;
  private readonly baseUs: number;

  /** `base` as RFC 3339. */
  constructor(symbol: string, base: string) {
    this.symbol = symbol;
    this.baseUs = Date.parse(base) * 1_000;
  }

  at(seconds: number): string {
    return formatTimestamp(this.baseUs + Math.round(seconds * 1_000_000));
  }

  order(seconds: number, orderId: string, fields: Fields): TestEvent {
    return { type: 'order', timestamp: this.at(seconds), order_id: orderId, symbol: this.symbol, side: 'BUY', ...fields };
  }

  /** Any event about an order. */
  of(seconds: number, orderId: string, type: string, fields: Fields = {}): TestEvent {
    return { type, timestamp: this.at(seconds), order_id: orderId, ...fields };
  }

  fill(seconds: number, orderId: string, execId: string, quantity: number, price: number, fields: Fields = {}): TestEvent {
    return this.of(seconds, orderId, 'execution', { exec_id: execId, venue: 'XNAS', quantity, price, ...fields });
  }

  quote(seconds: number, bid: number | null, ask: number | null): TestEvent {
    return { type: 'quote', timestamp: this.at(seconds), symbol: this.symbol, bid, ask };
  }

  trade(seconds: number, price: number, quantity: number, fields: Fields = {}): TestEvent {
    return { type: 'trade', timestamp: this.at(seconds), symbol: this.symbol, price, quantity, ...fields };
  }

  /** Moves `now` under `--clock event` and nothing else: a quote of a symbol that nobody trades. */
  now(seconds: number): TestEvent {
    return { type: 'quote', timestamp: this.at(seconds), symbol: 'CLOCK', bid: 1, ask: 2 };
  }
}
