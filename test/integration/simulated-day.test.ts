/**
 * A whole simulated day through the running service: what was delivered, late, twice and out of order as it came, goes in over
 * HTTP, and every number that the service then shows of every order is held against both naive oracles, which read the same
 * list; status, analytics and the newest database row agree bit for bit; the tables add up to what was sent.
 *
 * The day stops twice in its course, where the orders of those minutes are held against the oracles while they trade. Behind its
 * end comes half an hour of silence, with one quote of each symbol at its end, so that all that is final later is final.
 * Each stop is an order at a whole second, more than one behind everything before: it sets the clock (`--clock event`) through
 * a second in which every order has its turn, and once the database has its row, it has everything before it.
 *
 *     EXECMON_DAY_HOURS=6.5 EXECMON_DAY_ORDERS=2000     the full size (npm run test:day): about half an hour on one core
 *     EXECMON_DAY_SEED, EXECMON_DAY_SYMBOLS             another day
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type pg from 'pg';
import type { InputEvent } from '../../engine/domain/events.ts';
import type { ExecutionAnalytics, ExecutionStatus } from '../../engine/domain/monitoring.ts';
import { formatTimestamp, parseTimestampUs } from '../../engine/domain/timestamp.ts';
import { EventClient } from '../../gateway/replay/event-client.ts';
import { Client, eventually } from '../support/client.ts';
import { AnswerComparison } from '../support/compare-answer.ts';
import { expectedAnswer } from '../support/expected-answer.ts';
import { Mismatches } from '../support/mismatches.ts';
import { DeliveredList, ROUGH, simulateDay, type SimulatedDay } from '../support/simulated-day.ts';
import { startService, type RunningService } from '../support/service.ts';
import { connectTo } from '../support/stored.ts';

const HOURS = Number(process.env['EXECMON_DAY_HOURS'] ?? 0.4);
const ORDERS = Number(process.env['EXECMON_DAY_ORDERS'] ?? 40);
const SYMBOLS = Number(process.env['EXECMON_DAY_SYMBOLS'] ?? (HOURS > 1 ? 16 : 4));
const SEED = Number(process.env['EXECMON_DAY_SEED'] ?? 7);
/** Below it what goes wrong comes many times as often, so that there is some of all. */
const ROUGH_BELOW_HOURS = 1;
/** Shares of the delivered events at which the day stops. */
const STOPS = [0.35, 0.7];
const STOP_LOOKS_BACK_US = 600_000_000;
const SILENCE_US = 31 * 60_000_000;
const US_PER_SECOND = 1_000_000;
const BATCH_EVENTS = 2_000;
const CATCHING_UP_MS_MAX = 600_000;
const STORED_MS_MAX = 600_000;
const TEST_MS_MAX = 3 * 3_600_000;

interface Looked {
  readonly orderId: string;
  readonly analytics: ExecutionAnalytics;
  readonly status: ExecutionStatus;
}

/** What the newest row of the time series says, named as a status names it. */
interface StoredRow {
  readonly order_id: string;
  readonly as_of_sequence: number;
  readonly execution_progress: number | null;
  readonly expected_progress: number | null;
  readonly fill_rate: number | null;
  readonly average_price: number | null;
  readonly market_impact: number | null;
  readonly cost_efficiency: number | null;
  readonly slippage: number | null;
  readonly venue_distribution: Readonly<Record<string, number>>;
}

