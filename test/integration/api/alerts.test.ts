/** When alerts fire, escalate and resolve, to the second of `now`. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ActiveAlert, ExecutionStatus } from '../../../engine/domain/monitoring.ts';
import { Client } from '../../support/client.ts';
import { makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline, type TestEvent } from '../../support/timeline.ts';

const EVENT_CLOCK = ['--clock', 'event'];

describe('alerts', () => {
  let folder: DataFolder;
  let service: RunningService;
  let client: Client;
  let minutes = 0;

  before(async () => {
    folder = await makeDataFolder();
    service = await startService({ flags: EVENT_CLOCK, dataDir: folder.path });
    client = new Client(service.url);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
    await folder.remove();
  });

  const story = (symbol: string): Timeline => new Timeline(symbol, new Date(Date.UTC(2026, 2, 2, 14, 0) + 300_000 * minutes++).toISOString());
  /** The order as it stands at a moment, after events up to then. */
  const at = async (line: Timeline, seconds: number, orderId: string, ...events: readonly TestEvent[]): Promise<ExecutionStatus> => {
    const sequence = await client.accept(...events, line.now(seconds), line.order(seconds, `mark-${line.symbol}-${seconds}`, { quantity: 1 }));
    await client.statusWhen(`mark-${line.symbol}-${seconds}`, (status) => status.as_of_sequence >= sequence);
    return client.status(orderId);
  };
  const only = (status: ExecutionStatus, type: string): ActiveAlert => {
    assert.deepEqual(status.alerts, [type]);
    assert.equal(status.active_alerts.length, 1, JSON.stringify(status.active_alerts));
    assert.equal(status.active_alerts[0]!.alert_type, type);
    return status.active_alerts[0]!;
  };
  const none = (status: ExecutionStatus): void => assert.deepEqual([status.alerts, status.active_alerts], [[], []]);
  const twap = (line: Timeline, id: string, fields: object = {}): TestEvent => line.order(0, id, { quantity: 1_000, algorithm: 'TWAP', end_time: line.at(100), ...fields });

  test('SLOW_EXECUTION: holds 3 s, escalates, resolves at speed .85, fires anew, resolves at the end', async () => {
    const line = story('SLOW');
    const id = 'slow';
    // .2 / .28 = .714 is not below .70; .2 / .29 = .690 is, from 29 s on.
    none(await at(line, 31, id, twap(line, id), line.fill(19, id, 'slow-1', 200, 10)));
    const fired = only(await at(line, 32, id), 'SLOW_EXECUTION');
    assert.deepEqual([fired.state, fired.severity, fired.revision, fired.timestamp, fired.scope], ['FIRING', 'MEDIUM', 1, line.at(32), '']);
    assert.deepEqual([fired.current_progress, fired.expected_progress, fired.metrics.execution_speed], [0.2, 0.32, 0.2 / 0.32]);
    // .2 / .40 = .5 is MEDIUM, .2 / .41 = .488 is HIGH.
    assert.deepEqual(only(await at(line, 40, id), 'SLOW_EXECUTION'), fired);
    const escalated = only(await at(line, 41, id), 'SLOW_EXECUTION');
    assert.deepEqual([escalated.event_id, escalated.severity, escalated.revision, escalated.timestamp], [fired.event_id, 'HIGH', 2, line.at(41)]);
    // .355 / .42 = .845 does not clear, .36 / .42 = .857 does.
    only(await at(line, 42, id, line.fill(42, id, 'slow-2', 155, 10)), 'SLOW_EXECUTION');
    none(await at(line, 42.5, id, line.fill(42.1, id, 'slow-3', 5, 10)));
    // .36 / .52 = .692: again from 52 s on.
    none(await at(line, 54, id));
    const again = only(await at(line, 55, id), 'SLOW_EXECUTION');
    assert.notEqual(again.event_id, fired.event_id);
    assert.equal(again.revision, 1);
    none(await at(line, 56, id, line.of(55.5, id, 'order_canceled')));
  });

  test('a condition that does not hold for 3 s in one piece does not fire', async () => {
    const line = story('SHORT');
    const id = 'short';
    await at(line, 29, id, twap(line, id), line.fill(19, id, 'short-1', 200, 10));
    // Slow at 29, 30, 31; .23 / .31 = .742 from 31.5 on; slow again at 33 (.697).
    none(await at(line, 32, id, line.now(31), line.fill(31.5, id, 'short-2', 30, 10)));
    none(await at(line, 35, id));
    only(await at(line, 36, id), 'SLOW_EXECUTION');
  });

  test('nothing fires in the first 5% of the horizon', async () => {
    const line = story('FIRST');
    const id = 'first';
    none(await at(line, 7, id, twap(line, id)));
    assert.equal(only(await at(line, 8, id), 'SLOW_EXECUTION').severity, 'CRITICAL');
  });

  test('one severity up in the last 15% of the time', async () => {
    const line = story('END');
    const id = 'end';
    // .6 / .86 = .698 is below .70 from 86 s on; .6 / .89 = .674 would be MEDIUM.
    none(await at(line, 88, id, twap(line, id), line.fill(1, id, 'end-1', 600, 10)));
    const late = only(await at(line, 90, id), 'SLOW_EXECUTION');
    assert.deepEqual([late.timestamp, late.severity], [line.at(89), 'HIGH']);
  });

  test('HIGH_COST: above 5 bps and 1.5 spreads, once 5% is filled', async () => {
    const line = story('COST');
    const quote = line.quote(-1, 99.99, 100.01);
    // The spread is 2 bps, so the limit is 5 bps. One order pays 10 bps on 10%, one on 4%, one 4 bps on 10%.
    const orders = ['cost', 'cost-little', 'cost-cheap'].map((id) => line.order(0, id, { quantity: 1_000, end_time: line.at(1_000) }));
    const fills = [line.fill(60, 'cost', 'cost-1', 100, 100.1), line.fill(60, 'cost-little', 'cost-2', 40, 100.1), line.fill(60, 'cost-cheap', 'cost-3', 100, 100.04)];
    const speedy = ['cost', 'cost-little', 'cost-cheap'].map((id) => ({ order_id: id, alert_thresholds: { SLOW_EXECUTION: -1 } }));
    await client.accept(quote, ...orders);
    for (const request of speedy) await client.start(request);
    none(await at(line, 62, 'cost', ...fills));
    const fired = only(await at(line, 64, 'cost'), 'HIGH_COST');
    assert.equal(fired.timestamp, line.at(63));
    none(await client.status('cost-little'));
    none(await client.status('cost-cheap'));
    // A fill at a gain brings the average to (100 x 100.1 + 100 x 99.98) / 200 = 100.04: 4 bps, at most 4.5.
    none(await at(line, 65, 'cost', line.fill(65, 'cost', 'cost-4', 100, 99.98)));
  });

  test('HIGH_COST: a wide spread raises its limit', async () => {
    const line = story('WIDE');
    // 10 bps are below 1.5 x 20 bps.
    none(await at(line, 30, 'wide', line.quote(-1, 99.9, 100.1), line.order(0, 'wide', { quantity: 1_000 }), line.fill(5, 'wide', 'wide-1', 100, 100.1)));
  });

  test('a given threshold takes the default’s place and clears 10% beyond it', async () => {
    const line = story('GIVEN');
    await client.accept(line.quote(-1, 99.99, 100.01), ...['given-20', 'given-8'].map((id) => line.order(0, id, { quantity: 1_000 })));
    await client.start({ order_id: 'given-20', alert_thresholds: { HIGH_COST: 20 } });
    await client.start({ order_id: 'given-8', alert_thresholds: { SLIPPAGE: 8 } });
    const fills = ['given-20', 'given-8'].map((id) => line.fill(5, id, `${id}-1`, 100, 100.1));
    none(await at(line, 20, 'given-20', ...fills));
    only(await client.status('given-8'), 'HIGH_COST');
    // (100 x 100.1 + 100 x 100.05) / 200 = 100.075: 7.5 bps are below 8 and above 7.2; with 100 x 100.045 more 6.5 bps.
    only(await at(line, 21, 'given-8', line.fill(20.5, 'given-8', 'given-8-2', 100, 100.05)), 'HIGH_COST');
    none(await at(line, 22, 'given-8', line.fill(21.5, 'given-8', 'given-8-3', 100, 100.045)));
  });

  test('the other thresholds: MARKET_IMPACT above, FILL_RATE below raises VENUE_ISSUE', async () => {
    const line = story('OTHERS');
    await client.accept(line.quote(-1, 99.9, 100.1), line.order(0, 'impact', { quantity: 1_000 }), line.order(0, 'venue', { quantity: 1_000 }));
    await client.start({ order_id: 'impact', alert_thresholds: { MARKET_IMPACT: 50 } });
    await client.start({ order_id: 'venue', alert_thresholds: { FILL_RATE: 0.5 } });
    const child = [line.of(2, 'venue', 'route', { child_order_id: 'venue-c', venue: 'V', quantity: 100 }), line.of(2, 'venue', 'route_rejected', { child_order_id: 'venue-c' })];
    only(await at(line, 10, 'impact', line.quote(1, 100.5, 100.7), ...child), 'MARKET_IMPACT');
    only(await client.status('venue'), 'VENUE_ISSUE');
  });

  test('a halt inhibits SLOW_EXECUTION', async () => {
    const line = story('HALT');
    const halt = { type: 'market_status', timestamp: line.at(2), symbol: 'HALT', status: 'HALTED' };
    none(await at(line, 30, 'halt', twap(line, 'halt'), halt));
    only(await at(line, 40, 'halt', { ...halt, timestamp: line.at(30), status: 'OPEN' }), 'SLOW_EXECUTION');
  });

  test('after SIGKILL and restart the same alerts are active, and fire on as if nothing had been', async () => {
    const line = story('AGAIN');
    const fired = await at(line, 20, 'again', twap(line, 'again'));
    only(fired, 'SLOW_EXECUTION');
    await service.kill();
    service = await startService({ flags: EVENT_CLOCK, dataDir: folder.path });
    client = new Client(service.url);
    assert.deepEqual((await client.status('again')).active_alerts, fired.active_alerts);
    none(await at(line, 30, 'again', line.fill(21, 'again', 'again-1', 300, 10)));
    const second = only(await at(line, 60, 'again'), 'SLOW_EXECUTION');
    assert.notEqual(second.event_id, fired.active_alerts[0]!.event_id);
  });
});
