/**
 * What fills met in a market whose quotes leave the tape, held against a keeper that keeps everything of every fill each time
 * some leave: whenever fills, quotes, amendments and questions come, and whenever all is saved and loaded again.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import { MARKOUT_HORIZONS } from '../../../engine/analytics/fill-facts.ts';
import { StateReader } from '../../../engine/domain/state-reader.ts';
import { StateWriter } from '../../../engine/domain/state-writer.ts';
import { NONE, RecordReader, RecordType, RecordWriter } from '../../../engine/journal/record.ts';
import { QuoteTape } from '../../../engine/market/quote-tape.ts';
import { ORDER_ROW_DOUBLES } from '../../../engine/orders/order-row.ts';
import { SharedRows } from '../../../engine/ring/shared-state.ts';
import { applyRecord } from '../../../engine/shard/apply-event.ts';
import { fillsWithMarket } from '../../../engine/shard/market-met.ts';
import { Shard } from '../../../engine/shard/shard.ts';
import { loadCommon, loadSymbol, saveCommon, saveSymbol } from '../../../engine/snapshot/shard-state.ts';

/** More than take what they need with the few quotes behind those that have left. */
const ORDERS = 40;
const QUOTES_MAX = 64;
const BEGIN_US = Date.UTC(2024, 5, 3, 9, 0) * 1_000;

interface Met {
  readonly bid: number;
  readonly ask: number;
  readonly laterMids: readonly number[];
}

function newShard(): Shard {
  const shard = new Shard(SharedRows.create(ORDERS, ORDER_ROW_DOUBLES), { row: () => undefined, alert: () => undefined, changed: () => undefined });
  Object.assign(shard.market(0), { quotes: new QuoteTape(QUOTES_MAX) });
  return shard;
}

/** A shard of one symbol with a small tape, and the naive keeper beside it. */
class SmallMarket {
  shard = newShard();
  private readonly kept = new Map<number, Met>();
  private readonly writer = new RecordWriter(1 << 12);
  private sequence = 1;
  private executions = 0;
  /** Of live fills, with the fill that each was first. */
  readonly live: { readonly orderNo: number; readonly executionNo: number }[] = [];
  readonly busted: { readonly orderNo: number; readonly executionNo: number; readonly us: number }[] = [];

  /** As a start from a snapshot does. */
  reload(): void {
    const [common, symbol] = [new StateWriter(), new StateWriter()];
    saveCommon(this.shard, common);
    saveSymbol(this.shard, 0, [], symbol);
    this.shard = newShard();
    loadCommon(this.shard, new StateReader(common.written));
    loadSymbol(this.shard, 0, new StateReader(symbol.written), []);
  }

  order(orderNo: number, us: number): void {
    const timestamp = new Date(us / 1_000).toISOString();
    this.apply(RecordType.ORDER, orderNo, us, () => this.writer.text(JSON.stringify({ type: 'order', timestamp, order_id: `O${orderNo}`, symbol: 'AAA', side: 'BUY', quantity: 1e6 })));
  }

  tick(us: number): void {
    this.apply(RecordType.TICK, NONE, us, () => undefined);
  }

  quote(us: number, mid: number): void {
    if (this.shard.market(0).quotes.isFull) this.keepAll();
    this.apply(RecordType.QUOTE, NONE, us, () => [mid - 1, mid + 1, 1, 1].forEach((value) => this.writer.double(value)));
  }

  fill(orderNo: number, us: number): void {
    const executionNo = this.executions++;
    this.live.push({ orderNo, executionNo });
    this.apply(RecordType.EXECUTION, orderNo, us, () => {
      [1, 100, 0].forEach((value) => this.writer.double(value));
      [executionNo, 0, NONE, NONE].forEach((value) => this.writer.word(value));
      this.writer.text(`e${executionNo}`);
    });
  }

