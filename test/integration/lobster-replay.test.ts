/**
 * A real hour through the whole service: the LOBSTER recording is replayed into it, and what it then says about each of
 * the 3,091 orders over HTTP and in its database is compared with the oracle and with each other.
 *
 * After the recording one more order is sent, at the hour's end. It is a barrier: once the service knows it, everything
 * before it has been applied (same symbol, same shard), and once its row is stored, so are theirs. It also sets the
 * clock (`--clock event`) to 10:30:00 exactly, where the interval of the order that is still open therefore ends.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ExecutionAnalytics } from '../../engine/domain/monitoring.ts';
import { BATCH_EVENTS_DEFAULT, replay, type ReplaySummary } from '../../gateway/replay/replay.ts';
import { computeOracle, readLobsterRows, type OracleOrder } from '../oracle/lobster-oracle.ts';
import { HORIZONS_US, type LobsterMeasures, LobsterTape } from '../oracle/lobster-measures.ts';
import { ApiError, createApi, type Api, type StatusAnswer } from '../support/api.ts';
import { isClose, Mismatches } from '../support/mismatches.ts';
import { startService, type RunningService } from '../support/service.ts';
import { LOBSTER_ABSENT, LOBSTER_MESSAGE_PATH, LOBSTER_ORDERBOOK_PATH } from '../support/shared-data.ts';

const BARRIER_ID = 'read-barrier';
const SETTLED_ID = 'settled-barrier';
/** 10:30:00 in New York, as LOBSTER counts and as the service does. */
const HOUR_END_US = 37_800 * 1_000_000;
const HOUR_END = '2012-06-21T14:30:00Z';
/** Every order has had its last turn by then. */
const SETTLED = '2012-06-21T14:30:02Z';

const SETTLE_MS_MAX = 60_000;
const POLL_MS = 50;
const CONCURRENT_REQUESTS_MAX = 8;
const TEST_MS_MAX = 600_000;

const STATE_BY_OUTCOME = { FILLED: 'FILLED', CANCELED: 'CANCELED', OPEN: 'PARTIALLY_FILLED' } as const;

/** Bit for bit what the status says, from the newest row of the time series. */
interface StoredRow {
  readonly order_id: string;
  readonly as_of_sequence: number;
  readonly execution_progress: number | null;
  readonly average_price: number | null;
  readonly slippage: number | null;
  readonly market_impact: number | null;
  readonly fill_rate: number | null;
}

