/** Records as the sequencer would write them, for a shard alone: orders that trade, their fills and quotes. */

import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import { NameKind, NONE, RecordType, RecordWriter } from '../../engine/journal/record.ts';
import type { MailboxSender } from '../../engine/ring/mailbox.ts';
import { type FlowSink, isBuy } from './mixed-flow.ts';

export const VENUES = ['XNAS', 'XNYS', 'BATS', 'IEXG'] as const;
export const FEE = 0.25;

/** 20 characters, as ids of brokers are; in the order of the fills, which those of one time are folded in. */
export const execIdOf = (no: number): string => `broker-3-${String(no).padStart(11, '0')}`;
export const symbolName = (symbolNo: number): string => `SYM${symbolNo}`;

export class ShardFeed implements FlowSink {
  private readonly mailbox: MailboxSender;
  private readonly writer = new RecordWriter(1 << 12);
  private sequence = 1;
  private executions = 0;

  constructor(mailbox: MailboxSender) {
    this.mailbox = mailbox;
    VENUES.forEach((venue, no) => this.define(NameKind.VENUE, no, venue));
  }

  get lastSequence(): number {
    return this.sequence - 1;
  }

  symbol(symbolNo: number): void {
    this.define(NameKind.SYMBOL, symbolNo, symbolName(symbolNo));
  }

  order(orderNo: number, symbolNo: number, us: number, quantity: number, endUs: number): void {
    this.begin(RecordType.ORDER, orderNo, symbolNo, us);
    this.writer.text(
      JSON.stringify({
        type: 'order',
        timestamp: formatTimestamp(us),
        order_id: `O${orderNo}`,
        symbol: symbolName(symbolNo),
        side: isBuy(orderNo) ? 'BUY' : 'SELL',
        quantity,
        algorithm: 'TWAP',
        end_time: formatTimestamp(endUs),
      }),
    );
    this.send();
  }

  tick(us: number): void {
    this.begin(RecordType.TICK, NONE, NONE, us);
    this.send();
  }

  quote(symbolNo: number, us: number, bid: number, ask: number): void {
    this.begin(RecordType.QUOTE, NONE, symbolNo, us);
    this.writer.double(bid);
    this.writer.double(ask);
    this.writer.double(100);
    this.writer.double(100);
    this.send();
  }

  fill(orderNo: number, symbolNo: number, us: number, quantity: number, price: number): void {
    const no = this.executions++;
    this.begin(RecordType.EXECUTION, orderNo, symbolNo, us);
    this.writer.double(quantity);
    this.writer.double(price);
    this.writer.double(FEE);
    this.writer.word(no);
    this.writer.word(no % VENUES.length);
    this.writer.word(NONE);
    this.writer.word(NONE);
    this.writer.text(execIdOf(no));
    this.send();
  }

  /** The thresholds of an order's monitoring session. */
  session(orderNo: number, symbolNo: number, us: number, thresholds: Readonly<Record<string, number>>): void {
    this.begin(RecordType.MONITORING_STARTED, orderNo, symbolNo, us);
    this.writer.text(JSON.stringify({ thresholds }));
    this.send();
  }

  private define(kind: NameKind, no: number, name: string): void {
    this.begin(RecordType.DEFINE, NONE, NONE, 0);
    this.writer.word(kind);
    this.writer.word(no);
    this.writer.text(name);
    this.send();
  }

  private begin(type: RecordType, orderNo: number, symbolNo: number, us: number): void {
    this.writer.clear();
    this.writer.begin({ type, sequence: this.sequence++, receivedUs: us, timestampUs: us, orderNo, symbolNo });
  }

  private send(): void {
    this.writer.end();
    if (!this.mailbox.tryPublish(this.writer.written.bytes.subarray(0, this.writer.byteLength))) throw new RangeError('the mailbox is full: drain it first');
  }
}
