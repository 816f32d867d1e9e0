/**
 * Schemas of the monitoring API: what is asked and what is answered. Field names are those of the specification.
 * Undefined numbers are null on the wire, never 0 and never NaN.
 */

import { type Static, type TSchema, Type } from '@sinclair/typebox';

import { ALERT_TYPES, METRICS, ORD_STATUSES, SEVERITIES, SIDES, THRESHOLD_KEYS } from './enums.ts';
import { OneOf, OrderId, Timestamp } from './events.ts';
import { EXPLAINED_ROWS, Explanation } from './explanation.ts';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const NumberOrNull = nullable(Type.Number());
const TimeOrNull = nullable(Timestamp);
const Sequence = Type.Integer({ minimum: 0, description: 'Position in the journal.' });

export const ExecutionAlertType = OneOf(ALERT_TYPES);
export const MonitoringMetricName = OneOf(METRICS);

const AlertThresholds = Type.Partial(
  Type.Object(Object.fromEntries(THRESHOLD_KEYS.map((key) => [key, Type.Number()])), { additionalProperties: false }),
);

export const ExecutionMonitoringRequest = Type.Object({
  order_id: OrderId,
  monitoring_metrics: Type.Optional(Type.Array(MonitoringMetricName, { minItems: 1, uniqueItems: true })),
  alert_thresholds: Type.Optional(AlertThresholds),
  real_time_updates: Type.Optional(Type.Boolean()),
});
export type ExecutionMonitoringRequest = Static<typeof ExecutionMonitoringRequest>;

export const MonitoringSession = Type.Object({
  session_id: Type.String({ format: 'uuid' }),
  order_id: OrderId,
  status: OneOf(['PENDING', 'ACTIVE']),
  monitoring_metrics: Type.Array(MonitoringMetricName),
  alert_thresholds: AlertThresholds,
  real_time_updates: Type.Boolean(),
  started_at: Timestamp,
  links: Type.Object({ status: Type.String(), analytics: Type.String(), stream: Type.String() }),
});
export type MonitoringSession = Static<typeof MonitoringSession>;

const AlertMetrics = Type.Object({ execution_speed: NumberOrNull, cost_efficiency: NumberOrNull });

export const ActiveAlert = Type.Object({
  event_id: Type.String({ format: 'uuid' }),
  revision: Type.Integer({ minimum: 1 }),
  sequence: Sequence,
  timestamp: Timestamp,
  alert_type: ExecutionAlertType,
  scope: Type.String(),
  state: OneOf(['FIRING', 'ACKNOWLEDGED', 'RESOLVED', 'RETRACTED']),
  severity: OneOf(SEVERITIES),
  current_progress: NumberOrNull,
  expected_progress: NumberOrNull,
  recommendation: Type.String(),
  metrics: AlertMetrics,
});
export type ActiveAlert = Static<typeof ActiveAlert>;

/** The event of the specification. */
export const ExecutionAlertGenerated = Type.Object({
  event_id: Type.String({ format: 'uuid' }),
  timestamp: Timestamp,
  execution_alert: Type.Object({
    order_id: OrderId,
    alert_type: ExecutionAlertType,
    severity: OneOf(SEVERITIES),
    current_progress: NumberOrNull,
    expected_progress: NumberOrNull,
    recommendation: Type.String(),
    metrics: AlertMetrics,
  }),
});

export const ExecutionStatus = Type.Object({
  order_id: OrderId,
  state: OneOf(ORD_STATUSES),
  execution_progress: NumberOrNull,
  expected_progress: NumberOrNull,
  current_metrics: Type.Partial(
    Type.Object({
      EXECUTION_SPEED: NumberOrNull,
      COST_EFFICIENCY: NumberOrNull,
      MARKET_IMPACT: NumberOrNull,
      FILL_RATE: NumberOrNull,
      SLIPPAGE: NumberOrNull,
    }),
  ),
  alerts: Type.Array(ExecutionAlertType),
  performance_score: NumberOrNull,
  performance_score_weights: Type.Object({
    execution_speed: Type.Number(),
    cost_efficiency: Type.Number(),
    fill_rate: Type.Number(),
  }),
  quantity: Type.Number(),
  filled_quantity: Type.Number(),
  leaves_quantity: Type.Number(),
  average_price: NumberOrNull,
  overfilled: Type.Boolean(),
  projected_completion_time: Type.Union([Timestamp, Type.Null()], { description: 'null: no forecast in this version.' }),
  completion_probability: Type.Union([Type.Number(), Type.Null()], { description: 'null: no forecast in this version.' }),
  active_alerts: Type.Array(ActiveAlert),
  last_updated: Timestamp,
  as_of_sequence: Sequence,
});
export type ExecutionStatus = Static<typeof ExecutionStatus>;

const Benchmark = Type.Object({
  price: NumberOrNull,
  cost_bps: NumberOrNull,
  coverage: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], {
    description: 'Share of the interval for which market data was known; null where it has no meaning.',
  }),
});

/** Money in the order's currency, positive is a cost. */
const ShortfallSplit = Type.Object({ delay: NumberOrNull, trading: NumberOrNull, opportunity: NumberOrNull, fees: NumberOrNull });

/** By time after the fill or the end; null until it is final. */
const ByHorizon = Type.Object({ '1s': NumberOrNull, '15s': NumberOrNull, '1m': NumberOrNull, '5m': NumberOrNull, '30m': NumberOrNull });

