/**
 * What an order has filled: a fold over its live fills in (timestamp, exec_id) order, to the last bit, whatever the order in
 * which they came. A fill that follows the others is added. One that comes before some of the last is folded in its place
 * (fold-late-fill.ts) where the order has a trail that knows these. All else folds the live fills from nothing, so that a bust
 * leaves no trace; where it is a late fill the trail begins there, and is long enough from then on for fills that are as late.
 */

import { NONE } from '../journal/record.ts';
import { AMENDED } from '../orders/fill-table.ts';
import { FoldTrail, TrailCell } from '../orders/fold-trail.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { placeOf, ShareCell } from '../orders/venue-shares.ts';
import { foldLateFill } from './fold-late-fill.ts';
import type { OrderFacts, Shard } from './shard.ts';

/** Brings the order's terms about its child orders up to date. */
export function countChildren(shard: Shard, orderNo: number, at: number): void {
  const totals = shard.children.totals(orderNo);
  shard.orders.cells[at + C.CHILD_COUNT] = totals.count;
  shard.orders.cells[at + C.ENDED_ROUTED_QUANTITY] = totals.endedRoutedQuantity;
  shard.orders.cells[at + C.ENDED_FILLED_QUANTITY] = totals.endedFilledQuantity;
}

/** Folds a fill that was added to the order's; `behind` is what FillTable.add said of it. */
export function foldAdded(shard: Shard, orderNo: number, at: number, behind: number): void {
  const facts = shard.factsOf(orderNo);
  if (behind === 0) {
    const row = shard.fills.last(orderNo);
    addToFold(shard, facts, orderNo, at, row);
    if (shard.fills.childNo(row) !== NONE) countChildren(shard, orderNo, at);
    return;
  }
  if (behind === AMENDED || facts.trail === undefined || facts.trail.length < behind) {
    if (behind !== AMENDED) (facts.trail ??= new FoldTrail(shard.trailRoom)).widen(behind);
    foldAgain(shard, orderNo, at);
    return;
  }
  foldLateFill(shard, facts.trail, orderNo, at, behind);
  countChildren(shard, orderNo, at);
}

/** Folds all live fills of an order from nothing. */
export function foldAgain(shard: Shard, orderNo: number, at: number): void {
  const { cells } = shard.orders;
  const facts = shard.factsOf(orderNo);
  cells[at + C.FILLED_QUANTITY] = 0;
  cells[at + C.NOTIONAL] = 0;
  cells[at + C.FEES] = 0;
  cells[at + C.FILL_COUNT] = 0;
  cells[at + C.FIRST_FILL_US] = Number.NaN;
  cells[at + C.LAST_FILL_US] = Number.NaN;
  for (const replace of facts.replaces) replace.filledAt = 0;
  facts.trail?.clear();
  shard.venueShares.clear(orderNo);
  shard.children.clearFills(orderNo);
  for (let row = shard.fills.first(orderNo); row !== NONE; row = shard.fills.next(row)) addToFold(shard, facts, orderNo, at, row);
  countChildren(shard, orderNo, at);
}

/** Adds one fill to what is folded; the child orders are counted by the caller. */
function addToFold(shard: Shard, facts: OrderFacts, orderNo: number, at: number, row: number): void {
  const { fills, venueShares } = shard;
  const { cells } = shard.orders;
  const venueNo = fills.venueNo(row);
  const known = venueShares.find(orderNo, venueNo);
  const share = known === NONE ? venueShares.append(orderNo, venueNo) : known;
  if (facts.trail !== undefined) markTrail(shard, facts.trail, at, row, share, known === NONE);

  const quantity = fills.quantity(row);
  const notional = quantity * fills.price(row);
  const fee = fills.fee(row);
  const timestampUs = fills.timestampUs(row);
  cells[at + C.FILLED_QUANTITY]! += quantity;
  cells[at + C.NOTIONAL]! += notional;
  cells[at + C.FEES]! += fee;
  cells[at + C.FILL_COUNT]! += 1;
  if (Number.isNaN(cells[at + C.FIRST_FILL_US]!)) cells[at + C.FIRST_FILL_US] = timestampUs;
  cells[at + C.LAST_FILL_US] = timestampUs;
  // Whatever was folded before is not later than this fill: all of it was filled at a replace that this fill came before.
  for (const replace of facts.replaces) {
    if (timestampUs <= replace.us) replace.filledAt = cells[at + C.FILLED_QUANTITY]!;
  }
  const shareCells = venueShares.cellsOf(share);
  const shareAt = placeOf(share);
  shareCells[shareAt + ShareCell.QUANTITY]! += quantity;
  shareCells[shareAt + ShareCell.NOTIONAL]! += notional;
  shareCells[shareAt + ShareCell.FEES]! += fee;
  const childNo = fills.childNo(row);
  if (childNo !== NONE) shard.children.addFill(orderNo, childNo, quantity);
}

/** Notes how things are before a fill is folded. */
function markTrail(shard: Shard, trail: FoldTrail, at: number, row: number, share: number, isNewShare: boolean): void {
  const order = shard.orders.cells;
  const shareCells = shard.venueShares.cellsOf(share);
  const shareAt = placeOf(share);
  const childNo = shard.fills.childNo(row);
  const place = trail.push();
  const { cells } = trail;
  cells[place + TrailCell.FILLED_QUANTITY] = order[at + C.FILLED_QUANTITY]!;
  cells[place + TrailCell.NOTIONAL] = order[at + C.NOTIONAL]!;
  cells[place + TrailCell.FEES] = order[at + C.FEES]!;
  cells[place + TrailCell.VENUE_QUANTITY] = isNewShare ? Number.NaN : shareCells[shareAt + ShareCell.QUANTITY]!;
  cells[place + TrailCell.VENUE_NOTIONAL] = shareCells[shareAt + ShareCell.NOTIONAL]!;
  cells[place + TrailCell.VENUE_FEES] = shareCells[shareAt + ShareCell.FEES]!;
  cells[place + TrailCell.CHILD_QUANTITY] = childNo === NONE ? 0 : shard.children.filledQuantity(childNo);
}
