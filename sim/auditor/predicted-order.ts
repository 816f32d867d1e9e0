/**
 * What an order must have come to, worked out from the events that are in: plain lists, and none of the product's code. Prices
 * are whole 64ths and quantities whole numbers, so that every sum is exact in whatever order it is made.
 */

import type { EventOf, InputEvent } from '../../engine/domain/events.ts';

export interface PredictedOrder {
  readonly fills: number;
  readonly filledQuantity: number;
  readonly notional: number;
  readonly state: string;
  /** Undefined where it depends on which of two came first. */
  readonly misfits: number | undefined;
}

type Fill = EventOf<'execution'>;
type Amendment = EventOf<'execution_corrected'> | EventOf<'execution_canceled'>;

/** Undefined while the order is not announced. Of the events one names an execution at most once. */
export function predictedOrder(events: readonly InputEvent[]): PredictedOrder | undefined {
  const order = events.find((event) => event.type === 'order');
  if (order === undefined) return undefined;
  const amendments = events.filter((event): event is Amendment => event.type === 'execution_corrected' || event.type === 'execution_canceled');
  let fills = 0;
  let filledQuantity = 0;
  let notional = 0;
  for (const fill of events.filter((event): event is Fill => event.type === 'execution')) {
    const terms = termsNow(fill, amendments);
    if (terms === undefined) continue;
    fills++;
    filledQuantity += terms.quantity;
    notional += terms.quantity * terms.price;
  }
  const isCanceled = events.some((event) => event.type === 'order_canceled');
  const isFilled = filledQuantity >= order.quantity;
  const state = isFilled ? 'FILLED' : isCanceled ? 'CANCELED' : filledQuantity > 0 ? 'PARTIALLY_FILLED' : 'NEW';
  return { fills, filledQuantity, notional, state, misfits: isCanceled ? undefined : 0 };
}

/** What is left of a fill behind the corrections that name it, one after the other; undefined after a bust. */
function termsNow(fill: Fill, amendments: readonly Amendment[]): { quantity: number; price: number } | undefined {
  let terms = { quantity: fill.quantity, price: fill.price };
  let id = fill.exec_id;
  for (;;) {
    const next = amendments.find((amendment) => amendment.ref_exec_id === id);
    if (next === undefined) return terms;
    if (next.type === 'execution_canceled') return undefined;
    terms = { quantity: next.quantity, price: next.price };
    id = next.exec_id;
  }
}
