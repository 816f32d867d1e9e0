/** Runs of a desk in a market, and the laws that its events must keep: an independent fold over events and tape. */
import assert from 'node:assert/strict';

import { validateEvent } from '../../../engine/domain/validate.ts';
import { parseTimestampUs } from '../../../engine/domain/timestamp.ts';
import type { DeskEvent, OrderTruth } from '../../../simulation/desk/desk-contract.ts';
import type { DeskOptions } from '../../../simulation/desk/desk-options.ts';
import { TradingDesk } from '../../../simulation/desk/trading-desk.ts';
import type { Happening, MarketSource } from '../../../simulation/market/market-source.ts';

export type Said = { readonly us: number; readonly event: DeskEvent };
export type Line = Said | { readonly us: number; readonly happening: Happening };

export interface DeskRun {
  readonly lines: readonly Line[];
  readonly events: readonly Said[];
  readonly truths: readonly OrderTruth[];
}

/** A whole day, everything in the order in which it happened. */
export function runDesk(market: MarketSource, options: Omit<DeskOptions, 'market' | 'emit'>): DeskRun {
  const lines: Line[] = [];
  let nowUs = 0;
  const desk = new TradingDesk({ market, ...options, emit: (event, us) => lines.push({ us, event }) });
  for (let marketUs = market.nextUs(); marketUs !== Number.POSITIVE_INFINITY; marketUs = market.nextUs()) {
    const deskUs = desk.nextUs();
    nowUs = Math.min(deskUs, marketUs);
    if (deskUs < marketUs) desk.act();
    else {
      const happening = market.next();
      lines.push({ us: nowUs, happening });
      desk.onHappening(happening);
    }
  }
  desk.close(nowUs);
  return { lines, events: lines.filter((line): line is Said => 'event' in line), truths: desk.truths };
}

export interface OrderFold {
  quantity: number;
  limit: number;
  readonly side: 1 | -1;
  readonly symbol: string;
  filled: number;
  open: number;
  notional: number;
  live: number;
  state: string;
  readonly states: string[];
  /** The last replace of the quantity: when, what it asked for, what is live of the fills up to it. */
  cut: { readonly us: number; readonly asked: number; filled: number } | undefined;
}

interface ChildFold {
  readonly order: OrderFold;
  readonly quantity: number;
  readonly price: number;
  filled: number;
  isOpen: boolean;
}

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;

