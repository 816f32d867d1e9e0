/** Fills, corrections and busts: what they do to the live fills, and the row that each writes. */

import { LIQUIDITIES, wordOf } from '../domain/enums.ts';
import type { ExecutionRow } from '../domain/rows.ts';
import type { TextInPlace } from '../domain/text.ts';
import { NONE, type RecordReader } from '../journal/record.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { changeOrder, closeOrder, openOrder } from './change-order.ts';
import { foldAdded, foldAgain } from './fold-fills.ts';
import { keepOfFills } from './market-met.ts';
import type { InHand } from './row-makers.ts';
import type { Shard } from './shard.ts';

/** Of the fill in hand. */
const execIdInPlace: InHand<TextInPlace> = { words: new Int32Array(0), firstWord: 0, byteCount: 0 };

/** The report in hand: filled in again for each, valid while it is handed over. */
const report: InHand<ExecutionRow> = {
  kind: 'execution',
  sequence: Number.NaN,
  timestampUs: Number.NaN,
  receivedUs: Number.NaN,
  execId: '',
  execType: 'TRADE',
  refExecId: null,
  orderId: '',
  symbol: '',
  venue: null,
  childOrderId: null,
  liquidity: null,
  quantity: Number.NaN,
  price: Number.NaN,
  fee: Number.NaN,
};

export function applyFill(shard: Shard, record: RecordReader): void {
  const { orderNo, sequence, timestampUs } = record;
  const quantity = record.double();
  const price = record.double();
  const fee = record.double();
  const executionNo = record.word();
  const venueNo = record.word();
  const childNo = record.word();
  const liquidity = record.word();
  record.passText();
  // The fill in hand and not one of its own, and no closure: this is done for every fill, and makes no garbage.
  const { fill, fills } = shard;
  fill.executionNo = executionNo;
  fill.timestampUs = timestampUs;
  fill.sequence = sequence;
  fill.quantity = quantity;
  fill.price = price;
  fill.fee = Number.isNaN(fee) ? 0 : fee;
  fill.venueNo = venueNo;
  fill.childNo = childNo;
  fill.liquidity = liquidity;
  if (openOrder(shard, orderNo, sequence)) {
    const execId = fills.execIds.keep(record.memory.bytes, record.textFrom, record.textBytes);
    foldAdded(shard, orderNo, orderNo * shard.orders.rowDoubles, fills.add(orderNo, fill, execId));
    closeOrder(shard, orderNo, sequence);
  }
  execIdInPlace.words = record.memory.words;
  execIdInPlace.firstWord = record.textFrom >> 2;
  execIdInPlace.byteCount = record.textBytes;
  report.execId = execIdInPlace;
  report.execType = 'TRADE';
  report.refExecId = null;
  report.venue = shard.venueName(venueNo);
  report.childOrderId = childNo === NONE ? null : (shard.childNames[childNo] ?? null);
  report.liquidity = liquidity === NONE ? null : wordOf(LIQUIDITIES, liquidity);
  report.quantity = quantity;
  report.price = price;
  report.fee = fee;
  writeReport(shard, record);
}

export function applyCorrection(shard: Shard, record: RecordReader): void {
  const { orderNo, sequence, timestampUs } = record;
  const quantity = record.double();
  const price = record.double();
  const fee = record.double();
  const executionNo = record.word();
  const refExecutionNo = record.word();
  const venueNo = record.word();
  const execId = record.text();
  const refExecId = record.text();
  amend(shard, orderNo, sequence, refExecutionNo, { executionNo, execId, timestampUs, isBust: false, quantity, price, fee, venueNo });
  report.execId = execId;
  report.execType = 'TRADE_CORRECT';
  report.refExecId = refExecId;
  report.venue = venueNo === NONE ? null : shard.venueName(venueNo);
  report.childOrderId = null;
  report.liquidity = null;
  report.quantity = quantity;
  report.price = price;
  report.fee = fee;
  writeReport(shard, record);
}

export function applyBust(shard: Shard, record: RecordReader): void {
  const { orderNo, sequence, timestampUs } = record;
  const executionNo = record.word();
  const refExecutionNo = record.word();
  const execId = record.text();
  const refExecId = record.text();
  const nothing = Number.NaN;
  amend(shard, orderNo, sequence, refExecutionNo, {
    executionNo,
    execId,
    timestampUs,
    isBust: true,
    quantity: nothing,
    price: nothing,
    fee: nothing,
    venueNo: NONE,
  });
  report.execId = execId;
  report.execType = 'TRADE_CANCEL';
  report.refExecId = refExecId;
  report.venue = null;
  report.childOrderId = null;
  report.liquidity = null;
  report.quantity = nothing;
  report.price = nothing;
  report.fee = nothing;
  writeReport(shard, record);
}

function amend(
  shard: Shard,
  orderNo: number,
  sequence: number,
  refExecutionNo: number,
  amendment: Parameters<Shard['fills']['amend']>[2],
): void {
  changeOrder(shard, orderNo, sequence, (at) => {
    keepOfFills(shard, shard.market(shard.orders.cells[at + C.SYMBOL_NO]!), orderNo);
    const outcome = shard.fills.amend(orderNo, refExecutionNo, amendment);
    if (outcome === 'misfit' || outcome === 'displaced') shard.orders.cells[at + C.MISFIT_COUNT]! += 1;
    if (outcome === 'applied' || outcome === 'displaced') foldAgain(shard, orderNo, at);
  });
}

/** Writes the report as it came, for the table of executions; what it did to the order is not part of it. */
function writeReport(shard: Shard, record: RecordReader): void {
  report.sequence = shard.sequence;
  report.timestampUs = record.timestampUs;
  report.receivedUs = record.receivedUs;
  report.orderId = shard.orderIdOf(record.orderNo);
  report.symbol = shard.symbolNames[record.symbolNo] ?? '';
  shard.outputs.row(report);
}
