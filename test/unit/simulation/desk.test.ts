/** The desk in a toy market and in the synthetic one: determinism, laws of conservation, states, curves, truth. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { SyntheticMarket } from '../../../simulation/market/synthetic-market.ts';
import { DESK_RATES } from '../../../simulation/desk/desk-options.ts';
import { foldAndHold, runDesk, type DeskRun, type OrderFold } from './desk-runs.ts';
import type { Happening } from '../../../simulation/market/market-source.ts';
import { OPEN_US, ScriptedMarket, quote, status, toyMarket, trade } from './toy-market.ts';

const HOUR = 3_600;
/** Nothing goes wrong by itself. */
const CALM = {
  rejectedOrder: 0, cancel: 0, replace: 0, pending: 0, cancelReject: 0, bust: 0, correction: 0, tightLimit: 0, badParameter: 0, directed: 0, laterStart: 0, doneForDay: 0,
};
const ROUGH = { ...DESK_RATES, rejectedOrder: 0.05, cancel: 0.15, replace: 0.4, bust: 0.02, correction: 0.02, tightLimit: 0.12, badParameter: 0.08 };

const textOf = ({ events, truths }: DeskRun): string => JSON.stringify([events, truths]);

function assertTruths(run: DeskRun, orders: ReadonlyMap<string, OrderFold>): void {
  assert.equal(run.truths.length, orders.size);
  for (const truth of run.truths) {
    const order = orders.get(truth.order_id)!;
    assert.ok(Math.abs(truth.filled_quantity - order.filled) < 1e-6, truth.order_id);
    assert.ok(Math.abs(truth.quantity - order.quantity) < 1e-6, truth.order_id);
    assert.ok(Math.abs(truth.notional - order.notional) <= 1e-9 * Math.max(1, order.notional), truth.order_id);
    assert.equal(truth.completed && truth.filled_quantity < truth.quantity, false, truth.order_id);
    assert.ok(truth.completed || truth.cause !== 'none', truth.order_id);
    assert.equal(truth.cause === 'none', truth.cause_since === null, truth.order_id);
  }
}