/** Folds a run and asserts the laws of conservation on the way. Returns what the events say of each order. */
export function foldAndHold(run: DeskRun, market: MarketSource): Map<string, OrderFold> {
  const orders = new Map<string, OrderFold>();
  const children = new Map<string, ChildFold>();
  const executions = new Map<string, { order: OrderFold; us: number; quantity: number; price: number }>();
  const statuses = new Map<string, string>();
  const ids = new Set<string>();
  let lastUs = 0;
  let tapeTrade: { us: number; symbol: string; price: number; left: number; aggressor: number } | undefined;
  let ownPrint: { us: number; symbol: string; price: number; quantity: number } | undefined;
  const once = (id: string): void => {
    assert.ok(!ids.has(id), `${id} again`);
    ids.add(id);
  };
  const freed = (child: ChildFold): void => {
    assert.ok(child.isOpen);
    child.isOpen = false;
    child.order.open -= child.quantity - child.filled;
  };

  for (const line of run.lines) {
    assert.ok(line.us >= lastUs, 'time falls');
    lastUs = line.us;
    if ('happening' in line) {
      const { happening } = line;
      const { symbol } = market.instruments[happening.symbolNo]!;
      if (happening.kind === 'status') statuses.set(symbol, happening.status);
      if (happening.kind === 'trade') {
        tapeTrade = { us: line.us, symbol, price: happening.price, left: happening.quantity, aggressor: happening.aggressor };
      }
      continue;
    }
    const { event } = line;
    const valid = validateEvent(JSON.parse(JSON.stringify(event)));
    assert.ok(valid.ok, JSON.stringify([valid, event]));
    assert.equal(parseTimestampUs(event.timestamp), line.us);
    if (event.type === 'trade') {
      ownPrint = { us: line.us, symbol: event.symbol, price: event.price, quantity: event.quantity };
      continue;
    }
    if (event.type === 'order') {
      once(event.order_id);
      orders.set(event.order_id, {
        quantity: event.quantity, limit: event.limit_price ?? Number.NaN, side: event.side === 'BUY' ? 1 : -1, symbol: event.symbol,
        filled: 0, open: 0, notional: 0, live: 0, state: 'NEW', states: ['NEW'], cut: undefined,
      });
      continue;
    }
    const order = orders.get(event.order_id)!;
    const enter = (state: string): void => {
      order.state = state;
      order.states.push(state);
    };
    switch (event.type) {
      case 'route':
        once(event.child_order_id);
        assert.ok(['NEW', 'PARTIALLY_FILLED'].includes(order.state), `${event.child_order_id} routed while ${order.state}`);
        assert.ok(!['HALTED', 'CLOSED'].includes(statuses.get(order.symbol) ?? 'OPEN'), `${event.child_order_id} routed in a halt`);
        assert.ok(order.filled + order.open + event.quantity <= order.quantity + 1e-6, `${event.child_order_id} is more than the parent`);
        assert.ok(event.price === undefined || !(order.side * (event.price - order.limit) > 1e-9), `${event.child_order_id} beyond the limit`);
        order.open += event.quantity;
        children.set(event.child_order_id, { order, quantity: event.quantity, price: event.price ?? Number.NaN, filled: 0, isOpen: true });
        break;
      case 'route_rejected':
      case 'route_canceled':
      case 'route_expired':
        freed(children.get(event.child_order_id)!);
        break;
      case 'execution': {
        once(event.exec_id);
        const child = children.get(event.child_order_id!)!;
        assert.ok(child.isOpen, `${event.exec_id} of a closed child`);
        child.filled += event.quantity;
        order.open -= event.quantity;
        assert.ok(child.filled <= child.quantity + 1e-6, `${event.exec_id} is more than was routed`);
        if (child.filled > child.quantity - 1e-6) child.isOpen = false;
        assert.ok(!(order.side * (event.price - child.price) > 1e-9), `${event.exec_id} beyond its price`);
        assert.ok(!(order.side * (event.price - order.limit) > 1e-9), `${event.exec_id} beyond the limit`);
        if (event.liquidity === 'REMOVED') {
          assert.deepEqual(ownPrint, { us: line.us, symbol: order.symbol, price: event.price, quantity: event.quantity });
        } else {
          assert.ok(tapeTrade !== undefined && tapeTrade.us === line.us && tapeTrade.symbol === order.symbol, `${event.exec_id} without a trade`);
          tapeTrade.left -= event.quantity;
          assert.ok(tapeTrade.left >= -1e-6, `${event.exec_id}: more than the tape traded`);
          if (event.liquidity === 'AUCTION') assert.ok(near(tapeTrade.price, event.price));
          else assert.ok(order.side * (event.price - tapeTrade.price) >= -1e-9, `${event.exec_id}: the tape did not reach its price`);
        }
        executions.set(event.exec_id, { order, us: line.us, quantity: event.quantity, price: event.price });
        change(order, line.us, event.quantity, event.price);
        break;
      }
      case 'execution_canceled': {
        const busted = executions.get(event.ref_exec_id)!;
        executions.delete(event.ref_exec_id);
        once(event.exec_id);
        change(order, busted.us, -busted.quantity, busted.price);
        break;
      }
      case 'execution_corrected': {
        const before = executions.get(event.ref_exec_id)!;
        executions.delete(event.ref_exec_id);
        once(event.exec_id);
        executions.set(event.exec_id, { order, us: before.us, quantity: event.quantity, price: event.price });
        change(order, before.us, event.quantity - before.quantity, 0);
        order.notional += event.quantity * event.price - before.quantity * before.price;
        break;
      }
      case 'order_replaced':
        if (event.quantity !== undefined) {
          order.cut = { us: line.us, asked: event.quantity, filled: order.filled };
          order.quantity = Math.max(event.quantity, order.filled);
        }
        if (event.limit_price !== undefined) order.limit = event.limit_price;
        enter('REPLACED');
        refresh(order);
        break;
      case 'order_pending_cancel':
      case 'order_pending_replace':
        enter(event.type === 'order_pending_cancel' ? 'PENDING_CANCEL' : 'PENDING_REPLACE');
        break;
      case 'order_cancel_rejected':
        enter('CANCEL_REJECTED');
        refresh(order);
        break;
      case 'order_canceled':
      case 'order_expired':
      case 'order_rejected':
      case 'order_done_for_day':
        assert.ok(order.open < 1e-6, `${event.order_id} ends with open children`);
        assert.ok(order.filled < order.quantity, `${event.order_id} ends though filled`);
        enter(event.type.slice('order_'.length).toUpperCase());
        break;
    }
  }
  for (const [id, child] of children) assert.ok(!child.isOpen, `${id} is still open`);
  return orders;

  /** `us` is the time of the execution. */
  function change(order: OrderFold, us: number, quantity: number, price: number): void {
    order.filled += quantity;
    if (order.cut !== undefined && us <= order.cut.us) {
      order.cut.filled += quantity;
      order.quantity = Math.max(order.cut.asked, order.cut.filled);
    }
    order.notional += quantity * price;
    if (!order.state.startsWith('PENDING') && !['CANCELED', 'EXPIRED', 'DONE_FOR_DAY'].includes(order.state)) refresh(order);
  }

  function refresh(order: OrderFold): void {
    const state = order.filled >= order.quantity - 1e-6 ? 'FILLED' : order.filled > 0 ? 'PARTIALLY_FILLED' : 'NEW';
    if (state === order.state) return;
    order.state = state;
    order.states.push(state);
  }
}
