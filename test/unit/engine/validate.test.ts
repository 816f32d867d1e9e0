/** Validation of input events: a minimal good one of each type, and each field of each type wrong in turn. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { EVENT_SCHEMAS, EVENT_TYPES, type EventType } from '../../../engine/domain/events.ts';
import { validateEvent } from '../../../engine/domain/validate.ts';

const TIME = '2024-06-03T09:00:00Z';
const LATER = '2024-06-03T10:00:00Z';
const OF_ORDER = { order_id: 'A' };
const SCHEDULE = [{ time: TIME, fraction: 0 }, { time: LATER, fraction: 1 }];

const MINIMAL: Readonly<Record<EventType, Record<string, unknown>>> = {
  order: { ...OF_ORDER, symbol: 'S', side: 'BUY', quantity: 1 },
  order_replaced: OF_ORDER,
  order_pending_replace: OF_ORDER,
  order_pending_cancel: OF_ORDER,
  order_canceled: OF_ORDER,
  order_cancel_rejected: OF_ORDER,
  order_expired: OF_ORDER,
  order_rejected: OF_ORDER,
  order_done_for_day: OF_ORDER,
  route: { ...OF_ORDER, child_order_id: 'c', venue: 'V', quantity: 1 },
  route_accepted: { ...OF_ORDER, child_order_id: 'c' },
  route_rejected: { ...OF_ORDER, child_order_id: 'c' },
  route_canceled: { ...OF_ORDER, child_order_id: 'c' },
  route_expired: { ...OF_ORDER, child_order_id: 'c' },
  execution: { ...OF_ORDER, exec_id: 'e', venue: 'V', quantity: 1, price: 1 },
  execution_corrected: { ...OF_ORDER, exec_id: 'f', ref_exec_id: 'e', quantity: 1, price: 1 },
  execution_canceled: { ...OF_ORDER, exec_id: 'f', ref_exec_id: 'e' },
  quote: { symbol: 'S' },
  trade: { symbol: 'S', price: 1, quantity: 1 },
  market_status: { symbol: 'S', status: 'OPEN' },
  instrument: { symbol: 'S' },
};

/** Values that are wrong for a field, whatever its type event. */
const NOT_A_NUMBER = ['1', true, null, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, [], {}];
const POSITIVE = [...NOT_A_NUMBER, 0, -1];
const NOT_A_TEXT = [1, true, null, [], {}, ''];
const BOOK = ['1', true, Number.NaN, Number.POSITIVE_INFINITY, -1, {}];
const WORD = [...NOT_A_TEXT, 'buy', 'NO_SUCH_WORD'];
const INSTANT = [...NOT_A_TEXT, 'yesterday', '2024-06-03', 0, Date.now()];
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  timestamp: INSTANT, start_time: INSTANT, end_time: INSTANT, decision_time: INSTANT,
  order_id: [...NOT_A_TEXT, 'x'.repeat(101)],
  event_id: [...NOT_A_TEXT, 'x'.repeat(129)], exec_id: [...NOT_A_TEXT, 'x'.repeat(129)], ref_exec_id: [...NOT_A_TEXT, 'x'.repeat(129)], child_order_id: [...NOT_A_TEXT, 'x'.repeat(129)],
  symbol: [...NOT_A_TEXT, 'x'.repeat(33)], index_symbol: [...NOT_A_TEXT, 'x'.repeat(33)],
  side: WORD, algorithm: WORD, liquidity: WORD, status: WORD,
  quantity: POSITIVE, price: POSITIVE, limit_price: POSITIVE, decision_price: POSITIVE, arrival_price: POSITIVE,
  participation_rate: [...POSITIVE, 1.01], risk_aversion: [...NOT_A_NUMBER, -1], fee: NOT_A_NUMBER,
  bid: BOOK, ask: BOOK, bid_size: BOOK, ask_size: BOOK,
  venue: [...NOT_A_TEXT, 'x'.repeat(257)], reason: [...NOT_A_TEXT, 'x'.repeat(257)], account: NOT_A_TEXT, desk: NOT_A_TEXT, trader: NOT_A_TEXT, strategy: NOT_A_TEXT,
  order_type: NOT_A_TEXT, time_in_force: NOT_A_TEXT, currency: [...NOT_A_TEXT, 'usd', 'US', 'ABCDEFGHIJK'],
  schedule: [1, null, {}, [], [{ time: TIME, fraction: 0 }]], conditions: [1, 'x', Array.from({ length: 17 }, () => 'x')], vwap_eligible: [0, 1, 'true', null],
  lot_size: POSITIVE, tick_size: POSITIVE, multiplier: POSITIVE, adv: POSITIVE, daily_volatility: POSITIVE, shares_outstanding: POSITIVE,
  beta: NOT_A_NUMBER, trading_day_minutes: [...POSITIVE, 1_441], volume_curve: [1, null, [], [0.5]],
};

