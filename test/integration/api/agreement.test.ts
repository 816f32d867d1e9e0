/** A status, a stream frame and a database row with the same as_of_sequence have the same numbers, on the receipt clock. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { ExecutionStatus } from '../../../engine/domain/monitoring.ts';
import { Client, eventually } from '../../support/client.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { connectTo } from '../../support/stored.ts';
import { StreamReader } from '../../support/stream-reader.ts';

const IDS = ['agree-1', 'agree-2', 'agree-3'];
const SECONDS = 3;

interface StoredRow {
  readonly order_id: string;
  readonly as_of_sequence: number;
  readonly [column: string]: unknown;
}

describe('what is shown and what is stored', () => {
  let service: RunningService;
  let client: Client;
  let database: pg.Client;
  const readers: StreamReader[] = [];
  const statuses: ExecutionStatus[] = [];

  const now = (): string => new Date().toISOString();
  const about = (type: string, orderId: string, fields: object) => ({ type, timestamp: now(), order_id: orderId, ...fields });

  before(async () => {
    service = await startService();
    client = new Client(service.url);
    const end = new Date(Date.now() + 20_000).toISOString();
    await client.accept(
      { type: 'quote', timestamp: now(), symbol: 'AGREE', bid: 99.9, ask: 100.2 },
      ...IDS.map((id, i) => about('order', id, { symbol: 'AGREE', side: i === 1 ? 'SELL' : 'BUY', quantity: 700, algorithm: 'TWAP', end_time: end })),
    );
    for (const id of IDS) {
      await client.statusWhen(id, () => true);
      readers.push(await StreamReader.open(service.url, id));
    }
    const random = seededRandom(3);
    const untilMs = performance.now() + SECONDS * 1_000;
    for (let n = 0; performance.now() < untilMs; n++) {
      const price = 100 + random();
      await client.accept(
        about('execution', IDS[n % 2]!, { exec_id: `agree-x${n}`, venue: `V${n % 3}`, quantity: 1 + Math.floor(random() * 3), price }),
        { type: 'trade', timestamp: now(), symbol: 'AGREE', price, quantity: 10 },
        { type: 'quote', timestamp: now(), symbol: 'AGREE', bid: price - 0.1, ask: price + 0.1 },
      );
      for (const id of IDS) statuses.push(await client.status(id));
      await sleep(10);
    }
    // The end of an order is stored at once, with the sequence that is shown.
    await client.accept(about('order_canceled', IDS[0]!, {}));
    await client.statusWhen(IDS[0]!, (status) => status.state === 'CANCELED');
    statuses.push(await client.status(IDS[0]!));
    await sleep(2_200);
    for (const id of IDS) statuses.push(await client.status(id));
    database = await connectTo(service.dataDir);
    const newest = statuses.at(-1)!.as_of_sequence;
    await eventually('everything is stored', async () => {
      const { rows } = await database.query<{ sequence: string }>('SELECT sequence FROM storage_watermark');
      return Number(rows[0]!.sequence) >= newest;
    });
  });

  after(async () => {
    for (const reader of readers) reader.close();
    await database?.end();
    assert.equal(await service.stop(), 0, service.stderr());
  });

  const key = (orderId: string, sequence: number): string => `${orderId} ${sequence}`;
  /** Frames and answers of one moment, as statuses. */
  const shown = (): Map<string, ExecutionStatus> => {
    const byMoment = new Map<string, ExecutionStatus>();
    for (const reader of readers) {
      for (const { type, sequence: _sequence, ...status } of reader.frames) {
        if (type === 'update' || type === 'snapshot') byMoment.set(key(status['order_id'] as string, status['as_of_sequence'] as number), status as unknown as ExecutionStatus);
      }
    }
    return byMoment;
  };

  test('frames and GET answers of the same moment are the same', () => {
    const frames = shown();
    const pairs = statuses.map((status) => [status, frames.get(key(status.order_id, status.as_of_sequence))] as const).filter(([, frame]) => frame !== undefined);
    assert.ok(pairs.length >= 20, `only ${pairs.length} pairs`);
    for (const [status, frame] of pairs) assert.deepEqual(frame, status);
  });

  test('rows of the same moment have the same numbers', async () => {
    const moments = shown();
    for (const status of statuses) moments.set(key(status.order_id, status.as_of_sequence), status);
    const { rows } = await database.query<StoredRow>('SELECT *, as_of_sequence::float8 AS as_of_sequence FROM execution_monitoring_ts');
    const pairs = rows.map((row) => [row, moments.get(key(row.order_id, row.as_of_sequence))] as const).filter(([, status]) => status !== undefined);
    assert.ok(pairs.length >= IDS.length * 3, `only ${pairs.length} of ${rows.length} rows were shown too`);
    for (const [row, status] of pairs) {
      const { execution_progress, expected_progress, average_price, current_metrics: metrics, alerts } = status!;
      assert.deepEqual(
        [row['execution_progress'], row['expected_progress'], row['average_price'], row['fill_rate'], row['market_impact'], row['cost_efficiency'], row['slippage'], row['alerts']],
        [execution_progress, expected_progress, average_price, metrics.FILL_RATE, metrics.MARKET_IMPACT, metrics.COST_EFFICIENCY, metrics.SLIPPAGE, alerts],
      );
      assert.equal((row['timestamp'] as Date).getTime(), Math.floor(Date.parse(status!.last_updated)));
    }
  });

  test('the answer of an ended order has its row', async () => {
    const last = statuses.filter((status) => status.order_id === IDS[0]).at(-1)!;
    const { rowCount } = await database.query('SELECT FROM execution_monitoring_ts WHERE order_id = $1 AND as_of_sequence = $2', [IDS[0], last.as_of_sequence]);
    assert.equal(rowCount, 1);
  });

  test('reading an ended order does not change it', async () => {
    const before = await client.status(IDS[0]!);
    await client.analytics(IDS[0]!);
    assert.deepEqual(await client.status(IDS[0]!), before);
  });

  test('a trade that comes late is in the status of an ended order, as it is in its analytics', async () => {
    const { start_time: start } = (await client.analytics(IDS[0]!)).execution_summary;
    const late = new Date(Date.parse(start) + 500).toISOString();
    await client.accept({ type: 'trade', timestamp: late, symbol: 'AGREE', price: 200, quantity: 1e6 });
    await sleep(1_200);
    const status = await client.status(IDS[0]!);
    const { cost_efficiency: efficiency } = (await client.analytics(IDS[0]!)).cost_analysis;
    assert.equal(status.current_metrics.COST_EFFICIENCY, efficiency);
  });

  test('no moment of an order is stored twice', async () => {
    const { rows } = await database.query('SELECT order_id, as_of_sequence FROM execution_monitoring_ts GROUP BY 1, 2 HAVING count(*) > 1');
    assert.deepEqual(rows, []);
  });
});
