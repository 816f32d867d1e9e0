/**
 * An ended order leaves memory when its retention is over: its analytics then come from the database, with every number as it
 * was, also after a restart, and what still comes about it changes nothing.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { ExecutionAnalytics, Problem } from '../../../engine/domain/monitoring.ts';
import { Client, eventually } from '../../support/client.ts';
import { databasePidIn, type DataFolder, makeDataFolder } from '../../support/data-folder.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { connectTo } from '../../support/stored.ts';
import { Timeline } from '../../support/timeline.ts';

const RETENTION_MINUTES = 31;
const FLAGS = ['--clock', 'event', '--retention-minutes', String(RETENTION_MINUTES)];
const STORED_MS_MAX = 20_000;
const END_S = 120;
const line = new Timeline('EVICT', '2026-03-02T14:30:00Z');
/** Outside the basic plane and many, so that the explained answer is longer than one row of the table. */
const VENUES = Array.from({ length: 1_200 }, (_, i) => `venue-${i}-\u{1F4B9}${'\u{1F680}'.repeat(20)}`);

describe('an order that has left memory', () => {
  let folder: DataFolder;
  let service: RunningService;
  let client: Client;
  let beforeEviction: ExecutionAnalytics;

  before(async () => {
    folder = await makeDataFolder();
    service = await startService({ flags: FLAGS, dataDir: folder.path });
    client = new Client(service.url);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
    await folder.remove();
  });

  const explained = async (id: string): Promise<string> => {
    const answer = await fetch(`${service.url}/api/v1/monitoring/${id}/analytics?explain=true`);
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return text;
  };
  const plain = async (id: string): Promise<string> => (await fetch(`${service.url}/api/v1/monitoring/${id}/analytics`)).text();
  const evicted = async (): Promise<number> => {
    const report = (await (await fetch(`${service.url}/health/ready`)).json()) as { orders: { evicted: number } };
    return report.orders.evicted;
  };
  /** What an answer says, without the sequence of the moment at which it was asked for. */
  const saidBy = (text: string): unknown => {
    const { execution_summary: summary, ...answer } = JSON.parse(text) as ExecutionAnalytics;
    const { as_of_sequence: _sequence, ...said } = summary;
    return { ...answer, summary: said };
  };

  test('stays in memory until its retention is over', async () => {
    await client.accept(
      { type: 'instrument', timestamp: line.at(0), symbol: line.symbol, adv: 1e6, daily_volatility: 0.02, currency: 'EUR' },
      line.quote(0, 99.99, 100.01),
      line.order(1, 'gone', { quantity: 12_000, algorithm: 'TWAP', end_time: line.at(600) }),
      line.order(1, 'stays', { quantity: 500, algorithm: 'TWAP', end_time: line.at(7_000) }),
    );
    for (let from = 0; from < VENUES.length; from += 400) {
      await client.accept(...VENUES.slice(from, from + 400).map((venue, i) => line.fill(2 + (from + i) / 12, 'gone', `gone-${from + i}`, 7, 100 + ((from + i) % 13) / 100, { venue, fee: 0.01 })));
    }
    await client.accept(line.trade(50, 100.02, 5_000), line.quote(60, 100.01, 100.05), line.of(END_S, 'gone', 'order_canceled', {}));
    await client.accept(line.of(END_S, 'gone', 'execution_canceled', { exec_id: 'orphan-bust', ref_exec_id: 'never-comes' }));
    await client.accept(line.quote(END_S + RETENTION_MINUTES * 60 - 5, 100.11, 100.15));
    await client.accept(line.now(END_S + RETENTION_MINUTES * 60 - 2));
    const text = await explained('gone');
    beforeEviction = JSON.parse(text) as ExecutionAnalytics;
    assert.equal(await evicted(), 0);
    assert.equal(beforeEviction.execution_summary.provisional, false);
    assert.equal(beforeEviction.execution_summary.fill_count, VENUES.length);
    assert.equal(beforeEviction.execution_summary.unmatched_amendments, 1);
    assert.equal(typeof beforeEviction.cost_analysis.market_impact.markout_bps['30m'], 'number');
    assert.ok(text.length > 3 * 65_536, `${text.length} characters are more than one row`);
  });

  test('then the database answers, explained or not, with the same numbers', async () => {
    await client.accept(line.now(END_S + RETENTION_MINUTES * 60 + 1));
    await eventually('it is evicted', async () => (await evicted()) === 1, STORED_MS_MAX);
    await eventually('and stored', async () => (await fetch(`${service.url}/api/v1/monitoring/gone/analytics`)).status === 200, STORED_MS_MAX);
    assert.deepEqual(saidBy(await explained('gone')), saidBy(JSON.stringify(beforeEviction)));
    const { explanation: _explanation, ...withoutExplanation } = JSON.parse(await explained('gone')) as ExecutionAnalytics & Record<string, unknown>;
    const answered = JSON.parse(await plain('gone')) as Record<string, unknown>;
    assert.deepEqual(Object.keys(answered), ['order_id', 'execution_summary', 'cost_analysis', 'performance_attribution', 'benchmark_comparison']);
    for (const [key, value] of Object.entries(answered)) assert.deepEqual(value, (withoutExplanation as Record<string, unknown>)[key]);
    const database = await connectTo(folder.path);
    try {
      const { rows } = await database.query<{ part: number; parts: number }>('SELECT part, parts FROM order_analytics ORDER BY part');
      assert.ok(rows.length > 3);
      rows.forEach((row, i) => assert.deepEqual(row, { part: i, parts: rows.length }));
    } finally {
      await database.end();
    }
  });

  test('what still comes about it is accepted, stored and changes nothing; others trade on', async () => {
    const text = await explained('gone');
    const { filled_quantity: filled, state } = await client.status('gone');
    const late = END_S + RETENTION_MINUTES * 60 + 2;
    await client.accept(
      line.of(late, 'gone', 'execution_canceled', { exec_id: 'late-bust', ref_exec_id: 'gone-3' }),
      line.fill(late, 'gone', 'late-fill', 10, 100),
      line.fill(late, 'stays', 'stays-1', 500, 100.12),
      line.now(late + 1),
    );
    const status = await client.statusWhen('stays', (now) => now.state === 'FILLED');
    assert.equal(status.average_price, 100.12);
    const after = await client.status('gone');
    assert.deepEqual([after.filled_quantity, after.state], [filled, state]);
    assert.equal(await explained('gone'), text);
    const database = await connectTo(folder.path);
    try {
      await eventually('the reports are stored', async () => (await database.query("SELECT FROM executions WHERE exec_id IN ('late-bust', 'late-fill')")).rowCount === 2, STORED_MS_MAX);
    } finally {
      await database.end();
    }
  });

  test('a restart, with other settings, changes nothing about it either', async () => {
    const before = [await explained('gone'), await plain('gone'), JSON.stringify(await client.status('gone'))];
    assert.equal(await service.stop(), 0, service.stderr());
    service = await startService({ flags: ['--clock', 'event', '--score-weights', '1,1,2'], dataDir: folder.path });
    client = new Client(service.url);
    assert.equal(await evicted(), 1);
    assert.deepEqual([await explained('gone'), await plain('gone'), JSON.stringify(await client.status('gone'))], before);
    const status = await client.status('gone');
    assert.deepEqual(status.performance_score_weights, { execution_speed: 0.4, cost_efficiency: 0.45, fill_rate: 0.15 });
    await client.accept(line.order(5_000, 'new', { quantity: 100, algorithm: 'TWAP', end_time: line.at(6_000) }), line.fill(5_500, 'new', 'new-1', 10, 100.13));
    const weighted = await client.statusWhen('new', (now) => now.filled_quantity === 10);
    assert.deepEqual(weighted.performance_score_weights, { execution_speed: 1, cost_efficiency: 1, fill_rate: 2 });
    const { EXECUTION_SPEED: speed, COST_EFFICIENCY: cost, FILL_RATE: rate } = weighted.current_metrics as Record<string, number>;
    assert.equal(weighted.performance_score, (100 * (speed! + cost! + 2 * rate!)) / 4);
  });

  test('with the database away that is said, and the status is answered', async () => {
    process.kill((await databasePidIn(folder.path))!, 'SIGINT');
    await eventually('the database is gone', async () => (await databasePidIn(folder.path)) === undefined, STORED_MS_MAX);
    const answer = await fetch(`${service.url}/api/v1/monitoring/gone/analytics`);
    const problem = (await answer.json()) as Problem;
    assert.deepEqual([answer.status, problem.code, answer.headers.has('retry-after')], [503, 'database_unavailable', true], problem.detail);
    assert.equal((await client.status('gone')).state, 'CANCELED');
    assert.equal((await client.analytics('new')).execution_summary.filled_quantity, 10);
  });
});
