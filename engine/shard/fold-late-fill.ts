/**
 * A fill that comes before others of its order, which the trail (fold-trail.ts) knows, is folded in its place: the sums go back to
 * what stood before it, and it and the fills behind it are added again, in their order, to the same bits. That is twice over those
 * fills with all sums in hand: where feeds are read side by side fills come late by hundreds, all the time.
 */

import { NONE } from '../journal/record.ts';
import { type FoldTrail, TrailCell } from '../orders/fold-trail.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { VenueSums } from '../orders/venue-sums.ts';
import type { Shard } from './shard.ts';

const venues = new VenueSums();
/** The late fill and those behind it, as rows, the last first. */
let rows = new Int32Array(1 << 10);

/** Folds the fill before the last `behind` fills of an order, which the trail must know; its child orders are counted by the caller. */
export function foldLateFill(shard: Shard, trail: FoldTrail, orderNo: number, at: number, behind: number): void {
  if (rows.length <= behind) rows = new Int32Array(2 * behind);
  venues.take(shard.venueShares, orderNo);
  const place = goBack(shard, trail, orderNo, behind);
  addAgain(shard, trail, orderNo, at, behind, place);
  venues.putBack(shard.venueShares, orderNo);
}

/** Returns the place of the oldest entry of the trail that it has gone back over. */
function goBack(shard: Shard, trail: FoldTrail, orderNo: number, behind: number): number {
  const { fills, children } = shard;
  const { cells } = trail;
  let row = fills.last(orderNo);
  let place = trail.end;
  for (let i = 0; i < behind; i++) {
    place = trail.before(place);
    venues.goBack(fills.venueNo(row), cells, place);
    const childNo = fills.childNo(row);
    if (childNo !== NONE) children.setFilled(childNo, cells[place + TrailCell.CHILD_QUANTITY]!);
    rows[i] = row;
    row = fills.previous(row);
  }
  rows[behind] = row;
  return place;
}

function addAgain(shard: Shard, trail: FoldTrail, orderNo: number, at: number, behind: number, from: number): void {
  const { fills, children } = shard;
  const { replaces } = shard.factsOf(orderNo);
  const order = shard.orders.cells;
  let filled = trail.cells[from + TrailCell.FILLED_QUANTITY]!;
  let turnover = trail.cells[from + TrailCell.NOTIONAL]!;
  let fees = trail.cells[from + TrailCell.FEES]!;
  trail.push();
  const { cells } = trail;
  let place = from;
  for (let i = behind; i >= 0; i--) {
    const row = rows[i]!;
    const quantity = fills.quantity(row);
    const notional = quantity * fills.price(row);
    const fee = fills.fee(row);
    cells[place + TrailCell.FILLED_QUANTITY] = filled;
    cells[place + TrailCell.NOTIONAL] = turnover;
    cells[place + TrailCell.FEES] = fees;
    venues.add(fills.venueNo(row), quantity, notional, fee, cells, place);
    const childNo = fills.childNo(row);
    cells[place + TrailCell.CHILD_QUANTITY] = childNo === NONE ? 0 : children.filledQuantity(childNo);
    if (childNo !== NONE) children.addFill(orderNo, childNo, quantity);
    filled += quantity;
    turnover += notional;
    fees += fee;
    // Whatever was folded before is not later than this fill: all of it was filled at a replace that this fill came before.
    for (const replace of replaces) if (fills.timestampUs(row) <= replace.us) replace.filledAt = filled;
    place = trail.after(place);
  }
  const late = rows[behind]!;
  order[at + C.FILLED_QUANTITY] = filled;
  order[at + C.NOTIONAL] = turnover;
  order[at + C.FEES] = fees;
  order[at + C.FILL_COUNT]! += 1;
  if (fills.previous(late) === NONE) order[at + C.FIRST_FILL_US] = fills.timestampUs(late);
}
