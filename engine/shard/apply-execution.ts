/** Fills, corrections and busts: what they do to the live fills, and the row that each writes. */

import { LIQUIDITIES, wordOf } from '../domain/enums.ts';
import { NONE, type RecordReader } from '../journal/record.ts';
import type { Fill } from '../orders/fill-table.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { changeOrder } from './change-order.ts';
import { addToFold, countChildren, foldAgain } from './fold-fills.ts';
import type { Shard } from './shard.ts';

export function applyFill(shard: Shard, record: RecordReader): void {
  const { orderNo, sequence, timestampUs, receivedUs, symbolNo } = record;
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
  shard.outputs.row({
    kind: 'execution',
    sequence: shard.sequence,
    timestampUs,
    receivedUs,
    execId,
    execType: 'TRADE',
    refExecId: null,
    orderId: shard.factsOf(orderNo).announcement.order_id,
    symbol: shard.symbolNames[symbolNo] ?? '',
    venue: shard.venueName(venueNo),
    childOrderId: shard.childNames[childNo] ?? null,
    liquidity: liquidity === NONE ? null : wordOf(LIQUIDITIES, liquidity),
    quantity,
    price,
    fee,
  });
}

export function applyCorrection(shard: Shard, record: RecordReader): void {
  const { orderNo, sequence, timestampUs, receivedUs, symbolNo } = record;
  const quantity = record.double();
  const price = record.double();
  const fee = record.double();
  const executionNo = record.word();
  const refExecutionNo = record.word();
  const venueNo = record.word();
  const execId = record.text();
  const refExecId = record.text();
  amend(shard, orderNo, sequence, refExecutionNo, { executionNo, execId, isBust: false, quantity, price, fee, venueNo });
  shard.outputs.row({
    kind: 'execution',
    sequence: shard.sequence,
    timestampUs,
    receivedUs,
    execId,
    execType: 'TRADE_CORRECT',
    refExecId,
    orderId: shard.factsOf(orderNo).announcement.order_id,
    symbol: shard.symbolNames[symbolNo] ?? '',
    venue: venueNo === NONE ? null : shard.venueName(venueNo),
    childOrderId: null,
    liquidity: null,
    quantity,
    price,
    fee,
  });
}

export function applyBust(shard: Shard, record: RecordReader): void {
  const { orderNo, sequence, timestampUs, receivedUs, symbolNo } = record;
  const executionNo = record.word();
  const refExecutionNo = record.word();
  const execId = record.text();
  const refExecId = record.text();
  const nothing = Number.NaN;
  amend(shard, orderNo, sequence, refExecutionNo, {
    executionNo,
    execId,
    isBust: true,
    quantity: nothing,
    price: nothing,
    fee: nothing,
    venueNo: NONE,
  });
  shard.outputs.row({
    kind: 'execution',
    sequence: shard.sequence,
    timestampUs,
    receivedUs,
    execId,
    execType: 'TRADE_CANCEL',
    refExecId,
    orderId: shard.factsOf(orderNo).announcement.order_id,
    symbol: shard.symbolNames[symbolNo] ?? '',
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
    if (outcome === 'misfit') shard.orders.cells[at + C.MISFIT_COUNT]! += 1;
    else if (outcome === 'applied') foldAgain(shard, orderNo, at);
  });
}
