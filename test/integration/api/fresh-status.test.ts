/** What is shown of an order that nobody follows is computed when somebody asks: also then it is of the newest input. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../../support/client.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { StreamReader } from '../../support/stream-reader.ts';
import { Timeline } from '../../support/timeline.ts';

const ROUNDS = 200;

describe('an order that nobody follows', () => {
  let service: RunningService;
  let client: Client;
  const line = new Timeline('QUIET', '2026-03-02T14:30:00Z');

  before(async () => {
    service = await startService({ flags: ['--clock', 'event', '--shards', '2'] });
    client = new Client(service.url);
    await client.accept(line.quote(0, 99, 101), line.order(0, 'alone', { quantity: 100 }), line.order(0, 'followed', { quantity: 100 }));
    await client.statusWhen('alone', () => true);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
  });

  test('is shown with the newest quote, asked once and right behind its answer', async () => {
    for (let round = 1; round <= ROUNDS; round++) {
      const sequence = await client.accept(line.quote(0, 99 + round, 101 + round));
      const { as_of_sequence: asOf, current_metrics: metrics } = await client.status('alone');
      assert.ok(asOf >= sequence, `round ${round}: as of ${asOf}, the quote has ${sequence}`);
      assert.equal(metrics['MARKET_IMPACT'], round * 100, 'of a mid that was 100 when it arrived, in bps');
    }
  });

  test('is shown as it is now to one who begins to follow it, without waiting for its market to move again', async () => {
    const sequence = await client.accept(line.quote(0, 109, 111));
    const reader = await StreamReader.open(service.url, 'followed', '', []);
    const frame = await reader.next('frame with the newest quote', ({ type, sequence: shown }) => type !== 'heartbeat' && shown >= sequence);
    assert.equal((frame['current_metrics'] as Record<string, number>)['MARKET_IMPACT'], 1_000);
    reader.close();
  });
});
