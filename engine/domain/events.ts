/**
 * The input events: one schema each, the only place where their fields are written down.
 *
 * Validation, types and the OpenAPI document are made from these. Unknown fields are ignored (and not journaled),
 * unknown types are rejected. Rules that a schema cannot say (a schedule that must rise) are in `event-rules.ts`.
 */

import { type Static, type TProperties, type TSchema, Type } from '@sinclair/typebox';

import { ALGORITHMS, LIQUIDITIES, MARKET_STATUSES, SIDES } from './enums.ts';
import {
  ID_CHARS_MAX,
  LABEL_CHARS_MAX,
  NUMBER_MAX,
  NUMBER_MIN,
  ORDER_ID_CHARS_MAX,
  SCHEDULE_KNOTS_MAX,
  SYMBOL_CHARS_MAX,
  TRADE_CONDITIONS_MAX,
  VOLUME_CURVE_POINTS_MAX,
} from './limits.ts';

export const OneOf = <const T extends readonly string[]>(words: T, description?: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...words], ...(description === undefined ? {} : { description }) });

/** Neither NUL nor half a surrogate pair: what is kept must read back the same. */
const text = (charactersMax: number) => Type.String({ minLength: 1, maxLength: charactersMax, format: 'storable-text' });

export const OrderId = text(ORDER_ID_CHARS_MAX);
export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339; up to nanoseconds accepted, microseconds kept.' });
const Id = text(ID_CHARS_MAX);
const Symbol = text(SYMBOL_CHARS_MAX);
const Label = text(LABEL_CHARS_MAX);
const Quantity = Type.Number({ minimum: NUMBER_MIN, maximum: NUMBER_MAX, description: 'Shares, contracts or units of the base currency.' });
const Price = Type.Number({ minimum: NUMBER_MIN, maximum: NUMBER_MAX });
/** A side of the book that is not there is null, 0 or left out. */
const BookPrice = Type.Union([Type.Number({ minimum: 0, maximum: NUMBER_MAX }), Type.Null()]);
const BookSize = Type.Union([Type.Number({ minimum: 0, maximum: NUMBER_MAX }), Type.Null()]);
const Ratio = Type.Number({ exclusiveMinimum: 0, maximum: 1 });
const Fee = Type.Number({ minimum: -NUMBER_MAX, maximum: NUMBER_MAX, description: "In the order's currency; a rebate is negative." });
const Schedule = Type.Array(Type.Object({ time: Timestamp, fraction: Type.Number({ minimum: 0, maximum: 1 }) }), {
  minItems: 2,
  maxItems: SCHEDULE_KNOTS_MAX,
});

const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

function event<const N extends string, P extends TProperties>(type: N, properties: P) {
  return Type.Object({
    type: Type.Literal(type),
    timestamp: Timestamp,
    event_id: optional(Id),
    ...properties,
  });
}

/** An event about an order may carry its symbol. */
const ofOrder = { order_id: OrderId, symbol: optional(Symbol) };
const orderStateChange = <const N extends string>(type: N) => event(type, { ...ofOrder, reason: optional(Label) });
const routeOutcome = <const N extends string>(type: N) =>
  event(type, { ...ofOrder, child_order_id: Id, reason: optional(Label) });

