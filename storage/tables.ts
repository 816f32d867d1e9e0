/**
 * The five tables that rows go to, and the SQL that brings a batch in.
 *
 * Rows are appended to `execution_monitoring_ts` and `executions` directly. The others have a key, so their
 * rows are copied to a temporary table of the session, and from there the newest row of each key is merged in. For the
 * alerts of one journal that is appending too; it matters when a second journal that derived the same episodes writes
 * to the same database: a collision of keys must not stop storage for good.
 */

import type { Row } from '../engine/domain/rows.ts';
import { ROW_KINDS } from '../engine/ring/row-codec.ts';
import { ALERT_COLUMNS, ANALYTICS_COLUMNS, EXECUTION_COLUMNS, MONITORING_COLUMNS, ORDER_COLUMNS } from '../engine/ring/row-tuples.ts';

export interface Table {
  readonly name: string;
  /** The `COPY ... FROM STDIN` that takes the encoded rows. */
  readonly copySql: string;
  /** For tables with a key: makes the temporary table (once a session), and merges it in (once a transaction). */
  readonly staging?: { readonly createSql: string; mergeSql(journalId: string): [sql: string, parameters: string[]] };
}

const quoted = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(', ');

const assigned = (columns: readonly string[]): string =>
  columns.map((column) => `"${column}" = EXCLUDED."${column}"`).join(', ');

const copySql = (table: string, columns: readonly string[]): string =>
  `COPY ${table} (${quoted(columns)}) FROM STDIN (FORMAT binary)`;

const stagingSql = (staged: string, table: string, columns: readonly string[]): string =>
  `CREATE TEMPORARY TABLE ${staged} ON COMMIT DELETE ROWS AS SELECT ${quoted(columns)} FROM ${table} WITH NO DATA`;

const MONITORING_TABLE: Table = {
  name: 'execution_monitoring_ts',
  copySql: copySql('execution_monitoring_ts', MONITORING_COLUMNS),
};

const EXECUTIONS_TABLE: Table = {
  name: 'executions',
  copySql: copySql('executions', EXECUTION_COLUMNS),
};

/** Of rows with the same key in one batch the newest counts, and of the same sequence the last one sent (ctid). */
const ORDERS_MERGE_SQL = `
  INSERT INTO orders (${quoted(ORDER_COLUMNS)}, journal_id)
  SELECT DISTINCT ON (order_id) ${quoted(ORDER_COLUMNS)}, $1::uuid FROM staged_orders
  ORDER BY order_id, as_of_sequence DESC, ctid DESC
  ON CONFLICT (order_id) DO UPDATE SET ${assigned([...ORDER_COLUMNS.slice(1), 'journal_id'])}
  WHERE orders.journal_id <> EXCLUDED.journal_id OR orders.as_of_sequence <= EXCLUDED.as_of_sequence`;

const ORDERS_TABLE: Table = {
  name: 'orders',
  copySql: copySql('staged_orders', ORDER_COLUMNS),
  staging: {
    createSql: stagingSql('staged_orders', 'orders', ORDER_COLUMNS),
    mergeSql: (journalId) => [ORDERS_MERGE_SQL, [journalId]],
  },
};

const ALERTS_MERGE_SQL = `
  INSERT INTO alerts (${quoted(ALERT_COLUMNS)})
  SELECT DISTINCT ON (event_id, revision) ${quoted(ALERT_COLUMNS)} FROM staged_alerts
  ORDER BY event_id, revision, as_of_sequence DESC, ctid DESC
  ON CONFLICT (event_id, revision) DO UPDATE SET ${assigned(ALERT_COLUMNS.slice(2))}`;

const ALERTS_TABLE: Table = {
  name: 'alerts',
  copySql: copySql('staged_alerts', ALERT_COLUMNS),
  staging: {
    createSql: stagingSql('staged_alerts', 'alerts', ALERT_COLUMNS),
    mergeSql: () => [ALERTS_MERGE_SQL, []],
  },
};

const ANALYTICS_MERGE_SQL = `
  INSERT INTO order_analytics (${quoted(ANALYTICS_COLUMNS)}, journal_id)
  SELECT DISTINCT ON (order_id, part) ${quoted(ANALYTICS_COLUMNS)}, $1::uuid FROM staged_analytics
  ORDER BY order_id, part, as_of_sequence DESC, ctid DESC
  ON CONFLICT (order_id, part) DO UPDATE SET ${assigned([...ANALYTICS_COLUMNS.slice(2), 'journal_id'])}`;

const ANALYTICS_TABLE: Table = {
  name: 'order_analytics',
  copySql: copySql('staged_analytics', ANALYTICS_COLUMNS),
  staging: {
    createSql: stagingSql('staged_analytics', 'order_analytics', ANALYTICS_COLUMNS),
    mergeSql: (journalId) => [ANALYTICS_MERGE_SQL, [journalId]],
  },
};

const TABLE_OF: { readonly [K in Row['kind']]: Table } = {
  monitoring: MONITORING_TABLE,
  execution: EXECUTIONS_TABLE,
  order: ORDERS_TABLE,
  alert: ALERTS_TABLE,
  analytics: ANALYTICS_TABLE,
};

/** In the order in which a transaction writes them; the kind code of a row is the index of its table. */
export const TABLES: readonly Table[] = ROW_KINDS.map((kind) => TABLE_OF[kind]);

export const MONITORING_CODE = ROW_KINDS.indexOf('monitoring');
