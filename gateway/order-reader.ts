/**
 * Orders as the API shows them, read from shared memory: never a question to a worker, never SQL.
 *
 * A status is one moment: the row is copied through its seqlock, and the alerts that were raised up to then have been
 * taken from their ring before the row is believed.
 */

import { ALERT_TYPES, type AlertType, ORD_STATUSES, wordOf } from '../engine/domain/enums.ts';
import type { ActiveAlert, ExecutionStatus } from '../engine/domain/monitoring.ts';
import { formatTimestamp } from '../engine/domain/timestamp.ts';
import { ORDER_ROW_DOUBLES, OrderCell as C } from '../engine/orders/order-row.ts';
import { exceeds } from '../engine/orders/quantity.ts';
import type { SharedRows } from '../engine/ring/shared-state.ts';
import type { Registry } from '../engine/sequencer/registry.ts';

const READ_TRIES_MAX = 100;
/** How long a read is tried again before the order's shard counts as silent. */
const PATIENCE_MS_MAX = 2_000;
const LOOK_AGAIN_MS = 1;

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
  private readonly isRebuilding: (orderNo: number) => boolean;
  private readonly row = new Float64Array(ORDER_ROW_DOUBLES);

  /** `isRebuilding`: what the row of an order says is not current, for its shard has died. */
  constructor(rows: SharedRows, registry: Registry, alerts: AlertSource, isRebuilding: (orderNo: number) => boolean = () => false) {
    this.rows = rows;
    this.registry = registry;
    this.alerts = alerts;
    this.isRebuilding = isRebuilding;
  }

  /** The number of an announced order, else undefined. */
  find(orderId: string): number | undefined {
    const orderNo = this.registry.orders.find(orderId);
    return orderNo !== undefined && this.registry.isAnnounced(orderNo) ? orderNo : undefined;
  }

  /** True once an order is in the database only, but for its row. */
  isEvicted(orderNo: number): boolean {
    return this.rows.cells[orderNo * this.rows.rowDoubles + C.EVICTED] === 1;
  }

  /**
   * The status of an announced order as it is now; 'busy' when its shard has not taken it in yet, is writing it or is being
   * rebuilt: try again in a moment.
   */
  status(orderNo: number): ExecutionStatus | 'busy' {
    if (this.isRebuilding(orderNo)) return 'busy';
    for (let tries = 0; tries < READ_TRIES_MAX && this.rows.isWritten(orderNo); tries++) {
      const version = this.rows.read(orderNo, this.row);
      this.alerts.drain();
      const isSettled = version >= 0 && this.rows.versionOf(orderNo) === version;
      // A shard raises its alerts right behind the row: until they have come the two do not belong together.
      if (isSettled && this.alertsAreThere(orderNo)) return this.toStatus(orderNo);
    }
    return 'busy';
  }

  /** As `status`, once everything is visible that was acknowledged when it was asked for; 'silent' when that takes too long, 'rebuilding' at once. */
  async patientStatus(orderNo: number, isVisible: () => boolean): Promise<ExecutionStatus | 'silent' | 'rebuilding'> {
    const giveUpAtMs = performance.now() + PATIENCE_MS_MAX;
    for (;;) {
      if (this.isRebuilding(orderNo)) return 'rebuilding';
      const status = isVisible() ? this.status(orderNo) : 'busy';
      if (status !== 'busy') return status;
      if (performance.now() > giveUpAtMs) return 'silent';
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  private alertsAreThere(orderNo: number): boolean {
    const firing = firingTypes(this.row[C.ALERTS_FIRING]!);
    const active = this.alerts.activeOf(orderNo);
    return active.length === firing.length && active.every((alert) => firing.includes(alert.alert_type));
  }

  private toStatus(orderNo: number): ExecutionStatus {
    const { row } = this;
    const metrics = this.registry.sessions.get(orderNo)?.metrics;
    const current: Record<string, number | null> = {};
    for (const [metric, cell] of Object.entries(METRIC_CELLS)) {
      if (metrics === undefined || metrics.includes(metric)) current[metric] = orNull(row[cell]!);
    }
    return {
      order_id: this.registry.orders.nameOf(orderNo),
      state: wordOf(ORD_STATUSES, row[C.STATE]!),
      execution_progress: orNull(row[C.EXECUTION_PROGRESS]!),
      expected_progress: orNull(row[C.EXPECTED_PROGRESS]!),
      current_metrics: current,
      alerts: firingTypes(row[C.ALERTS_FIRING]!),
      performance_score: orNull(row[C.PERFORMANCE_SCORE]!),
      performance_score_weights: {
        execution_speed: row[C.SPEED_WEIGHT]!,
        cost_efficiency: row[C.COST_WEIGHT]!,
        fill_rate: row[C.FILL_RATE_WEIGHT]!,
      },
      quantity: row[C.QUANTITY]!,
      filled_quantity: row[C.FILLED_QUANTITY]!,
      leaves_quantity: row[C.LEAVES_QUANTITY]!,
      average_price: orNull(row[C.AVERAGE_PRICE]!),
      overfilled: exceeds(row[C.FILLED_QUANTITY]!, row[C.QUANTITY]!),
      projected_completion_time: null,
      completion_probability: null,
      active_alerts: [...this.alerts.activeOf(orderNo)],
      last_updated: formatTimestamp(row[C.AS_OF_US]!),
      as_of_sequence: row[C.AS_OF_SEQUENCE]!,
    };
  }
}

function firingTypes(mask: number): AlertType[] {
  return ALERT_TYPES.filter((_, code) => (mask & (1 << code)) !== 0);
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