  /** A correction keeps what its original met. */
  correct(place: number, us: number): void {
    const { orderNo, executionNo: ref } = this.live[place]!;
    const executionNo = this.executions;
    this.live[place] = { orderNo, executionNo };
    const kept = this.kept.get(ref);
    if (kept !== undefined) this.kept.set(executionNo, kept);
    this.sendCorrection(orderNo, ref, us);
  }

  /** A correction from before a bust takes its place: the fill is there again, and what it met only as far as the tape has it. */
  displace(place: number): void {
    const [{ orderNo, executionNo: ref, us }] = this.busted.splice(place, 1) as [{ orderNo: number; executionNo: number; us: number }];
    this.live.push({ orderNo, executionNo: this.executions });
    this.sendCorrection(orderNo, ref, us - 1);
  }

  private sendCorrection(orderNo: number, ref: number, us: number): void {
    const executionNo = this.executions++;
    this.apply(RecordType.EXECUTION_CORRECTED, orderNo, us, () => {
      [2, 101, 0].forEach((value) => this.writer.double(value));
      [executionNo, ref, NONE].forEach((value) => this.writer.word(value));
      this.writer.text(`e${executionNo}`);
      this.writer.text(`e${ref}`);
    });
  }

  bust(place: number, us: number): void {
    const [{ orderNo, executionNo: ref }] = this.live.splice(place, 1) as [{ orderNo: number; executionNo: number }];
    const executionNo = this.executions++;
    this.busted.push({ orderNo, executionNo: ref, us });
    this.apply(RecordType.EXECUTION_CANCELED, orderNo, us, () => {
      [executionNo, ref].forEach((value) => this.writer.word(value));
      this.writer.text(`e${executionNo}`);
      this.writer.text(`e${ref}`);
    });
  }

  /** By execution. */
  expected(orderNo: number): Map<number, Met> {
    const { quotes, newestUs } = this.shard.market(0);
    const met = new Map<number, Met>();
    this.shard.fills.forEach(orderNo, ({ executionNo, timestampUs, sequence }) => {
      const kept = this.kept.get(executionNo);
      let { bid, ask } = quotes.quoteBefore(timestampUs, sequence);
      if (Number.isNaN(bid) && kept !== undefined) ({ bid, ask } = kept);
      const laterMids = MARKOUT_HORIZONS.map(({ us: horizonUs }, i) => {
        const us = timestampUs + horizonUs;
        if (!(us <= Math.min(this.shard.nowUs, newestUs))) return Number.NaN;
        return quotes.covers(us) ? quotes.midUpTo(us) : (kept?.laterMids[i] ?? Number.NaN);
      });
      met.set(executionNo, { bid, ask, laterMids });
    });
    return met;
  }

  found(orderNo: number): Map<number, Met> {
    return new Map(fillsWithMarket(this.shard, orderNo).map(({ executionNo, bid, ask, laterMids }) => [executionNo, { bid, ask, laterMids }]));
  }

  private keepAll(): void {
    for (let orderNo = 0; orderNo < ORDERS; orderNo++) for (const [executionNo, met] of this.expected(orderNo)) this.kept.set(executionNo, met);
  }

  private apply(type: RecordType, orderNo: number, us: number, body: () => void): void {
    this.writer.clear();
    this.writer.begin({ type, sequence: this.sequence++, receivedUs: us, timestampUs: us, orderNo, symbolNo: type === RecordType.TICK ? NONE : 0 });
    body();
    this.writer.end();
    applyRecord(this.shard, new RecordReader().open(this.writer.written, 0));
  }
}

/** Quotes come in bursts, so that each case has many windows; `back` is how late an event is, in steps of the quotes. */
const step = fc.record({
  what: fc.constantFrom('quotes', 'quotes', 'quotes', 'fill', 'fill', 'late quote', 'ask', 'correct', 'bust', 'bust', 'displace', 'tick', 'reload'),
  back: fc.oneof(fc.constant(0), fc.nat(10), fc.nat(150)),
  count: fc.integer({ min: 1, max: 40 }),
  pick: fc.nat(),
});

