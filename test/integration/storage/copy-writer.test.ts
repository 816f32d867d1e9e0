/** The writer on both databases: the layout of the tables, what a row looks like when it is read back, exactly once. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Row } from '../../../engine/domain/rows.ts';
import { StoredAnalytics } from '../../../storage/stored-analytics.ts';
import { CopyWriter } from '../../../storage/copy-writer.ts';
import type { DatabaseConnect } from '../../../storage/database.ts';
import { applyMigrations, MigrationConflict, readMigrations } from '../../../storage/migrations.ts';
import { DATABASES, emptyTables, select, type TestDatabase } from './databases.ts';
import { assertExactlyOnce } from './exactly-once.ts';
import { IN_2012_US, IN_2026_US, alertRow, analyticsRow, executionRow, monitoringRow, orderRow, rowsOfInputs, sharesOf } from './sample-rows.ts';
import { encodedRow } from '../../support/wire-rows.ts';

const AS_US = (column: string): string => `(extract(epoch FROM ${column}) * 1000000)::bigint::text`;

for (const { name, hypertable, start } of DATABASES) {
  describe(`storage on ${name}`, () => {
    let database: TestDatabase;
    let connect: DatabaseConnect;

    before(async () => {
      database = await start();
      connect = database.connect;
      const session = await connect();
      const migrations = await readMigrations();
      assert.equal(await applyMigrations(session, migrations), migrations.length);
      await session.close();
    });
    after(() => database.stop());
    beforeEach(() => emptyTables(connect));

    const writerOf = (journalId: string): CopyWriter => new CopyWriter({ connect, journalId });

    const write = async (rows: readonly Row[], upTo: number, journalId: string = randomUUID()): Promise<void> => {
      const writer = writerOf(journalId);
      for (const row of rows) writer.append(encodedRow(row));
      await writer.commit(upTo);
      await writer.close();
    };

    test('migrations that are applied are not applied again, and may not change', async () => {
      const session = await connect();
      const migrations = await readMigrations();
      assert.equal(await applyMigrations(session, migrations), 0);
      const changed = migrations.map((migration) => ({ ...migration, checksum: migration.number === 3 ? 'other' : migration.checksum }));
      await assert.rejects(applyMigrations(session, changed), (error: Error) => {
        assert(error instanceof MigrationConflict);
        assert.match(error.message, /migration 3 \(orders-executions-alerts\).*checksum/);
        return true;
      });
      await assert.rejects(applyMigrations(session, migrations.slice(0, 3)), /migration 4 .*newer version/);
      await session.close();
    });

    test('a migration that fails leaves nothing behind', async () => {
      const session = await connect();
      const migrations = await readMigrations();
      const broken = { number: migrations.length + 1, name: 'broken', checksum: 'x', sql: 'CREATE TABLE half (a int); SELECT 1/0' };
      await assert.rejects(applyMigrations(session, [...migrations, broken]), /division by zero/);
      assert.deepEqual(await session.query(`SELECT to_regclass('half') AS found, count(*)::int AS applied FROM schema_migrations`), [
        { found: null, applied: migrations.length },
      ]);
      await session.close();
    });

    test('the specified columns come first, with their types, and there is one index', async () => {
      const columns = await select(connect, `
        SELECT attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END AS line
        FROM pg_attribute WHERE attrelid = 'execution_monitoring_ts'::regclass AND attnum > 0 ORDER BY attnum`);
      assert.deepEqual(columns.map((column) => column['line']), [
        'timestamp timestamp with time zone not null', 'order_id character varying(100) not null',
        'execution_progress double precision', 'fill_rate double precision', 'average_price double precision',
        'market_impact double precision', 'cost_efficiency double precision', 'slippage double precision',
        'venue_distribution jsonb', 'alerts jsonb', 'as_of_sequence bigint not null', 'expected_progress double precision',
      ]);
      const indexes = await select(connect, `SELECT indexdef FROM pg_indexes WHERE tablename = 'execution_monitoring_ts'`);
      assert.equal(indexes.length, 1);
      assert.match(String(indexes[0]!['indexdef']), /\(order_id, "timestamp" DESC\)$/);
    });

    test('an hour of rows is a chunk or a partition of one hour', async () => {
      await write([monitoringRow(1, { timestampUs: IN_2012_US }), monitoringRow(2, { timestampUs: IN_2026_US })], 2);
      if (hypertable) {
        const [dimension] = await select(connect, `
          SELECT column_name, time_interval = INTERVAL '1 hour' AS hourly FROM timescaledb_information.dimensions
          WHERE hypertable_name = 'execution_monitoring_ts'`);
        assert.deepEqual(dimension, { column_name: 'timestamp', hourly: true });
      }
      const hours = hypertable
        ? `SELECT (extract(epoch FROM range_start))::bigint::text AS first, (range_end - range_start)::text AS length
           FROM timescaledb_information.chunks WHERE hypertable_name = 'execution_monitoring_ts' ORDER BY range_start`
        : `SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_inherits i
           JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'execution_monitoring_ts'::regclass
             AND c.relname ~ '2012062113|2026030209' ORDER BY 1`;
      assert.deepEqual(await select(connect, hours), hypertable
        ? [{ first: '1340283600', length: '01:00:00' }, { first: '1772442000', length: '01:00:00' }]
        : [
            { name: 'execution_monitoring_ts_2012062113', bound: `FOR VALUES FROM ('2012-06-21 13:00:00+00') TO ('2012-06-21 14:00:00+00')` },
            { name: 'execution_monitoring_ts_2026030209', bound: `FOR VALUES FROM ('2026-03-02 09:00:00+00') TO ('2026-03-02 10:00:00+00')` },
          ]);
    });

    test('the next hours are made ahead of time where they must be made at all', async () => {
      const writer = writerOf(randomUUID());
      await writer.prepareHoursAhead(Date.UTC(2031, 11, 31, 22, 59) * 1_000);
      await writer.close();
      const made = await select(connect, `SELECT relname FROM pg_class WHERE relname ~ '^execution_monitoring_ts_203[12]\\d+$' ORDER BY 1`);
      const expected = ['2031123122', '2031123123', '2032010100', '2032010101'].map((hour) => ({ relname: `execution_monitoring_ts_${hour}` }));
      assert.deepEqual(made, hypertable ? [] : expected);
    });

    test('a monitoring row reads back as it was: microseconds, unicode, NULL for NaN', async () => {
      const nothing = {
        executionProgress: Number.NaN, expectedProgress: Number.NaN, fillRate: Number.NaN, averagePrice: Number.NaN,
        marketImpact: Number.NaN, costEfficiency: Number.NaN, slippage: Number.NaN, venueDistribution: sharesOf({}), alerts: [],
      };
      await write([
        monitoringRow(1, { orderId: 'Ö-注文-🚀', timestampUs: IN_2012_US }),
        monitoringRow(2, { ...nothing, timestampUs: IN_2026_US }),
      ], 2);
      const rows = await select(connect, `SELECT *, ${AS_US('timestamp')} AS us, as_of_sequence::int AS sequence FROM execution_monitoring_ts ORDER BY as_of_sequence`);
      const { timestamp: _1, as_of_sequence: _2, ...full } = rows[0]!;
      assert.deepEqual(full, {
        us: String(IN_2012_US), order_id: 'Ö-注文-🚀', execution_progress: 0.25, fill_rate: 12.5, average_price: 585.33,
        market_impact: -1.25, cost_efficiency: 0.9, slippage: 2.75, venue_distribution: { NASDAQ: 0.75, BATS: 0.25 },
        alerts: ['SLOW_EXECUTION'], sequence: 1, expected_progress: 0.3,
      });
      const { timestamp: _3, as_of_sequence: _4, ...empty } = rows[1]!;
      assert.deepEqual(empty, {
        us: String(IN_2026_US), order_id: 'O-2', execution_progress: null, fill_rate: null, average_price: null,
        market_impact: null, cost_efficiency: null, slippage: null, venue_distribution: {}, alerts: [], sequence: 2,
        expected_progress: null,
      });
    });

    test('executions and alerts read back as they were', async () => {
      await write([
        executionRow(1, { execType: 'TRADE_CANCEL', refExecId: 'E-0', venue: null, childOrderId: null, liquidity: null, price: Number.NaN }),
        alertRow(1, { eventId: '74738ff5-5367-5958-9aee-98fffdcd1876', revision: 3, alertState: 'RESOLVED', executionSpeed: Number.NaN }),
      ], 1);
      const [execution] = await select(connect, `SELECT *, ${AS_US('timestamp')} AS us, ${AS_US('received_at')} AS received_us, as_of_sequence::int AS sequence FROM executions`);
      const { timestamp: _1, received_at: _2, as_of_sequence: _3, ...fill } = execution!;
      assert.deepEqual(fill, {
        us: String(IN_2012_US + 1_000), received_us: String(IN_2012_US + 1_007), exec_id: 'E-1', exec_type: 'TRADE_CANCEL',
        ref_exec_id: 'E-0', order_id: 'O-1', symbol: 'AAPL', venue: null, child_order_id: null, liquidity: null,
        quantity: 100, price: null, fee: -0.2, sequence: 1,
      });
      const [found] = await select(connect, `SELECT *, ${AS_US('timestamp')} AS us, as_of_sequence::int AS sequence FROM alerts`);
      const { timestamp: _4, as_of_sequence: _5, ...alert } = found!;
      assert.deepEqual(alert, {
        event_id: '74738ff5-5367-5958-9aee-98fffdcd1876', revision: 3, us: String(IN_2012_US + 1_000), order_id: 'O-1',
        alert_type: 'SLOW_EXECUTION', scope: 'ORDER', alert_state: 'RESOLVED', severity: 'HIGH', current_progress: 0.25,
        expected_progress: 0.5, execution_speed: null, cost_efficiency: 0.9, recommendation: 'Raise it.', sequence: 1,
      });
    });

    test('of an order the newest row stays, within a batch and over batches', async () => {
      const journalId = randomUUID();
      const writer = writerOf(journalId);
      writer.append(encodedRow(orderRow(1, { orderId: 'A', state: 'NEW', account: null })));
      writer.append(encodedRow(orderRow(2, { orderId: 'A', state: 'PARTIALLY_FILLED' })));
      writer.append(encodedRow(orderRow(2, { orderId: 'A', state: 'FILLED', endedUs: IN_2012_US + 5 })));
      writer.append(encodedRow(orderRow(3, { orderId: 'B', state: 'NEW' })));
      await writer.commit(2);
      await writer.commit(3);
      writer.append(encodedRow(orderRow(4, { orderId: 'B', state: 'CANCELED' })));
      await writer.commit(4);
      await writer.close();
      const sql = `SELECT order_id, state, as_of_sequence::int AS sequence, ${AS_US('ended_at')} AS ended, ${AS_US('start_at')} AS start, journal_id FROM orders ORDER BY 1`;
      assert.deepEqual(await select(connect, sql), [
        { order_id: 'A', state: 'FILLED', sequence: 2, ended: String(IN_2012_US + 5), start: String(IN_2012_US + 1), journal_id: journalId },
        { order_id: 'B', state: 'CANCELED', sequence: 4, ended: null, start: String(IN_2012_US + 1), journal_id: journalId },
      ]);
    });

    test('stored analytics are read back as one text, and only those of the own journal', async () => {
      const [one, two] = [randomUUID(), randomUUID()];
      const parts = ['{"a":"\u{1F680}', 'Ö-注文', '"}'];
      const rowsOf = (texts: readonly string[], sequence: number) => texts.map((content, part) => analyticsRow(sequence, { orderId: 'A', part, parts: texts.length, content }));
      await write(rowsOf(parts, 900), 900, one);
      const found = async (journalId: string): Promise<string | undefined> => {
        const stored = new StoredAnalytics(connect, journalId);
        const text = await stored.find('A');
        assert.equal(await stored.find('B'), undefined);
        await stored.close();
        return text;
      };
      assert.equal(await found(one), parts.join(''));
      assert.equal(await found(two), undefined);
      await write(rowsOf(parts.slice(1), 5), 5, two);
      assert.equal(await found(two), parts.slice(1).join(''));
    });

    test('a replay from the beginning after a partial commit writes the rest only', async () => {
      const journalId = randomUUID();
      const rows = rowsOfInputs(500);
      const first = writerOf(journalId);
      for (const row of rows) first.append(encodedRow(row));
      await first.commit(210);
      await first.close();
      await assertExactlyOnce(connect, rows.filter((row) => row.sequence <= 210));

      const second = writerOf(journalId);
      await second.connect();
      assert.equal(second.committedSequence, 210);
      for (const row of rows) second.append(encodedRow(row));
      assert.equal(second.heldRows, rows.filter((row) => row.sequence > 210).length);
      await second.commit(500);
      assert.equal(second.heldRows, 0);
      await second.close();
      await assertExactlyOnce(connect, rows);
    });

    test('rows that were taken in before the watermark was known are dropped when it is', async () => {
      const journalId = randomUUID();
      const rows = rowsOfInputs(50);
      for (let attempt = 0; attempt < 2; attempt++) {
        const writer = writerOf(journalId);
        for (const row of rows) writer.append(encodedRow(row));
        await writer.commit(50);
        await writer.close();
      }
      await assertExactlyOnce(connect, rows);
    });

    test('the watermark is never lowered, and a commit below it writes nothing', async () => {
      const journalId = randomUUID();
      const ahead = writerOf(journalId);
      await ahead.commit(100);
      await ahead.close();
      const behind = writerOf(journalId);
      for (const row of rowsOfInputs(60)) behind.append(encodedRow(row));
      await behind.commit(60);
      assert.equal(behind.committedSequence, 100);
      await behind.close();
      assert.deepEqual(await select(connect, `SELECT sequence::int FROM storage_watermark WHERE journal_id = '${journalId}'`), [{ sequence: 100 }]);
      await assertExactlyOnce(connect, []);
    });

    test('a database that lost what was committed to it is refused', async () => {
      const journalId = randomUUID();
      const writer = writerOf(journalId);
      for (const row of rowsOfInputs(20)) writer.append(encodedRow(row));
      await writer.commit(10);
      const breaking = await connect();
      await breaking.query('UPDATE storage_watermark SET sequence = 4 WHERE journal_id = $1', [journalId]);
      await breaking.close();
      // The database of one connection has ended the writer's to make this one: then the next attempt finds it.
      await assert.rejects(writer.commit(20).catch(() => writer.commit(20)), /up to 4, but 10 was committed/);
      await writer.close();
    });

    test('a second journal has a watermark of its own, and its orders replace those of the first', async () => {
      const [one, two] = [writerOf(randomUUID()), writerOf(randomUUID())];
      one.append(encodedRow(orderRow(900, { orderId: 'A', state: 'FILLED' })));
      one.append(encodedRow(alertRow(900, { eventId: '74738ff5-5367-5958-9aee-98fffdcd1876' })));
      await one.commit(900);
      await one.close();
      two.append(encodedRow(orderRow(5, { orderId: 'A', state: 'NEW' })));
      two.append(encodedRow(alertRow(5, { eventId: '74738ff5-5367-5958-9aee-98fffdcd1876' })));
      await two.commit(5);
      assert.equal(two.committedSequence, 5);
      await two.close();
      assert.deepEqual(await select(connect, 'SELECT sequence::int FROM storage_watermark ORDER BY 1'), [{ sequence: 5 }, { sequence: 900 }]);
      assert.deepEqual(await select(connect, 'SELECT state, as_of_sequence::int AS sequence FROM orders'), [{ state: 'NEW', sequence: 5 }]);
      assert.deepEqual(await select(connect, 'SELECT as_of_sequence::int AS sequence FROM alerts'), [{ sequence: 5 }]);
    });

    test('sources that run apart are committed up to the same sequence, and one may start again', async () => {
      const writer = new CopyWriter({ connect, journalId: randomUUID(), sourceCount: 2 });
      const rows = rowsOfInputs(200);
      const sourceOf = (sequence: number): number => sequence % 2;
      for (const row of rows.filter(({ sequence }) => sourceOf(sequence) === 0)) writer.append(encodedRow(row), 0);
      const odd = rows.filter(({ sequence }) => sourceOf(sequence) === 1);
      for (const row of odd.filter(({ sequence }) => sequence <= 120)) writer.append(encodedRow(row), 1);
      await writer.commit(80);
      writer.restartSource(1, 100);
      for (const row of odd) writer.append(encodedRow(row), 1);
      await writer.commit(200);
      assert.equal(writer.heldRows, 0);
      await writer.close();
      await assertExactlyOnce(connect, rows);
    });
  });
}
