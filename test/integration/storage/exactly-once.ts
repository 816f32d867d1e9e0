/** Compares what is in the tables with the rows that should be: each there once, and nothing else. */

import assert from 'node:assert/strict';
import type { Row } from '../../../engine/domain/rows.ts';
import type { DatabaseConnect } from '../../../storage/database.ts';
import { select } from './databases.ts';

export async function assertExactlyOnce(connect: DatabaseConnect, rows: readonly Row[]): Promise<void> {
  const sequencesOf = async (table: string): Promise<number[]> => {
    const found = await select(connect, `SELECT as_of_sequence::float8 AS sequence FROM ${table} ORDER BY 1`);
    return found.map((row) => Number(row['sequence']));
  };
  const expected = (kind: Row['kind']): number[] =>
    rows.filter((row) => row.kind === kind).map((row) => row.sequence).sort((a, b) => a - b);
  assert.deepEqual(await sequencesOf('execution_monitoring_ts'), expected('monitoring'));
  assert.deepEqual(await sequencesOf('executions'), expected('execution'));
  assert.deepEqual(await sequencesOf('alerts'), expected('alert'));
  assert.deepEqual(await sequencesOf('order_analytics'), expected('analytics'));

  const newest = new Map<string, number>();
  for (const row of rows) if (row.kind === 'order') newest.set(row.orderId, row.sequence);
  assert.deepEqual(await sequencesOf('orders'), [...newest.values()].sort((a, b) => a - b));
}
