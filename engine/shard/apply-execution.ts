/** Fills, corrections and busts: what they do to the live fills, and the row that each writes. */

import { LIQUIDITIES, wordOf } from '../domain/enums.ts';
import type { ExecutionRow } from '../domain/rows.ts';
import { NONE, type RecordReader } from '../journal/record.ts';
import type { Fill } from '../orders/fill.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { changeOrder } from './change-order.ts';
import { addToFold, countChildren, foldAgain } from './fold-fills.ts';
import type { Shard } from './shard.ts';

export function applyFill(shard: Shard, record: RecordReader): void {
  const { orderNo, sequence, timestampUs } = record;
  const report = reportOf(record);
  const quantity = record.double();
  const price = record.double();
  const fee = record.double();
  const executionNo = record.word();
  const venueNo = record.word();
  const childNo = record.word();
  const liquidity = record.word();
  const execId = record.text();
  const fill: Fill = { executionNo, execId, timestampUs, sequence, quantity, price, fee: Number.isNaN(fee) ? 0 : fee, venueNo, childNo, liquidity };
  changeOrder(shard, orderNo, sequence, (at) => {
    if (shard.fills.add(orderNo, fill) === 'at_end') {
      addToFold(shard, orderNo, at, fill);
      if (childNo !== NONE) countChildren(shard, orderNo, at);
    } else foldAgain(shard, orderNo, at);
  });
  writeReport(shard, report, {
    execId,
    execType: 'TRADE',
    refExecId: null,
    venue: shard.venueName(venueNo),
    childOrderId: shard.childNames[childNo] ?? null,
    liquidity: liquidity === NONE ? null : wordOf(LIQUIDITIES, liquidity),
    quantity,
    price,
    fee,
  });
}

export function applyCorrection(shard: Shard, record: RecordReader): void {
  const { orderNo, sequence, timestampUs } = record;
  const report = reportOf(record);
  const quantity = record.double();
  const price = record.double();
  const fee = record.double();
  const executionNo = record.word();
  const refExecutionNo = record.word();
  const venueNo = record.word();
  const execId = record.text();
  const refExecId = record.text();
  amend(shard, orderNo, sequence, refExecutionNo, { executionNo, execId, timestampUs, isBust: false, quantity, price, fee, venueNo });
  const venue = venueNo === NONE ? null : shard.venueName(venueNo);
  writeReport(shard, report, { execId, execType: 'TRADE_CORRECT', refExecId, venue, childOrderId: null, liquidity: null, quantity, price, fee });
}

export function applyBust(shard: Shard, record: RecordReader): void {
  const { orderNo, sequence, timestampUs } = record;
  const report = reportOf(record);
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
  writeReport(shard, report, {
    execId,
    execType: 'TRADE_CANCEL',
    refExecId,
    venue: null,
    childOrderId: null,
    liquidity: null,
    quantity: nothing,
    price: nothing,
    fee: nothing,
  });
}

function amend(
  shard: Shard,
  orderNo: number,
  sequence: number,
  refExecutionNo: number,
  amendment: Parameters<Shard['fills']['amend']>[2],
): void {
  changeOrder(shard, orderNo, sequence, (at) => {
    const outcome = shard.fills.amend(orderNo, refExecutionNo, amendment);
    if (outcome === 'misfit' || outcome === 'displaced') shard.orders.cells[at + C.MISFIT_COUNT]! += 1;
    if (outcome === 'applied' || outcome === 'displaced') foldAgain(shard, orderNo, at);
  });
}

/** What every report of an execution has, read before the record's body is. */
interface Report {
  readonly orderNo: number;
  readonly symbolNo: number;
  readonly timestampUs: number;
  readonly receivedUs: number;
}

function reportOf({ orderNo, symbolNo, timestampUs, receivedUs }: RecordReader): Report {
  return { orderNo, symbolNo, timestampUs, receivedUs };
}

/** The report as it came, for the table of executions; what it did to the order is not part of it. */
function writeReport(
  shard: Shard,
  { orderNo, symbolNo, timestampUs, receivedUs }: Report,
  fields: Omit<ExecutionRow, 'kind' | 'sequence' | 'timestampUs' | 'receivedUs' | 'orderId' | 'symbol'>,
): void {
  shard.outputs.row({
    kind: 'execution',
    sequence: shard.sequence,
    timestampUs,
    receivedUs,
    orderId: shard.orderIdOf(orderNo),
    symbol: shard.symbolNames[symbolNo] ?? '',
    ...fields,
  });
}