describe('the LOBSTER hour, replayed into the service', { skip: LOBSTER_ABSENT, timeout: TEST_MS_MAX }, () => {
  let service: RunningService;
  let api: Api;
  let database: pg.Client;
  let summary: ReplaySummary;
  let oracle: readonly OracleOrder[];
  let statuses: readonly StatusAnswer[];

  before(async () => {
    oracle = computeOracle(readLobsterRows(LOBSTER_MESSAGE_PATH, LOBSTER_ORDERBOOK_PATH), HOUR_END_US);
    service = await startService({ flags: ['--clock', 'event'] });
    api = createApi(service.url);
    summary = await replay({
      files: [LOBSTER_MESSAGE_PATH, LOBSTER_ORDERBOOK_PATH],
      url: service.url,
      speed: 'max',
      format: 'auto',
      batchEventsMax: BATCH_EVENTS_DEFAULT,
    });
    const barrier = { order_id: BARRIER_ID, symbol: 'AAPL', side: 'BUY', quantity: 1 };
    const { accepted } = await api.postEvents([{ type: 'order', timestamp: HOUR_END, ...barrier }]);
    assert.equal(accepted, 1);
    await eventually('the service has applied everything', () => isKnown(api, BARRIER_ID));
    statuses = await inParallel(oracle, ({ orderId }) => api.status(orderId));
  });

  after(async () => {
    await database?.end();
    if (service !== undefined) assert.equal(await service.stop(), 0, `exit code after SIGTERM; stderr:\n${service.stderr()}`);
  });

  test('every event is accepted, once', () => {
    const { accepted, duplicates, rejected, rejections, events } = summary;
    const expected = { accepted: events, duplicates: 0, rejected: 0, rejections: [] };
    assert.deepEqual({ accepted, duplicates, rejected, rejections }, expected);
    assert.equal(oracle.length, 3_091);
  });

  test('status agrees with the oracle', () => {
    const found = new Mismatches();
    oracle.forEach((order, index) => {
      const status = statuses[index]!;
      const { orderId } = order;
      found.unlessSame(orderId, 'state', status.state, STATE_BY_OUTCOME[order.outcome]);
      found.unlessSame(orderId, 'quantity', status.quantity, order.quantity);
      found.unlessSame(orderId, 'filled_quantity', status.filled_quantity, order.filledQuantity);
      found.unlessClose(orderId, 'average_price', status.average_price, order.averagePrice);
      found.unlessClose(orderId, 'execution_progress', status.execution_progress, order.filledQuantity / order.quantity);
      if (order.arrivalMid !== null) found.unlessClose(orderId, 'SLIPPAGE', status.current_metrics.SLIPPAGE, order.slippageBps);
    });
    found.assertNone();
  });

  test('analytics agree with the oracle', async () => {
    const answers = await inParallel(oracle, ({ orderId }) => api.analytics(orderId));
    const found = new Mismatches();
    oracle.forEach((order, index) => compareAnalytics(found, order, answers[index]!));
    found.assertNone();
  });

  test('shortfall, spreads, markouts and participation prices agree with the oracle', async () => {
    const tape = new LobsterTape(readLobsterRows(LOBSTER_MESSAGE_PATH, LOBSTER_ORDERBOOK_PATH), HOUR_END_US);
    const answers = await inParallel(oracle, ({ orderId }) => api.analytics(orderId));
    const found = new Mismatches();
    oracle.forEach((order, index) => compareMeasures(found, order, tape.measure(order), answers[index]!));
    found.assertNone();
  });

  test('the newest stored row of each order agrees with its status, bit for bit', async () => {
    database = await connect(service.dataDir);
    await api.postEvents([{ type: 'order', timestamp: SETTLED, order_id: SETTLED_ID, symbol: 'AAPL', side: 'BUY', quantity: 1 }]);
    await eventually('everything is stored', async () => {
      const { rowCount } = await database.query('SELECT FROM orders WHERE order_id = $1', [SETTLED_ID]);
      return rowCount === 1;
    });
    const settled = await inParallel(oracle, ({ orderId }) => api.status(orderId));
    const rowById = await newestRows(database);
    const found = new Mismatches();
    oracle.forEach(({ orderId, outcome }, index) => {
      const status = settled[index]!;
      const row = rowById.get(orderId);
      const isSameMoment = row?.as_of_sequence === status.as_of_sequence;
      if (outcome !== 'OPEN') found.unlessSame(orderId, 'as_of_sequence', row?.as_of_sequence, status.as_of_sequence);
      if (row === undefined || !isSameMoment) return;
      found.unlessSame(orderId, 'execution_progress', row.execution_progress, status.execution_progress);
      found.unlessSame(orderId, 'average_price', row.average_price, status.average_price);
      found.unlessSame(orderId, 'slippage', row.slippage, status.current_metrics.SLIPPAGE);
      found.unlessSame(orderId, 'market_impact', row.market_impact, status.current_metrics.MARKET_IMPACT);
      found.unlessSame(orderId, 'fill_rate', row.fill_rate, status.current_metrics.FILL_RATE);
    });
    found.assertNone();
  });

  test('orders and executions in the database add up to the oracle', async () => {
    const sum = (value: (order: OracleOrder) => number): number => oracle.reduce((total, order) => total + value(order), 0);
    const orders = await database.query<{ state: string; orders: number; quantity: number; filled: number }>(
      `SELECT state, count(*)::int AS orders, sum(quantity) AS quantity, sum(filled_quantity) AS filled
       FROM orders WHERE order_id <> ALL($1) GROUP BY state ORDER BY state`,
      [[BARRIER_ID, SETTLED_ID]],
    );
    const expected = (['CANCELED', 'FILLED', 'OPEN'] as const).map((outcome) => {
      const those = oracle.filter((order) => order.outcome === outcome);
      const total = (value: (order: OracleOrder) => number): number => those.reduce((all, order) => all + value(order), 0);
      return {
        state: STATE_BY_OUTCOME[outcome],
        orders: those.length,
        quantity: total(({ quantity }) => quantity),
        filled: total(({ filledQuantity }) => filledQuantity),
      };
    });
    assert.deepEqual(orders.rows, expected);

    const executions = await database.query<Record<'executions' | 'ids' | 'orders' | 'quantity' | 'notional', number>>(
      `SELECT count(*)::int AS executions, count(DISTINCT exec_id)::int AS ids, count(DISTINCT order_id)::int AS orders,
              sum(quantity) AS quantity, sum(quantity * price) AS notional
       FROM executions`,
    );
    const { notional, ...counts } = executions.rows[0]!;
    const fills = sum(({ fillCount }) => fillCount);
    const quantity = sum(({ filledQuantity }) => filledQuantity);
    assert.deepEqual(counts, { executions: fills, ids: fills, orders: oracle.length, quantity });
    assert.ok(isClose(notional, sum((order) => order.filledQuantity * order.averagePrice)), `notional ${notional}`);
  });
});

