/**
 * Resting child orders in their queues. A list holds the desk's children on one side of one symbol, best price first and
 * then first come. The rules, for a buy (a sell is its mirror):
 *
 *     joins          above the bid: nobody ahead; at the bid: all that is displayed is ahead; below it: not known (NaN)
 *     bid moves      below its price: nobody ahead any more; to its price: what is displayed is ahead, if not less was known;
 *                    above its price: as it was
 *     trade below    fills it
 *     trade at       by a seller: first what is ahead, then the child
 *
 * A trade's quantity is handed out once: what one child of the desk got, or the queue before it, the next cannot get. No credit
 * is taken for cancels ahead until the displayed size proves them.
 */

import type { ChildOrder } from './child-order.ts';

/** Puts a child in its place. `touch` is the near side; 0 when there is none, then nothing is known. */
export function joinQueue(list: ChildOrder[], child: ChildOrder, touch: number, touchUnits: number, slack: number): void {
  let place = list.length;
  while (place > 0 && child.side * (child.price - list[place - 1]!.price) > slack) place--;
  list.splice(place, 0, child);
  child.queueAheadUnits = Number.NaN;
  if (touch > 0) seeTouch(child, touch, touchUnits, slack);
}

/** The near touch has a new price or size. A side that is gone says nothing about queues. */
export function advanceQueues(list: readonly ChildOrder[], touch: number, touchUnits: number, slack: number): void {
  if (touch > 0) for (let i = 0; i < list.length; i++) seeTouch(list[i]!, touch, touchUnits, slack);
}

function seeTouch(child: ChildOrder, touch: number, touchUnits: number, slack: number): void {
  const better = child.side * (child.price - touch);
  const displayed = touchUnits * child.queueFactor;
  if (better > slack) child.queueAheadUnits = 0;
  else if (better >= -slack && !(child.queueAheadUnits <= displayed)) child.queueAheadUnits = displayed;
}

/**
 * Hands a trade's units out. `meetsQueue`: the aggressor came from the other side, so that children at the very price are met too.
 * `onFill` may take the child out of the list. Returns the units that are left.
 */
export function matchTrade(
  list: readonly ChildOrder[],
  price: number,
  units: number,
  meetsQueue: boolean,
  slack: number,
  onFill: (child: ChildOrder, units: number) => void,
): number {
  let left = units;
  let othersTraded = 0;
  let i = 0;
  while (i < list.length && left > 0) {
    const child = list[i]!;
    const better = child.side * (child.price - price);
    if (better < -slack || (!meetsQueue && better <= slack)) break;
    if (better <= slack) {
      const ahead = Math.max(0, child.queueAheadUnits - othersTraded);
      // Nothing is known of the queue: all of the trade was others'.
      const eaten = Number.isNaN(ahead) ? left : Math.min(ahead, left);
      child.queueAheadUnits = ahead - eaten;
      othersTraded += eaten;
      left -= eaten;
    }
    if (left > 0) {
      const filled = Math.min(left, child.openUnits);
      left -= filled;
      onFill(child, filled);
    }
    if (list[i] === child) i++;
  }
  if (left === 0 && othersTraded > 0) moveUp(list, i, price, othersTraded, slack);
  return left;
}

/** The trade ended before them, but those further back in the same queue have moved up as well. */
function moveUp(list: readonly ChildOrder[], from: number, price: number, othersTraded: number, slack: number): void {
  for (let i = from; i < list.length; i++) {
    const child = list[i]!;
    if (Math.abs(child.price - price) > slack) return;
    child.queueAheadUnits = Math.max(0, child.queueAheadUnits - othersTraded);
  }
}