export const EVENT_SCHEMAS = {
  order: event('order', {
    order_id: OrderId,
    symbol: Symbol,
    side: OneOf(SIDES),
    quantity: Quantity,
    algorithm: optional(OneOf(ALGORITHMS)),
    start_time: optional(Timestamp),
    end_time: optional(Timestamp),
    limit_price: optional(Price),
    participation_rate: optional(Ratio),
    risk_aversion: optional(Type.Number({ minimum: 0, maximum: NUMBER_MAX, description: 'Almgren-Chriss lambda, 1/currency.' })),
    schedule: optional(Schedule),
    decision_price: optional(Price),
    decision_time: optional(Timestamp),
    arrival_price: optional(Price),
    currency: optional(Type.String({ pattern: '^[A-Z0-9]{3,10}$' })),
    account: optional(Label),
    desk: optional(Label),
    trader: optional(Label),
    strategy: optional(Label),
  }),
  order_replaced: event('order_replaced', {
    ...ofOrder,
    quantity: optional(Quantity),
    limit_price: optional(Price),
    end_time: optional(Timestamp),
    algorithm: optional(OneOf(ALGORITHMS)),
    participation_rate: optional(Ratio),
    schedule: optional(Schedule),
  }),
  order_pending_replace: orderStateChange('order_pending_replace'),
  order_pending_cancel: orderStateChange('order_pending_cancel'),
  /** FIX OrderCancelReject: a request to cancel or replace was refused, nothing is pending any more. */
  order_cancel_rejected: orderStateChange('order_cancel_rejected'),
  order_canceled: orderStateChange('order_canceled'),
  order_expired: orderStateChange('order_expired'),
  order_rejected: orderStateChange('order_rejected'),
  order_done_for_day: orderStateChange('order_done_for_day'),
  route: event('route', {
    ...ofOrder,
    child_order_id: Id,
    venue: Label,
    quantity: Quantity,
    price: optional(Price),
    order_type: optional(Label),
    time_in_force: optional(Label),
  }),
  route_accepted: routeOutcome('route_accepted'),
  route_rejected: routeOutcome('route_rejected'),
  route_canceled: routeOutcome('route_canceled'),
  route_expired: routeOutcome('route_expired'),
  execution: event('execution', {
    ...ofOrder,
    exec_id: Id,
    venue: Label,
    quantity: Quantity,
    price: Price,
    child_order_id: optional(Id),
    liquidity: optional(OneOf(LIQUIDITIES)),
    fee: optional(Fee),
  }),
  execution_corrected: event('execution_corrected', {
    ...ofOrder,
    exec_id: Id,
    ref_exec_id: Id,
    quantity: Quantity,
    price: Price,
    venue: optional(Label),
    fee: optional(Fee),
  }),
  execution_canceled: event('execution_canceled', { ...ofOrder, exec_id: Id, ref_exec_id: Id }),
  quote: event('quote', {
    symbol: Symbol,
    bid: optional(BookPrice),
    ask: optional(BookPrice),
    bid_size: optional(BookSize),
    ask_size: optional(BookSize),
    venue: optional(Label),
  }),
  trade: event('trade', {
    symbol: Symbol,
    price: Price,
    quantity: Quantity,
    venue: optional(Label),
    conditions: optional(Type.Array(Label, { maxItems: TRADE_CONDITIONS_MAX })),
    vwap_eligible: optional(Type.Boolean()),
  }),
  market_status: event('market_status', { symbol: Symbol, status: OneOf(MARKET_STATUSES) }),
  instrument: event('instrument', {
    symbol: Symbol,
    currency: optional(Type.String({ pattern: '^[A-Z0-9]{3,10}$' })),
    lot_size: optional(Quantity),
    tick_size: optional(Price),
    multiplier: optional(Quantity),
    adv: optional(Quantity),
    daily_volatility: optional(Type.Number({ minimum: NUMBER_MIN, maximum: NUMBER_MAX, description: 'Standard deviation of a day, as a ratio.' })),
    shares_outstanding: optional(Quantity),
    beta: optional(Type.Number({ minimum: -NUMBER_MAX, maximum: NUMBER_MAX })),
    index_symbol: optional(Symbol),
    volume_curve: optional(
      Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { minItems: 2, maxItems: VOLUME_CURVE_POINTS_MAX }),
    ),
    trading_day_minutes: optional(Type.Number({ exclusiveMinimum: 0, maximum: 1_440 })),
  }),
} as const;

export type EventType = keyof typeof EVENT_SCHEMAS;
export type EventOf<T extends EventType> = Static<(typeof EVENT_SCHEMAS)[T]>;
export type InputEvent = { [T in EventType]: EventOf<T> }[EventType];
export type OrderEvent = EventOf<'order'>;

export const EVENT_TYPES = Object.keys(EVENT_SCHEMAS) as readonly EventType[];