describe('validation of events', () => {
  for (const type of EVENT_TYPES) {
    const minimal = { type, timestamp: TIME, ...MINIMAL[type] };

    test(`${type}: the minimum is enough, unknown fields do not matter`, () => {
      assert.deepEqual(validateEvent(minimal), { ok: true, value: minimal });
      assert.deepEqual(validateEvent({ ...minimal, of_no_meaning: Number.NaN }), { ok: true, value: minimal });
    });

    test(`${type}: without any one of its needed fields that field is named`, () => {
      for (const field of Object.keys(minimal)) {
        const { [field]: _left, ...rest } = minimal as Record<string, unknown>;
        assertFault(rest, field);
      }
    });

    test(`${type}: each field wrong is named`, () => {
      for (const field of Object.keys(EVENT_SCHEMAS[type].properties)) {
        if (field === 'type') continue;
        const wrong = WRONG[field];
        assert.ok(wrong !== undefined, `this test knows no wrong values of ${field}`);
        for (const value of wrong) assertFault({ ...minimal, [field]: value }, field, value);
      }
    });
  }

  test('the same content is the same text, in whatever order it was written', () => {
    const written = { schedule: SCHEDULE.map(({ time, fraction }) => ({ of_no_meaning: 1, fraction, time })), algorithm: 'CUSTOM', ...MINIMAL.order, timestamp: TIME, type: 'order' };
    const known = { type: 'order', timestamp: TIME, ...MINIMAL.order, algorithm: 'CUSTOM', schedule: SCHEDULE };
    const [first, second] = [validateEvent(written), validateEvent(known)];
    assert.ok(first.ok && second.ok);
    assert.equal(JSON.stringify(first.value), JSON.stringify(second.value));
    assert.deepEqual(second.value, known);
  });

  test('what is no object, and types that are none', () => {
    for (const value of [undefined, null, 1, 'order', true, [], [MINIMAL.order]]) assert.equal(codeOf(value), 'event_malformed');
    assert.equal(codeOf({ type: 'order_filled', timestamp: TIME }), 'event_type_unknown');
    for (const name of ['constructor', '__proto__', 'toString', '']) assert.equal(codeOf({ type: name, timestamp: TIME }), 'event_type_unknown');
    for (const type of [1, null, {}, undefined]) assertFault({ type, timestamp: TIME }, 'type');
  });

  test('a book may be empty on either side', () => {
    for (const sides of [{ bid: null, ask: 1 }, { bid: 0, ask: 0 }, { ask: 1 }, { bid: 2, ask: 1, bid_size: null, ask_size: 0 }]) {
      assert.equal(validateEvent({ type: 'quote', timestamp: TIME, symbol: 'S', ...sides }).ok, true);
    }
  });

  describe('rules between fields', () => {
    const order = (fields: object): object => ({ type: 'order', timestamp: TIME, ...MINIMAL.order, ...fields });
    test('TWAP, VWAP and IS need an end', () => {
      for (const algorithm of ['TWAP', 'VWAP', 'IS']) assertFault(order({ algorithm }), 'end_time');
    });
    test('an end is after the start, else after the timestamp', () => {
      assertFault(order({ end_time: TIME }), 'end_time');
      assertFault(order({ start_time: LATER, end_time: LATER }), 'end_time');
      assert.equal(validateEvent(order({ start_time: '2024-06-03T08:00:00Z', end_time: '2024-06-03T08:30:00Z' })).ok, true);
    });
    test('POV needs its rate, CUSTOM its schedule', () => {
      assertFault(order({ algorithm: 'POV' }), 'participation_rate');
      assertFault(order({ algorithm: 'CUSTOM' }), 'schedule');
      assert.equal(validateEvent(order({ algorithm: 'CUSTOM', schedule: SCHEDULE })).ok, true);
    });
    test('a schedule rises from 0 to 1, in orders and in replaces', () => {
      const faults: readonly (readonly [field: string, knots: readonly (readonly [string, number])[]])[] = [
        ['schedule.0.fraction', [[TIME, 0.1], [LATER, 1]]],
        ['schedule.1.fraction', [[TIME, 0], [LATER, 0.9]]],
        ['schedule.1.time', [[TIME, 0], [TIME, 0.5], [LATER, 1]]],
        ['schedule.2.fraction', [[TIME, 0], ['2024-06-03T09:10:00Z', 0.5], ['2024-06-03T09:20:00Z', 0.4], [LATER, 1]]],
        ['schedule.1.fraction', [[TIME, 0], [LATER, 1.5]]],
        ['schedule.0.time', [['soon', 0], [LATER, 1]]],
      ];
      for (const [field, knots] of faults) {
        const schedule = knots.map(([time, fraction]) => ({ time, fraction }));
        assertFault(order({ algorithm: 'CUSTOM', schedule }), field);
        assertFault({ type: 'order_replaced', timestamp: TIME, order_id: 'A', schedule }, field);
      }
    });
    test('a correction and a bust name another execution', () => {
      for (const type of ['execution_corrected', 'execution_canceled'] as const) {
        assertFault({ type, timestamp: TIME, ...MINIMAL[type], exec_id: 'e', ref_exec_id: 'e' }, 'ref_exec_id');
      }
    });
    test('a volume curve does not fall', () => {
      assertFault({ type: 'instrument', timestamp: TIME, symbol: 'S', volume_curve: [0, 0.6, 0.5, 1] }, 'volume_curve.2');
    });
  });
});

function codeOf(value: unknown): string | undefined {
  const checked = validateEvent(value);
  return checked.ok ? undefined : checked.code;
}

function assertFault(event: unknown, field: string, value?: unknown): void {
  const checked = validateEvent(event);
  assert.ok(!checked.ok, `${field} = ${String(value)} was taken`);
  assert.ok(checked.fault.field === field || checked.fault.field.startsWith(`${field}.`), `${field} = ${String(value)}: ${checked.fault.field} is named (${checked.fault.detail})`);
  assert.notEqual(checked.fault.detail, '');
}
