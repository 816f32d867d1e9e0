/**
 * What ExecutionAnalytics must say of an order by both naive oracles (test/oracle): its whole shape, so that no number of an answer
 * is left out. What neither of them has is worked out here from their numbers, as docs/metrics.md defines it.
 *
 * NaN is undefined: null in an answer.
 */
import { measuresOracleOf } from '../oracle/measures-oracle.ts';
import { type Instrument, model, Sessions } from '../oracle/measures-plan.ts';
import { life, type OracleAnswer, orderOracleOf } from '../oracle/order-oracle.ts';
import { microseconds, type Placed } from '../oracle/order-oracle-events.ts';

const BPS = 10_000;
const US_PER_SECOND = 1_000_000;
const TRADING_DAY_MINUTES = 390;

export interface ExpectedAnswer {
  readonly answer: Readonly<Record<string, unknown>>;
  /** Money that is a small difference of sums is as exact as sums of this size can be. */
  readonly notional: number;
  /** Rounding decides about a price at the border of a tie: the relative performance says nothing then. */
  readonly isNearTie: boolean;
}

/** From all that came about the order, its symbol and its index, in the order of arrival. */
export function expectedAnswer(all: readonly Placed[], orderId: string, nowUs: number): ExpectedAnswer {
  const base = orderOracleOf(all, orderId, nowUs);
  const measures = measuresOracleOf(all, orderId, nowUs, base);
  const own = all.filter(({ event }) => event['order_id'] === orderId);
  const order = own.find(({ event }) => event.type === 'order')!;
  const { benchmark_comparison: benchmarks, cost_analysis: cost, performance_attribution: attribution } = measures;
  const expected = measures.execution_summary.expected_progress;
  const speed = Number.isNaN(expected) ? NaN : expected === 0 ? (base.progress === 0 ? 1 : 10) : base.progress / expected;
  const startUs = microseconds((order.event['start_time'] ?? order.event.timestamp) as string);
  const { replaces } = life(own);
  const { by_cause: cause } = attribution;
  return {
    notional: (order.event['quantity'] as number) * (base.arrivalPrice ?? 1),
    isNearTie: base.isNearTie,
    answer: {
      order_id: orderId,
      execution_summary: {
        symbol: order.event['symbol'],
        side: order.event['side'],
        algorithm: [order, ...replaces].findLast(({ event }) => event['algorithm'] !== undefined)?.event['algorithm'] ?? 'NONE',
        state: base.state,
        quantity: base.quantity,
        first_quantity: order.event['quantity'],
        filled_quantity: base.filled,
        leaves_quantity: base.leaves,
        overfilled: base.filled > base.quantity,
        average_price: base.averagePrice,
        notional: base.notional,
        fees: base.fees,
        currency: order.event['currency'] ?? instrumentOf(all, order)['currency'] ?? null,
        fill_count: base.fillCount,
        start_time: timeOf(startUs),
        end_time: timeOf(base.endUs ?? plannedEndUs(order, replaces)),
        first_fill_time: timeOf(base.firstFillUs ?? NaN),
        last_fill_time: timeOf(base.lastFillUs ?? NaN),
        time_to_first_fill_seconds: base.firstFillUs === null ? null : (base.firstFillUs - startUs) / US_PER_SECOND,
        execution_progress: base.progress,
        expected_progress: expected,
        execution_speed: speed,
        fill_rate: base.fillRate,
        fill_rate_basis: base.fillRateBasis,
        participation_rate: base.participation,
        venue_distribution: Object.fromEntries(base.venues.map(({ key, quantity }) => [key, quantity / base.filled])),
        performance_score: score(speed, cost.cost_efficiency, base.fillRate ?? NaN),
        unmatched_amendments: 0,
        unfit_events: unfitEnds(own, orderId),
        provisional: base.endUs === null,
      },
      cost_analysis: {
        ...cost,
        arrival_price: base.arrivalPrice,
        arrival_price_basis: base.arrivalBasis,
        slippage_bps: base.slippageBps,
        relative_performance_measure: base.rpm,
      },
      performance_attribution: {
        ...attribution,
        by_cause: {
          ...cause,
          drift_parts: driftParts(all, order, base, benchmarks.INDEX_ADJUSTED.cost_bps, cause.drift, nowUs),
          residual: cause.total - (cause.delay + cause.spread + cause.drift + cause.opportunity + cause.fees),
        },
      },
      benchmark_comparison: {
        ARRIVAL: { price: base.arrivalPrice, cost_bps: base.slippageBps, coverage: null },
        DECISION: { ...benchmarks.DECISION, coverage: null },
        INTERVAL_VWAP: { price: base.vwap, cost_bps: base.vwapCostBps, coverage: 1, volume: base.volume },
        TWAP: { price: base.twap, cost_bps: base.twapCostBps, coverage: base.twap === null ? 0 : 1 },
        PWP_10: benchmarks.PWP_10,
        PWP_20: benchmarks.PWP_20,
        PWP_30: benchmarks.PWP_30,
        OPEN: { ...benchmarks.OPEN, coverage: null },
        CLOSE: { ...benchmarks.CLOSE, coverage: null },
        PREVIOUS_CLOSE: { ...benchmarks.PREVIOUS_CLOSE, coverage: null },
        INDEX_ADJUSTED: { ...benchmarks.INDEX_ADJUSTED, coverage: null },
      },
    },
  };
}