function compareAnalytics(found: Mismatches, order: OracleOrder, analytics: ExecutionAnalytics): void {
  const { orderId } = order;
  const { execution_summary: execution, cost_analysis: cost, benchmark_comparison: benchmarks } = analytics;
  found.unlessSame(orderId, 'filled_quantity', execution.filled_quantity, order.filledQuantity);
  found.unlessClose(orderId, 'average_price', execution.average_price, order.averagePrice);
  found.unlessSame(orderId, 'fill_count', execution.fill_count, order.fillCount);
  found.unlessSame(orderId, 'provisional', execution.provisional, order.outcome === 'OPEN');
  if (order.arrivalMid === null) {
    // No quote before it: the arrival price is the last trade, and says so, or there is none.
    found.unlessSame(orderId, 'arrival_price_basis', cost.arrival_price_basis, cost.arrival_price === null ? null : 'last_trade');
    if (cost.arrival_price === null) found.unlessSame(orderId, 'slippage_bps', cost.slippage_bps, null);
  } else {
    found.unlessSame(orderId, 'arrival_price_basis', cost.arrival_price_basis, 'mid');
    found.unlessClose(orderId, 'arrival_price', cost.arrival_price, order.arrivalMid);
    found.unlessClose(orderId, 'slippage_bps', cost.slippage_bps, order.slippageBps);
  }
  const { INTERVAL_VWAP: vwap, TWAP: twap } = benchmarks;
  found.unlessSame(orderId, 'INTERVAL_VWAP.volume', vwap.volume, order.intervalVolume);
  found.unlessClose(orderId, 'INTERVAL_VWAP.price', vwap.price, order.intervalVwap);
  found.unlessClose(orderId, 'INTERVAL_VWAP.cost_bps', vwap.cost_bps, order.intervalVwapCostBps);
  found.unlessSame(orderId, 'INTERVAL_VWAP.coverage', vwap.coverage, 1);
  found.unlessClose(orderId, 'TWAP.price', twap.price, order.twap);
  found.unlessClose(orderId, 'TWAP.cost_bps', twap.cost_bps, order.twapCostBps);
  found.unlessSame(orderId, 'TWAP.coverage', twap.coverage, 1);
}

function compareMeasures(found: Mismatches, order: OracleOrder, expected: LobsterMeasures, analytics: ExecutionAnalytics): void {
  const { orderId } = order;
  const close = (name: string, actual: number | null, wanted: number | null): void => found.unlessClose(orderId, name, actual, wanted);
  const { implementation_shortfall: shortfall, spread, market_impact: impact, relative_performance_measure: rpm } = analytics.cost_analysis;
  const { by_cause: cause, by_venue: venues, by_time_slice: slices, vwap } = analytics.performance_attribution;
  const benchmarks = analytics.benchmark_comparison;
  close('shortfall', shortfall.total, expected.shortfall);
  close('shortfall_bps', shortfall.total_bps, expected.shortfallBps);
  for (const split of [shortfall.cfa, shortfall.wagner]) {
    close('delay', split.delay, 0);
    close('trading', split.trading, expected.trading);
    close('opportunity', split.opportunity, expected.opportunity);
  }
  close('cause.spread', cause.spread, expected.spreadCause);
  close('cause.drift', cause.drift, expected.driftCause);
  close('cause.residual', cause.residual, 0);
  for (const buckets of [venues, slices]) {
    close('buckets', buckets.reduce((total, bucket) => total + bucket.contribution_bps!, 0), (expected.trading / (order.firstQuantity * order.arrivalMid!)) * 10_000);
  }
  close('effective_arrival_bps', spread.effective_arrival_bps, expected.effectiveArrivalBps);
  close('effective_fill_bps', spread.effective_fill_bps, expected.effectiveFillBps);
  close('price_improvement_bps', spread.price_improvement_bps, expected.priceImprovementBps);
  close('spread_capture', spread.spread_capture, expected.spreadCapture);
  for (const horizon of Object.keys(HORIZONS_US) as (keyof typeof HORIZONS_US)[]) {
    close(`realized ${horizon}`, spread.realized_bps[horizon], expected.realizedBps[horizon]);
    close(`markout ${horizon}`, impact.markout_bps[horizon], expected.markoutBps[horizon]);
    close(`reversion ${horizon}`, impact.reversion_bps[horizon], expected.reversionBps[horizon]);
  }
  close('rpm', rpm, expected.relativePerformance);
  for (const name of ['PWP_10', 'PWP_20', 'PWP_30'] as const) close(name, benchmarks[name].price, expected.pwp[name]);
  if (vwap.scheduling_bps !== null) close('vwap', vwap.scheduling_bps + vwap.execution_bps!, order.intervalVwapCostBps);
}

async function connect(dataDir: string): Promise<pg.Client> {
  const connectionString = (await readFile(join(dataDir, 'database-url'), 'utf8')).trim();
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

async function newestRows(database: pg.Client): Promise<Map<string, StoredRow>> {
  const { rows } = await database.query<StoredRow>(
    `SELECT DISTINCT ON (order_id) order_id, as_of_sequence::float8 AS as_of_sequence, execution_progress, average_price,
            slippage, market_impact, fill_rate
     FROM execution_monitoring_ts ORDER BY order_id, as_of_sequence DESC`,
  );
  return new Map(rows.map((row) => [row.order_id, row]));
}

async function isKnown(api: Api, orderId: string): Promise<boolean> {
  try {
    await api.status(orderId);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

async function eventually(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + SETTLE_MS_MAX;
  while (!(await check())) {
    assert.ok(performance.now() < deadlineMs, `not within ${SETTLE_MS_MAX} ms: ${what}`);
    await sleep(POLL_MS);
  }
}

/** The results in the order of the items. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENT_REQUESTS_MAX }, worker));
  return results;
}
