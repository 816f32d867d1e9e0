/**
 * ExecutionAnalytics of one order, from the shard's whole state as it is after its newest input. Works while the order
 * trades (provisional) and after it has ended.
 */

import { ALGORITHMS, ORD_STATUSES, wordOf } from '../../domain/enums.ts';
import type { ExecutionAnalytics } from '../../domain/monitoring.ts';
import { formatTimestamp, formatTimestampOrNull } from '../../domain/timestamp.ts';
import { fillRateBasis } from '../../metrics/fill-rate.ts';
import { participationRate } from '../../metrics/participation-rate.ts';
import { timeToFirstFillSeconds } from '../../metrics/time-to-first-fill.ts';
import { OrderCell as C } from '../../orders/order-row.ts';
import { exceeds } from '../../orders/quantity.ts';
import { refreshView } from '../order-view.ts';
import { currencyOf, venueDistribution } from '../row-makers.ts';
import type { Shard } from '../shard.ts';
import { attributionAnswer } from './attribution-answer.ts';
import { benchmarkAnswer } from './benchmark-answer.ts';
import { costAnswer } from './cost-answer.ts';
import { explained } from './explain/explained.ts';
import { type OrderInHand, takeInHand } from './order-in-hand.ts';

/** As JSON: numbers that are NaN inside are null in it. `isExplained` adds how each number came about. */
export function analyticsJson(shard: Shard, orderNo: number, isExplained = false): string {
  // A copy: asking changes nothing, not even what is shown.
  const { cells, rowDoubles } = shard.orders;
  const row = cells.slice(orderNo * rowDoubles, (orderNo + 1) * rowDoubles);
  refreshView(shard, orderNo, row, 0);
  const order = takeInHand(shard, orderNo, row);
  const answer: ExecutionAnalytics = {
    order_id: order.announcement.order_id,
    execution_summary: summaryAnswer(order),
    cost_analysis: costAnswer(order),
    performance_attribution: attributionAnswer(order),
    benchmark_comparison: benchmarkAnswer(order),
  };
  return JSON.stringify(isExplained ? { ...answer, ...explained(order, answer) } : answer);
}

function summaryAnswer(order: OrderInHand): ExecutionAnalytics['execution_summary'] {
  const { shard, orderNo, announcement, cell, endedUs } = order;
  const filled = cell(C.FILLED_QUANTITY);
  return {
    symbol: announcement.symbol,
    side: announcement.side,
    algorithm: wordOf(ALGORITHMS, cell(C.ALGORITHM)),
    state: wordOf(ORD_STATUSES, cell(C.STATE)),
    quantity: cell(C.QUANTITY),
    first_quantity: cell(C.FIRST_QUANTITY),
    filled_quantity: filled,
    leaves_quantity: cell(C.LEAVES_QUANTITY),
    overfilled: exceeds(filled, cell(C.QUANTITY)),
    average_price: cell(C.AVERAGE_PRICE),
    notional: cell(C.NOTIONAL),
    fees: cell(C.FEES),
    currency: currencyOf(shard, orderNo, order.market),
    fill_count: cell(C.FILL_COUNT),
    start_time: formatTimestamp(cell(C.START_US)),
    end_time: formatTimestampOrNull(Number.isNaN(endedUs) ? cell(C.PLANNED_END_US) : endedUs),
    first_fill_time: formatTimestampOrNull(cell(C.FIRST_FILL_US)),
    last_fill_time: formatTimestampOrNull(cell(C.LAST_FILL_US)),
    time_to_first_fill_seconds: timeToFirstFillSeconds(cell(C.FIRST_FILL_US), cell(C.START_US)),
    execution_progress: cell(C.EXECUTION_PROGRESS),
    expected_progress: cell(C.EXPECTED_PROGRESS),
    execution_speed: cell(C.EXECUTION_SPEED),
    fill_rate: cell(C.FILL_RATE),
    fill_rate_basis: fillRateBasis(cell(C.CHILD_COUNT)),
    participation_rate: participationRate(filled, order.market.trades.volumeBetween(order.startUs, order.untilUs)),
    venue_distribution: venueDistribution(shard, orderNo, filled),
    performance_score: cell(C.PERFORMANCE_SCORE),
    unmatched_amendments: shard.fills.waitingFor(orderNo),
    unfit_events: cell(C.MISFIT_COUNT),
    provisional: Number.isNaN(endedUs),
    as_of_sequence: cell(C.AS_OF_SEQUENCE),
  };
}
