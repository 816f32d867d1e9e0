/**
 * Orders as the API shows them, read from shared memory: never a question to a worker, never SQL.
 *
 * A status is one moment: the row is copied through its seqlock, and the alerts that were raised up to then have been
 * taken from their ring before the row is believed.
 */

import { ALERT_TYPES, ORD_STATUSES, wordOf } from '../engine/domain/enums.ts';
import type { ActiveAlert, ExecutionStatus } from '../engine/domain/monitoring.ts';
import { formatTimestamp } from '../engine/domain/timestamp.ts';
import { PERFORMANCE_SCORE_WEIGHTS } from '../engine/metrics/performance-score.ts';
import { ORDER_ROW_DOUBLES, OrderCell as C } from '../engine/orders/order-row.ts';
import type { SharedRows } from '../engine/ring/shared-state.ts';
import type { Registry } from '../engine/sequencer/registry.ts';

const READ_TRIES_MAX = 100;

export interface AlertSource {
  /** Takes what the shards have raised since the last time. */
  drain(): void;
  activeOf(orderNo: number): readonly ActiveAlert[];
}

const METRIC_CELLS = {
  EXECUTION_SPEED: C.EXECUTION_SPEED,
  COST_EFFICIENCY: C.COST_EFFICIENCY,
  MARKET_IMPACT: C.MARKET_IMPACT_BPS,
  FILL_RATE: C.FILL_RATE,
  SLIPPAGE: C.SLIPPAGE_BPS,
} as const;

export class OrderReader {
  private readonly rows: SharedRows;
  private readonly registry: Registry;
  private readonly alerts: AlertSource;
  private readonly row = new Float64Array(ORDER_ROW_DOUBLES);

  constructor(rows: SharedRows, registry: Registry, alerts: AlertSource) {
    this.rows = rows;
    this.registry = registry;
    this.alerts = alerts;
  }

  /** The number of an order that was announced and taken in by its shard, else undefined. */
  find(orderId: string): number | undefined {
    const orderNo = this.registry.orders.find(orderId);
    return orderNo !== undefined && this.rows.isWritten(orderNo) ? orderNo : undefined;
  }

  /** The status of an order; undefined when it has none (not announced), 'silent' when its shard died writing it. */
  status(orderNo: number): ExecutionStatus | undefined | 'silent' {
    if (!this.rows.isWritten(orderNo)) return undefined;
    for (let tries = 0; tries < READ_TRIES_MAX; tries++) {
      const version = this.rows.read(orderNo, this.row);
      if (version < 0) return 'silent';
      this.alerts.drain();
      if (this.rows.versionOf(orderNo) === version) break;
    }
    return this.toStatus(orderNo);
  }

  private toStatus(orderNo: number): ExecutionStatus {
    const { row } = this;
    const metrics = this.registry.sessions.get(orderNo)?.metrics;
    const current: Record<string, number | null> = {};
    for (const [metric, cell] of Object.entries(METRIC_CELLS)) {
      if (metrics === undefined || metrics.includes(metric)) current[metric] = orNull(row[cell]!);
    }
    const firing = row[C.ALERTS_FIRING]!;
    return {
      order_id: this.registry.orders.nameOf(orderNo),
      state: wordOf(ORD_STATUSES, row[C.STATE]!),
      execution_progress: orNull(row[C.EXECUTION_PROGRESS]!),
      expected_progress: orNull(row[C.EXPECTED_PROGRESS]!),
      current_metrics: current,
      alerts: ALERT_TYPES.filter((_, code) => (firing & (1 << code)) !== 0),
      performance_score: orNull(row[C.PERFORMANCE_SCORE]!),
      performance_score_weights: PERFORMANCE_SCORE_WEIGHTS,
      quantity: row[C.QUANTITY]!,
      filled_quantity: row[C.FILLED_QUANTITY]!,
      leaves_quantity: row[C.LEAVES_QUANTITY]!,
      average_price: orNull(row[C.AVERAGE_PRICE]!),
      overfilled: row[C.FILLED_QUANTITY]! > row[C.QUANTITY]!,
      projected_completion_time: null,
      completion_probability: null,
      active_alerts: [...this.alerts.activeOf(orderNo)],
      last_updated: formatTimestamp(row[C.AS_OF_US]!),
      as_of_sequence: row[C.AS_OF_SEQUENCE]!,
    };
  }
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
