/** Rows that the service has stored, counted by a question of the benchmark's own. */

import pg from 'pg';

/** How many executions the database has of the orders whose ids begin so. */
export async function storedFills(databaseUrl: string, roundId: string): Promise<number> {
  return counted(databaseUrl, 'SELECT count(*)::int AS count FROM executions WHERE starts_with(order_id, $1)', [`${roundId}-`]);
}

/** How many rows the monitoring table has. */
export async function storedMonitoringRows(databaseUrl: string): Promise<number> {
  return counted(databaseUrl, 'SELECT count(*)::int AS count FROM execution_monitoring_ts', []);
}

async function counted(databaseUrl: string, sql: string, parameters: readonly string[]): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(sql, [...parameters]);
    return rows[0]!.count;
  } finally {
    await client.end();
  }
}