/** Ends that came when the order had ended: an order that is filled has, until a bust that comes later opens it again. */
function unfitEnds(own: readonly Placed[], orderId: string): number {
  const ends = own.filter(({ event }) => /^order_(canceled|expired|rejected|done_for_day)$/.test(event.type));
  return ends.filter((end) => orderOracleOf(own.filter(({ at, event }) => at < end.at || event.type === 'order'), orderId, end.us).endUs !== null).length;
}

function instrumentOf(all: readonly Placed[], { event: { symbol } }: Placed): Instrument & Readonly<Record<string, unknown>> {
  const told = all.map(({ event }) => event).filter((event) => event.type === 'instrument' && event['symbol'] === symbol);
  return Object.assign({}, ...told) as Instrument & Record<string, unknown>;
}

/** NaN: none was given. */
function plannedEndUs(order: Placed, replaces: readonly Placed[]): number {
  let endUs = NaN;
  for (const { event } of [order, ...replaces]) {
    const schedule = event['schedule'] as readonly { readonly time: string }[] | undefined;
    const said = (event['end_time'] as string | undefined) ?? schedule?.at(-1)?.time;
    if (said !== undefined) endUs = microseconds(said);
  }
  return endUs;
}

function score(speed: number, efficiency: number, fillRate: number): number {
  const parts: [number, number][] = [[Math.min(1, speed), 0.4], [efficiency, 0.45], [Math.min(1, fillRate), 0.15]];
  const defined = parts.filter(([value]) => !Number.isNaN(value));
  return (100 * defined.reduce((sum, [value, weight]) => sum + value * weight, 0)) / defined.reduce((sum, [, weight]) => sum + weight, 0);
}

/** Index: what the adjustment for it takes off the arrival cost. Own impact: half the permanent impact expected of what is filled. */
function driftParts(all: readonly Placed[], order: Placed, base: OracleAnswer, adjustedBps: number, drift: number, nowUs: number) {
  const instrument = instrumentOf(all, order);
  const pa = base.arrivalPrice ?? NaN;
  const hasIndex = instrument.beta !== undefined && instrument.index_symbol !== undefined;
  const index = !hasIndex ? NaN : base.filled === 0 ? 0 * pa : (((base.slippageBps ?? NaN) - adjustedBps) / BPS) * base.filled * pa;
  const startUs = microseconds((order.event['start_time'] ?? order.event.timestamp) as string);
  const untilUs = Math.min(nowUs, base.endUs ?? nowUs);
  const sessions = new Sessions(all, order.event['symbol'] as string);
  const dayUs = (instrument.trading_day_minutes ?? TRADING_DAY_MINUTES) * 60 * US_PER_SECOND;
  const own = (model(instrument, base.filled, sessions.tradable(startUs, untilUs, untilUs) / dayUs).permanent / 2) * base.filled * pa;
  const known = (part: number): number => (Number.isNaN(part) ? 0 : part);
  return { index, own_impact: own, remainder: drift - known(index) - known(own) };
}

/** As an answer writes it; null for NaN. */
function timeOf(us: number): string | null {
  if (Number.isNaN(us)) return null;
  const micros = us % US_PER_SECOND;
  return `${new Date((us - micros) / 1_000).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
}
