/** What is committed in the simulated database, and what one transaction would add to it. */

import type { StoredRow } from './copy-rows.ts';

export const APPENDED = ['execution_monitoring_ts', 'executions'] as const;
/** Tables with a key: its columns, and whether a row says which journal it is of. */
export const KEYED = { orders: ['order_id'], alerts: ['event_id', 'revision'], order_analytics: ['order_id', 'part'] } as const satisfies Record<string, readonly string[]>;
export type KeyedTable = keyof typeof KEYED;
export type AppendedTable = (typeof APPENDED)[number];

export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

export class StoredTables {
  readonly migrations: AppliedMigration[] = [];
  /** Names of the tables that the migrations have made, and of the partitions. */
  readonly made = new Set<string>();
  readonly watermarks = new Map<string, number>();
  readonly appended: Readonly<Record<AppendedTable, StoredRow[]>> = { execution_monitoring_ts: [], executions: [] };
  readonly keyed: Readonly<Record<KeyedTable, Map<string, StoredRow>>> = { orders: new Map(), alerts: new Map(), order_analytics: new Map() };
}

export function keyOf(table: KeyedTable, row: StoredRow): string {
  return KEYED[table].map((column) => row[column]).join('/');
}

/** As `INSERT ... SELECT DISTINCT ON (key) ... ORDER BY key, as_of_sequence DESC, ctid DESC ON CONFLICT DO UPDATE`. */
export function mergeNewest(table: KeyedTable, into: Map<string, StoredRow>, staged: readonly StoredRow[], journalId: string | undefined): void {
  const newest = new Map<string, StoredRow>();
  for (const row of staged) {
    const known = newest.get(keyOf(table, row));
    if (known === undefined || sequenceOf(row) >= sequenceOf(known)) newest.set(keyOf(table, row), row);
  }
  for (const [key, row] of newest) {
    const known = into.get(key);
    const isOlder = table === 'orders' && known !== undefined && known['journal_id'] === journalId && sequenceOf(known) > sequenceOf(row);
    if (!isOlder) into.set(key, journalId === undefined ? row : { ...row, journal_id: journalId });
  }
}

export function sequenceOf(row: StoredRow): number {
  return Number(row['as_of_sequence']);
}
