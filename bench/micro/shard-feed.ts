/** Records as the sequencer would write them, for a shard alone: orders that trade, their fills and quotes. */

import { NameKind, NONE, RecordType, RecordWriter } from '../../engine/journal/record.ts';
import type { MailboxSender } from '../../engine/ring/mailbox.ts';

const DAY_US = Date.UTC(2026, 2, 2, 14, 30) * 1_000;
const VENUES = ['XNAS', 'XNYS', 'BATS', 'IEXG'];

export class ShardFeed {
  private readonly mailbox: MailboxSender;
  private readonly writer = new RecordWriter(1 << 12);
  private sequence = 1;
  private executions = 0;
  nowUs = DAY_US;

  constructor(mailbox: MailboxSender) {
    this.mailbox = mailbox;
  }

  get lastSequence(): number {
    return this.sequence - 1;
  }

  /** Names, then one order a number, spread evenly over the symbols. */
  announce(symbols: number, orders: number): void {
    for (let no = 0; no < symbols; no++) this.define(NameKind.SYMBOL, no, `SYM${no}`);
    VENUES.forEach((venue, no) => this.define(NameKind.VENUE, no, venue));
    for (let no = 0; no < symbols; no++) this.quote(no, 100, 100.02);
    for (let no = 0; no < orders; no++) this.order(no, no % symbols);
  }

  tick(us: number): void {
    this.nowUs = us;
    this.begin(RecordType.TICK, NONE, NONE);
    this.send();
  }

  quote(symbolNo: number, bid: number, ask: number): void {
    this.begin(RecordType.QUOTE, NONE, symbolNo);
    this.writer.double(bid);
    this.writer.double(ask);
    this.send();
  }

  fill(orderNo: number, symbolNo: number, quantity: number, price: number): void {
    const no = this.executions++;
    this.begin(RecordType.EXECUTION, orderNo, symbolNo);
    this.writer.double(quantity);
    this.writer.double(price);
    this.writer.double(0.01);
    this.writer.word(no);
    this.writer.word(no % VENUES.length);
    this.writer.word(NONE);
    this.writer.word(NONE);
    this.writer.text(`E${no}`);
    this.send();
  }

  private order(orderNo: number, symbolNo: number): void {
    this.begin(RecordType.ORDER, orderNo, symbolNo);
    const at = (us: number): string => `${new Date(us / 1_000).toISOString().slice(0, -1)}000Z`;
    const order = { type: 'order', timestamp: at(this.nowUs), order_id: `O${orderNo}`, symbol: `SYM${symbolNo}`, side: orderNo % 2 === 0 ? 'BUY' : 'SELL', quantity: 1e9, algorithm: 'TWAP', end_time: at(this.nowUs + 6 * 3_600_000_000) };
    this.writer.text(JSON.stringify(order));
    this.send();
  }

  private define(kind: NameKind, no: number, name: string): void {
    this.begin(RecordType.DEFINE, NONE, NONE);
    this.writer.word(kind);
    this.writer.word(no);
    this.writer.text(name);
    this.send();
  }

  private begin(type: RecordType, orderNo: number, symbolNo: number): void {
    this.writer.clear();
    this.writer.begin({ type, sequence: this.sequence++, receivedUs: this.nowUs, timestampUs: this.nowUs, orderNo, symbolNo });
  }

  private send(): void {
    this.writer.end();
    if (!this.mailbox.tryPublish(this.writer.written.bytes.subarray(0, this.writer.byteLength))) throw new RangeError('the mailbox is full: drain it first');
  }
}