describe('the market that fills met', () => {
  test('a later mid that was not final when its quotes left stays undefined, whenever they are taken from', () => {
    for (const isAskedBefore of [true, false]) {
      const market = new SmallMarket();
      market.tick(BEGIN_US);
      for (let orderNo = 0; orderNo < ORDERS; orderNo++) market.order(orderNo, BEGIN_US);
      market.quote(BEGIN_US, 100);
      market.fill(ORDERS - 1, BEGIN_US + 1);
      for (let second = 1; second <= QUOTES_MAX; second++) market.quote(BEGIN_US + second * 1_000_000, 100 + second);
      if (isAskedBefore) market.found(ORDERS - 1);
      market.tick(BEGIN_US + 3_600_000_000);
      const [{ bid, ask, laterMids } = { bid: 0, ask: 0, laterMids: [] }] = market.found(ORDERS - 1).values();
      assert.deepEqual([bid, ask], [99, 101]);
      assert.deepEqual(laterMids, [Number.NaN, Number.NaN, 160, Number.NaN, Number.NaN], 'of 1 s, 15 s, 1 m, 5 m, 30 m');
    }
  });

  test('a fill that came before the first quote that stays, at the same time, met the last one that leaves', () => {
    const market = new SmallMarket();
    market.order(0, BEGIN_US);
    for (let second = 1; second <= QUOTES_MAX + 1; second++) {
      if (second === QUOTES_MAX / 2 + 1) market.fill(0, BEGIN_US + second * 1_000_000);
      market.quote(BEGIN_US + second * 1_000_000, 100 + second);
    }
    assert.equal(market.shard.market(0).quotes.firstUs, BEGIN_US + (QUOTES_MAX / 2 + 1) * 1_000_000);
    const [{ bid, ask } = { bid: 0, ask: 0 }] = market.found(0).values();
    assert.deepEqual([bid, ask], [100 + QUOTES_MAX / 2 - 1, 100 + QUOTES_MAX / 2 + 1]);
  });

  for (const stepUs of [1_000_000, 7_000_000, 40_000_000]) {
    test(`is what it was when its quotes left the tape, a quote each ${stepUs / 1_000_000} s`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
          const market = new SmallMarket();
          let us = BEGIN_US;
          let isTicking = true;
          market.tick(us);
          for (let orderNo = 0; orderNo < ORDERS; orderNo++) market.order(orderNo, us);
          for (const { what, back, count, pick } of steps) {
            const orderNo = pick % 3 === 0 ? pick % ORDERS : ORDERS - 1;
            const then = Math.max(BEGIN_US, us - back * stepUs);
            if (what === 'quotes') {
              for (let i = 0; i < count; i++) {
                us += stepUs;
                market.quote(us, 100 + ((pick + i) % 17));
                if (isTicking) market.tick(us);
              }
            } else if (what === 'late quote') market.quote(then, 200 + (pick % 17));
            else if (what === 'fill') market.fill(orderNo, then);
            else if (what === 'tick') {
              market.tick(us);
              isTicking = !isTicking;
            }
            else if (what === 'reload') market.reload();
            else if (what === 'ask') assert.deepEqual(market.found(orderNo), market.expected(orderNo));
            else if (what === 'displace') {
              if (market.busted.length > 0) market.displace(pick % market.busted.length);
            } else if (market.live.length > 0 && what === 'correct') market.correct(pick % market.live.length, us);
            else if (market.live.length > 0) market.bust(pick % market.live.length, us);
          }
          for (let orderNo = 0; orderNo < ORDERS; orderNo++) assert.deepEqual(market.found(orderNo), market.expected(orderNo));
        }),
        { numRuns: 400, includeErrorInReport: true },
      );
    });
  }
});