describe('a rough day on the desk', () => {
  const market = () => toyMarket({ seed: 5, seconds: HOUR, symbols: 5, halts: true });
  const options = { seed: 11, orders: 300, rates: ROUGH };
  const run = runDesk(market(), options);
  const orders = foldAndHold(run, market());

  test('is the same from the same seed and another from another', () => {
    assert.equal(textOf(runDesk(market(), options)), textOf(run));
    assert.notEqual(textOf(runDesk(market(), { ...options, seed: 12 })), textOf(run));
  });

  test('keeps the truth that its events tell', () => assertTruths(run, orders));

  test('reaches every state', () => {
    const states = new Set([...orders.values()].flatMap((order) => order.states));
    for (const state of ['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'REJECTED', 'DONE_FOR_DAY', 'PENDING_REPLACE', 'PENDING_CANCEL', 'REPLACED', 'CANCEL_REJECTED']) {
      assert.ok(states.has(state), state);
    }
    const types = new Set(run.events.map(({ event }) => event.type));
    for (const type of ['route_rejected', 'route_canceled', 'route_expired', 'execution_canceled', 'execution_corrected', 'trade'] as const) assert.ok(types.has(type), type);
  });

  test('a bust or a correction opens filled orders again, which are then worked on', () => {
    const reopened = [...orders.values()].filter(({ states }) => states.some((state, i) => state === 'PARTIALLY_FILLED' && states[i - 1] === 'FILLED'));
    assert.ok(reopened.some(({ state }) => state === 'FILLED'));
  });

  test('the first orders of a longer list arrive as those of a shorter one', () => {
    const arrivals = (of: DeskRun): Map<string, string> => new Map(of.events.flatMap(({ event }) => (event.type === 'order' ? [[event.order_id, event.timestamp]] : [])));
    const few = arrivals(runDesk(market(), { ...options, orders: 20 }));
    const many = arrivals(run);
    for (const [id, at] of few) assert.equal(many.get(id), at);
  });

  test('one venue degrades: it refuses far more than the others', () => {
    const venueOf = new Map<string, string>();
    const counts = new Map<string, { routes: number; rejects: number }>();
    for (const { event } of run.events) {
      if (event.type === 'route') {
        venueOf.set(event.child_order_id, event.venue);
        const count = counts.get(event.venue) ?? { routes: 0, rejects: 0 };
        counts.set(event.venue, { ...count, routes: count.routes + 1 });
      }
      if (event.type === 'route_rejected' && !event.reason!.startsWith('market ')) counts.get(venueOf.get(event.child_order_id)!)!.rejects++;
    }
    const shares = [...counts.values()].map(({ routes, rejects }) => rejects / routes).sort((a, b) => b - a);
    assert.equal(shares.length, 4);
    assert.ok(shares[0]! > 0.05 && shares[0]! > 5 * shares[1]!, String(shares));
  });
});

describe('a calm day on the desk', () => {
  const market = toyMarket({ seed: 3, seconds: 2 * HOUR, symbols: 4 });
  const run = runDesk(market, { seed: 8, orders: 160, rates: CALM });
  foldAndHold(run, toyMarket({ seed: 3, seconds: 2 * HOUR, symbols: 4 }));

  test('nearly all orders of every algorithm are filled by their end', () => {
    for (const algorithm of ['TWAP', 'VWAP', 'POV', 'IS', 'CLOSE', 'CUSTOM', 'NONE']) {
      const truths = run.truths.filter((truth) => truth.algorithm === algorithm);
      const done = truths.filter((truth) => truth.filled_quantity >= 0.95 * truth.quantity);
      assert.ok(truths.length >= 3 && done.length >= 0.85 * truths.length, `${algorithm}: ${done.length} of ${truths.length}`);
    }
  });

  test('TWAP orders stay near their line', () => {
    let squares = 0;
    let count = 0;
    const filled = new Map<string, { at: number; end: number; quantity: number; filled: number }>();
    for (const { us, event } of run.events) {
      if (event.type === 'order' && event.algorithm === 'TWAP') {
        filled.set(event.order_id, { at: us, end: Date.parse(event.end_time!) * 1_000, quantity: event.quantity, filled: 0 });
      }
      if (event.type !== 'execution') continue;
      const order = filled.get(event.order_id);
      if (order === undefined) continue;
      const share = (us - order.at) / (order.end - order.at);
      // The step of a fill is itself half a child away from the line, on either side.
      squares += (((order.filled + event.quantity / 2) / order.quantity) - share) ** 2;
      count++;
      order.filled += event.quantity;
    }
    assert.ok(Math.sqrt(squares / count) < 0.1, String(Math.sqrt(squares / count)));
  });
});

describe('a market with little in it', () => {
  test('a recording without average volume or volatility, of a coin with small lots', () => {
    const script: Happening[] = [];
    for (let s = 0; s < 600; s++) {
      const price = 60_000 + (s % 7);
      script.push(quote(OPEN_US + s * 1e6, price, price + 0.1, 1.234, 0.777), trade(OPEN_US + s * 1e6 + 400_000, price, 0.0511, -1), trade(OPEN_US + s * 1e6 + 500_000, price + 0.1, 0.123, 1));
    }
    const market = () => new ScriptedMarket(script, 600, { lot_size: 0.001, tick_size: 0.1, trading_day_minutes: 10 });
    const run = runDesk(market(), { seed: 1, orders: 30, rates: CALM });
    const orders = foldAndHold(run, market());
    assertTruths(run, orders);
    assert.ok(run.truths.filter((truth) => truth.completed).length > 20);
    for (const { event } of run.events) if (event.type === 'route') assert.equal(event.quantity, Number(event.quantity.toFixed(3)));
  });

  test('nothing is done without a quote, and a halt to the end leaves orders to expire', () => {
    assert.equal(runDesk(new ScriptedMarket([trade(OPEN_US + 1, 10, 100, 1)], 60), { seed: 1, orders: 5 }).events.length, 0);
    const script = [quote(OPEN_US, 10, 10.01), trade(OPEN_US + 1, 10, 100, 1), status(OPEN_US + 5e6, 'HALTED'), status(OPEN_US + 600e6, 'CLOSED')];
    const market = () => new ScriptedMarket(script, 600, { adv: 1e6, daily_volatility: 0.01 });
    const run = runDesk(market(), { seed: 1, orders: 20, rates: CALM });
    foldAndHold(run, market());
    const failed = run.truths.filter((truth) => !truth.completed && truth.algorithm !== 'CLOSE');
    assert.ok(failed.length > 10);
    for (const truth of failed) assert.ok(truth.cause === 'halt' || truth.algorithm === 'POV', `${truth.algorithm} ${truth.cause}`);
  });
});

test('the laws hold in the synthetic market, with its halts and broken quotes', () => {
  const market = () => new SyntheticMarket({ seed: 4, dayStart: OPEN_US, hours: 1, symbols: 8 });
  const run = runDesk(market(), { seed: 4, orders: 120, rates: ROUGH });
  const orders = foldAndHold(run, market());
  assertTruths(run, orders);
});