const Buckets = Type.Array(
  Type.Object({
    key: Type.String(),
    quantity: Type.Number(),
    average_price: Type.Number(),
    spread: NumberOrNull,
    drift: NumberOrNull,
    fees: Type.Number(),
    contribution_bps: NumberOrNull,
  }),
);

export const ExecutionAnalytics = Type.Object({
  order_id: OrderId,
  execution_summary: Type.Object({
    symbol: Type.String(),
    side: OneOf(SIDES),
    algorithm: Type.String(),
    state: OneOf(ORD_STATUSES),
    quantity: Type.Number(),
    first_quantity: Type.Number(),
    filled_quantity: Type.Number(),
    leaves_quantity: Type.Number(),
    overfilled: Type.Boolean(),
    average_price: NumberOrNull,
    notional: Type.Number(),
    fees: Type.Number(),
    currency: nullable(Type.String()),
    fill_count: Type.Integer(),
    start_time: Timestamp,
    end_time: TimeOrNull,
    first_fill_time: TimeOrNull,
    last_fill_time: TimeOrNull,
    time_to_first_fill_seconds: NumberOrNull,
    execution_progress: NumberOrNull,
    expected_progress: NumberOrNull,
    execution_speed: NumberOrNull,
    fill_rate: NumberOrNull,
    fill_rate_basis: OneOf(['children', 'parent']),
    participation_rate: NumberOrNull,
    venue_distribution: Type.Record(Type.String(), Type.Number()),
    performance_score: NumberOrNull,
    unmatched_amendments: Type.Integer({ description: 'Corrections and busts that name an execution which has not come.' }),
    unfit_events: Type.Integer({
      description: "Events that did not fit the order's state when they came: kept. An end that came while the order was filled takes effect when a bust opens it again.",
    }),
    provisional: Type.Boolean(),
    as_of_sequence: Sequence,
  }),
  cost_analysis: Type.Object({
    arrival_price: NumberOrNull,
    arrival_price_basis: nullable(OneOf(['given', 'mid', 'last_trade'])),
    decision_price: NumberOrNull,
    slippage_bps: NumberOrNull,
    implementation_shortfall: Type.Object({ total: NumberOrNull, total_bps: NumberOrNull, cfa: ShortfallSplit, wagner: ShortfallSplit }),
    spread: Type.Object({
      effective_arrival_bps: NumberOrNull,
      effective_fill_bps: NumberOrNull,
      realized_bps: ByHorizon,
      price_improvement_bps: NumberOrNull,
      spread_capture: NumberOrNull,
    }),
    market_impact: Type.Object({
      in_flight_bps: NumberOrNull,
      permanent_bps: NumberOrNull,
      realized_bps: NumberOrNull,
      temporary_bps: NumberOrNull,
      reversion_bps: ByHorizon,
      markout_bps: ByHorizon,
    }),
    pre_trade: Type.Object({
      permanent_bps: NumberOrNull,
      temporary_bps: NumberOrNull,
      expected_cost_bps: NumberOrNull,
      timing_risk_bps: NumberOrNull,
      z: NumberOrNull,
      turnover_unknown: Type.Union([Type.Boolean(), Type.Null()], { description: 'true: shares outstanding unknown, its factor is 1.' }),
    }),
    cost_efficiency: NumberOrNull,
    cost_efficiency_method: nullable(OneOf(['model', 'rpm'])),
    relative_performance_measure: NumberOrNull,
  }),
  performance_attribution: Type.Object({
    by_cause: Type.Object({
      delay: NumberOrNull,
      spread: NumberOrNull,
      drift: NumberOrNull,
      drift_parts: Type.Object({ index: NumberOrNull, own_impact: NumberOrNull, remainder: NumberOrNull }),
      opportunity: NumberOrNull,
      fees: NumberOrNull,
      total: NumberOrNull,
      residual: NumberOrNull,
    }),
    by_venue: Buckets,
    by_time_slice: Buckets,
    by_child_type: Buckets,
    by_liquidity: Buckets,
    vwap: Type.Object({ scheduling_bps: NumberOrNull, execution_bps: NumberOrNull }),
  }),
  benchmark_comparison: Type.Object({
    ARRIVAL: Benchmark,
    DECISION: Benchmark,
    INTERVAL_VWAP: Type.Intersect([Benchmark, Type.Object({ volume: Type.Number() })]),
    TWAP: Benchmark,
    PWP_10: Benchmark,
    PWP_20: Benchmark,
    PWP_30: Benchmark,
    OPEN: Benchmark,
    CLOSE: Benchmark,
    PREVIOUS_CLOSE: Benchmark,
    INDEX_ADJUSTED: Benchmark,
  }),
  explanation: Type.Optional(
    Type.Record(Type.String(), Explanation, {
      description: 'With explain=true: by the path of the number in this answer; [] stands for each bucket of a list, * for each venue.',
    }),
  ),
  explained_fills: Type.Optional(EXPLAINED_ROWS.explained_fills),
  explained_slices: Type.Optional(EXPLAINED_ROWS.explained_slices),
  explained_plans: Type.Optional(EXPLAINED_ROWS.explained_plans),
});
export type ExecutionAnalytics = Static<typeof ExecutionAnalytics>;

export const BatchAnswer = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer(),
  duplicate_of: Type.Array(Type.Object({ index: Type.Integer(), sequence: Sequence })),
  rejected: Type.Array(Type.Object({ index: Type.Integer(), code: Type.String(), detail: Type.String() })),
  sequence: Sequence,
});
export type BatchAnswer = Static<typeof BatchAnswer>;

export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), detail: Type.String() }))),
});
export type Problem = Static<typeof Problem>;
