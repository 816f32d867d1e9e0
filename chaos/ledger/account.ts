/**
 * Naive accounting: what a list of accepted events adds up to, order by order, written down from the documents alone.
 *
 * Quantities are whole and prices and fees are whole 64ths, so every sum is exact in a double whatever its order, and what the
 * service says must be equal to the last bit. It knows the rules that the load uses (load/plan-batch.ts) and no others.
 */

import type { EventBody, LedgerEvent } from './ledger.ts';

/** One line that the table of executions must have. */
export interface Report {
  readonly event: LedgerEvent;
  readonly execType: 'TRADE' | 'TRADE_CORRECT' | 'TRADE_CANCEL';
}

export interface Account {
  readonly orderId: string;
  readonly announcement: LedgerEvent;
  readonly symbol: string;
  state: string;
  quantity: number;
  filledQuantity: number;
  leavesQuantity: number;
  /** Null before the first fill. */
  averagePrice: number | null;
  notional: number;
  fees: number;
  fillCount: number;
  overfilled: boolean;
  arrivalPrice: number | null;
  /** Share of what is filled. */
  venues: Readonly<Record<string, number>>;
  unmatchedAmendments: number;
  readonly reports: readonly Report[];
}

interface Fill {
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly venue: string;
}

interface Open {
  announcement: LedgerEvent | undefined;
  arrivalPrice: number | null;
  readonly executions: EventBody[];
  /** By the execution that each names. */
  readonly amendments: Map<string, EventBody>;
  readonly reports: Report[];
  replacedQuantity: number | undefined;
  terminalState: string | undefined;
}

const TERMINAL_STATES: Readonly<Record<string, string>> = { order_canceled: 'CANCELED', order_expired: 'EXPIRED' };
const EXEC_TYPES = { execution: 'TRADE', execution_corrected: 'TRADE_CORRECT', execution_canceled: 'TRADE_CANCEL' } as const;

/** The announced orders, by id; events of orders that are not announced wait. */
export function accountsOf(events: Iterable<LedgerEvent>): Map<string, Account> {
  const open = new Map<string, Open>();
  const mids = new Map<string, number>();
  const of = (orderId: string): Open => {
    let order = open.get(orderId);
    if (order === undefined) {
      order = { announcement: undefined, arrivalPrice: null, executions: [], amendments: new Map(), reports: [], replacedQuantity: undefined, terminalState: undefined };
      open.set(orderId, order);
    }
    return order;
  };
  for (const event of events) {
    if (event.expected !== 'accepted') continue;
    const { body } = event;
    switch (body.type) {
      case 'quote': {
        const [bid, ask] = [body['bid'] as number, body['ask'] as number];
        if (bid <= ask) mids.set(body['symbol'] as string, (bid + ask) / 2);
        break;
      }
      case 'order': {
        const order = of(body['order_id'] as string);
        order.announcement = event;
        order.arrivalPrice = mids.get(body['symbol'] as string) ?? null;
        break;
      }
      case 'order_replaced': {
        const order = of(body['order_id'] as string);
        if (order.terminalState === undefined) order.replacedQuantity = body['quantity'] as number;
        break;
      }
      case 'order_canceled':
      case 'order_expired':
        of(body['order_id'] as string).terminalState ??= TERMINAL_STATES[body.type]!;
        break;
      case 'execution':
      case 'execution_corrected':
      case 'execution_canceled': {
        const order = of(body['order_id'] as string);
        order.reports.push({ event, execType: EXEC_TYPES[body.type] });
        if (body.type === 'execution') order.executions.push(body);
        else order.amendments.set(body['ref_exec_id'] as string, body);
        break;
      }
      default:
    }
  }
  const accounts = new Map<string, Account>();
  for (const [orderId, order] of open) if (order.announcement !== undefined) accounts.set(orderId, closed(orderId, order, order.announcement));
  return accounts;
}

function closed(orderId: string, order: Open, announcement: LedgerEvent): Account {
  const quantity = order.replacedQuantity ?? (announcement.body['quantity'] as number);
  let [filledQuantity, notional, fees, fillCount, matched] = [0, 0, 0, 0, 0];
  const filledAt = new Map<string, number>();
  for (const execution of order.executions) {
    let fill: Fill | undefined = {
      quantity: execution['quantity'] as number,
      price: execution['price'] as number,
      fee: (execution['fee'] as number | undefined) ?? 0,
      venue: execution['venue'] as string,
    };
    let amendment = order.amendments.get(execution['exec_id'] as string);
    for (; amendment !== undefined; amendment = order.amendments.get(amendment['exec_id'] as string)) {
      matched++;
      fill = fill === undefined || amendment.type === 'execution_canceled' ? undefined : { ...fill, quantity: amendment['quantity'] as number, price: amendment['price'] as number };
    }
    if (fill === undefined) continue;
    filledQuantity += fill.quantity;
    notional += fill.quantity * fill.price;
    fees += fill.fee;
    fillCount++;
    filledAt.set(fill.venue, (filledAt.get(fill.venue) ?? 0) + fill.quantity);
  }
  const isFilled = filledQuantity > 0 && filledQuantity >= quantity;
  const state = isFilled ? 'FILLED' : (order.terminalState ?? (filledQuantity > 0 ? 'PARTIALLY_FILLED' : 'NEW'));
  return {
    orderId,
    announcement,
    symbol: announcement.body['symbol'] as string,
    state,
    quantity,
    filledQuantity,
    leavesQuantity: isFilled || order.terminalState !== undefined ? 0 : quantity - filledQuantity,
    averagePrice: filledQuantity > 0 ? notional / filledQuantity : null,
    notional,
    fees,
    fillCount,
    overfilled: filledQuantity > quantity,
    arrivalPrice: order.arrivalPrice,
    venues: Object.fromEntries([...filledAt].map(([venue, filled]) => [venue, filled / filledQuantity])),
    unmatchedAmendments: order.amendments.size - matched,
    reports: order.reports,
  };
}