describe(`a simulated day of ${HOURS} h and ${ORDERS} orders through the running service`, { timeout: TEST_MS_MAX }, () => {
  const sent: InputEvent[] = [];
  const looksAtStops: { readonly place: number; readonly nowUs: number; readonly looked: readonly Looked[] }[] = [];
  const answers = { accepted: 0, duplicates: 0, rejected: 0 };
  let day: SimulatedDay;
  let service: RunningService;
  let client: Client;
  let events: EventClient;
  let database: pg.Client;
  let finals: readonly Looked[];
  let list: DeliveredList;
  let newestUs = 0;
  let stops = 0;

  before(async () => {
    day = simulateDay({ seed: SEED, hours: HOURS, orders: ORDERS, symbols: SYMBOLS, ...(HOURS < ROUGH_BELOW_HOURS ? ROUGH : {}) });
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
    events = new EventClient(service.url);
    const inputs = day.delivered.map(({ event }) => event);
    let place = 0;
    for (const share of STOPS) {
      const until = Math.floor(inputs.length * share);
      await send(inputs.slice(place, until));
      place = until;
      const nowUs = await stop();
      looksAtStops.push({ place: sent.length, nowUs, looked: await look(ordersSince(nowUs - STOP_LOOKS_BACK_US)) });
    }
    await send(inputs.slice(place));
    await stop();
    await send(quotesAt(newestUs + SILENCE_US));
    await stop();
    finals = await look(ordersSince(0));
    list = new DeliveredList(sent);
    database = await connectTo(service.dataDir);
    await eventually('everything is stored', async () => (await database.query('SELECT FROM orders WHERE order_id = $1', [stopId(stops)])).rowCount === 1, STORED_MS_MAX);
  });

  after(async () => {
    await database?.end();
    if (service !== undefined) assert.equal(await service.stop(), 0, `exit code after SIGTERM; stderr:\n${service.stderr()}`);
  });

  test('every event is accepted once, and what came twice is a duplicate', () => {
    const identities = new Set<string>();
    let again = 0;
    for (const event of sent) {
      const identity = identityOf(event);
      if (identity === undefined) continue;
      if (identities.has(identity)) again++;
      identities.add(identity);
    }
    assert.ok(again > 0 && looksAtStops.length === STOPS.length);
    assert.deepEqual(answers, { accepted: sent.length - again, duplicates: again, rejected: 0 });
  });

  test('while orders trade, every number is that of the oracles', () => {
    const mismatches = new Mismatches();
    const comparison = new AnswerComparison(mismatches);
    for (const { place, nowUs, looked } of looksAtStops) {
      assert.ok(looked.some(({ analytics }) => analytics.execution_summary.provisional));
      for (const { orderId, analytics, status } of looked) {
        comparison.analytics(`${orderId} of ${place}`, analytics, expectedAnswer(list.neededBy(orderId, place), orderId, nowUs));
        comparison.status(`${orderId} of ${place}`, status, analytics);
      }
    }
    mismatches.assertNone();
    assert.ok(comparison.numbers > 0);
  });

  test('at the end, every number of every order is that of the oracles', (context) => {
    const mismatches = new Mismatches();
    const comparison = new AnswerComparison(mismatches);
    const nowUs = newestUs;
    for (const { orderId, analytics } of finals) comparison.analytics(orderId, analytics, expectedAnswer(list.neededBy(orderId), orderId, nowUs));
    mismatches.assertNone();
    assert.equal(finals.length, day.truths.length + stops);
    context.diagnostic(`${comparison.numbers} numbers of ${finals.length} orders from ${sent.length} events`);
  });

  test('status, analytics and the newest database row agree, bit for bit', async () => {
    const mismatches = new Mismatches();
    const comparison = new AnswerComparison(mismatches);
    const rows = await newestRows(database);
    for (const { orderId, analytics, status } of finals) {
      comparison.status(orderId, status, analytics);
      const { current_metrics: metrics } = status;
      const row = rows.get(orderId);
      const same = (field: keyof StoredRow, shown: unknown): void => mismatches.unlessSame(orderId, `row ${field}`, row?.[field], shown);
      same('execution_progress', status.execution_progress);
      same('expected_progress', status.expected_progress);
      same('fill_rate', metrics.FILL_RATE);
      same('average_price', status.average_price);
      same('market_impact', metrics.MARKET_IMPACT);
      same('cost_efficiency', metrics.COST_EFFICIENCY);
      same('slippage', metrics.SLIPPAGE);
      assert.deepEqual(row?.venue_distribution, analytics.execution_summary.venue_distribution, orderId);
      // The last row of an ended order has the sequence that is shown from then on.
      if (!analytics.execution_summary.provisional) same('as_of_sequence', status.as_of_sequence);
    }
    mismatches.assertNone();
  });

  test('the tables add up to what was sent', async () => {
    const reports = new Map<string, string>();
    for (const { type, exec_id: id } of sent as readonly { readonly type: string; readonly exec_id?: string }[]) if (id !== undefined) reports.set(id, type);
    const counted = (word: string): number => [...reports.values()].filter((type) => type === word).length;
    const executions = await database.query<{ type: string; rows: number; ids: number }>(
      'SELECT exec_type AS type, count(*)::int AS rows, count(DISTINCT exec_id)::int AS ids FROM executions GROUP BY exec_type',
    );
    assert.equal(executions.rows.reduce((sum, { rows }) => sum + rows, 0), reports.size);
    assert.equal(executions.rows.reduce((sum, { ids }) => sum + ids, 0), reports.size);
    assert.deepEqual(
      executions.rows.map(({ rows }) => rows).sort((a, b) => a - b),
      ['execution', 'execution_corrected', 'execution_canceled'].map(counted).filter((count) => count > 0).sort((a, b) => a - b),
    );

    const orders = await database.query<{ order_id: string; state: string; quantity: number; filled_quantity: number; average_price: number | null }>(
      'SELECT order_id, state, quantity, filled_quantity, average_price FROM orders',
    );
    const stored = new Map(orders.rows.map((row) => [row.order_id, row]));
    assert.equal(stored.size, finals.length);
    for (const { orderId, status } of finals) {
      const { state, quantity, filled_quantity, average_price } = status;
      assert.deepEqual(stored.get(orderId), { order_id: orderId, state, quantity, filled_quantity, average_price });
    }
  });

  test('what is filled is what the desk knows it has', () => {
    const shown = new Map(finals.map(({ orderId, analytics }) => [orderId, analytics.execution_summary]));
    const mismatches = new Mismatches();
    for (const truth of day.truths) {
      const summary = shown.get(truth.order_id);
      mismatches.unlessSame(truth.order_id, 'filled_quantity', summary?.filled_quantity, truth.filled_quantity);
      mismatches.unlessClose(truth.order_id, 'notional', summary?.notional, truth.notional);
    }
    mismatches.assertNone();
  });

  async function send(inputs: readonly InputEvent[]): Promise<void> {
    for (let at = 0; at < inputs.length; at += BATCH_EVENTS) {
      const batch = inputs.slice(at, at + BATCH_EVENTS);
      const { accepted, duplicates, rejected } = await events.post(batch.map((event) => JSON.stringify(event)));
      answers.accepted += accepted;
      answers.duplicates += duplicates;
      answers.rejected += rejected.length;
      for (const event of batch) {
        sent.push(event);
        newestUs = Math.max(newestUs, parseTimestampUs(event.timestamp));
      }
    }
  }

  /** Returns the service's time from here on. */
  async function stop(): Promise<number> {
    const us = (Math.floor(newestUs / US_PER_SECOND) + 2) * US_PER_SECOND;
    const symbol = day.truths[0]!.symbol;
    await send([{ type: 'order', timestamp: formatTimestamp(us), order_id: stopId(++stops), symbol, side: 'BUY', quantity: 1 }]);
    return us;
  }

  /** Orders that are announced and that something happened to at or after a moment. */
  function ordersSince(fromUs: number): string[] {
    const announced = new Set<string>();
    const recent = new Set<string>();
    for (const event of sent) {
      if (event.type === 'order') announced.add(event.order_id);
      if ('order_id' in event && parseTimestampUs(event.timestamp) >= fromUs) recent.add(event.order_id);
    }
    return [...recent].filter((orderId) => announced.has(orderId));
  }

  /** The analytics first: their answer comes behind everything that was sent to the order's shard. */
  async function look(orderIds: readonly string[]): Promise<Looked[]> {
    const looked: Looked[] = [];
    for (const orderId of orderIds) {
      // A shard that is still at the batches before it says 503: not yet.
      await eventually(`analytics of ${orderId}`, async () => (await client.request('GET', client.path(orderId, 'analytics'))).status !== 503, CATCHING_UP_MS_MAX);
      const analytics = await client.analytics(orderId);
      looked.push({ orderId, analytics, status: await client.status(orderId) });
    }
    return looked;
  }

  /** The last valid quote of each symbol once more. */
  function quotesAt(us: number): InputEvent[] {
    const last = new Map<string, InputEvent>();
    for (const { event } of day.delivered) {
      if (event.type === 'quote' && (event.bid ?? 0) > 0 && (event.ask ?? 0) >= event.bid!) last.set(event.symbol, { ...event, timestamp: formatTimestamp(us) });
    }
    return [...last.values()];
  }
});

function stopId(number: number): string {
  return `stop-${number}`;
}

function identityOf(event: InputEvent): string | undefined {
  if ('exec_id' in event) return `exec ${event.exec_id}`;
  if (event.type === 'order') return `order ${event.order_id}`;
  return event.type === 'route' ? `route ${event.child_order_id}` : undefined;
}

async function newestRows(database: pg.Client): Promise<Map<string, StoredRow>> {
  const { rows } = await database.query<StoredRow>(
    `SELECT DISTINCT ON (order_id) order_id, as_of_sequence::float8 AS as_of_sequence, execution_progress, expected_progress, fill_rate,
            average_price, market_impact, cost_efficiency, slippage, venue_distribution
     FROM execution_monitoring_ts ORDER BY order_id, as_of_sequence DESC`,
  );
  return new Map(rows.map((row) => [row.order_id, row]));
}
