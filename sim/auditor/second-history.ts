/**
 * The journal read once more, by a service with another number of shards: the rows that it makes are the rows that are in the
 * database, each field of each one.
 */

import { ROW_KINDS, RowReader } from '../../engine/ring/row-codec.ts';
import { ALERT_COLUMNS, ANALYTICS_COLUMNS, EXECUTION_COLUMNS, MONITORING_COLUMNS, ORDER_COLUMNS } from '../../engine/ring/row-tuples.ts';
import { Memory } from '../../engine/ring/memory.ts';
import { rowAt, type StoredRow } from '../world/copy-rows.ts';
import { KEYED, type KeyedTable, mergeNewest, sequenceOf, type StoredTables } from '../world/stored-tables.ts';
import { must } from './violation.ts';

const OF_KIND = {
  monitoring: ['execution_monitoring_ts', MONITORING_COLUMNS],
  execution: ['executions', EXECUTION_COLUMNS],
  order: ['orders', ORDER_COLUMNS],
  alert: ['alerts', ALERT_COLUMNS],
  analytics: ['order_analytics', ANALYTICS_COLUMNS],
} as const;

/** A part of stored analytics is the longest. */
const MESSAGE_BYTES_MAX = 1 << 18;

export class SecondHistory {
  private readonly rows = new Map<string, StoredRow[]>(Object.values(OF_KIND).map(([table]) => [table, []]));

  private readonly memory = new Memory(new ArrayBuffer(MESSAGE_BYTES_MAX));
  private readonly reader = new RowReader();

  /** A row as a shard sends it. */
  readonly take = (message: Buffer): void => {
    const { memory } = this;
    memory.bytes.set(message);
    const { kindCode, tupleOffset } = this.reader.open(memory, 0, message.length);
    const [table, columns] = OF_KIND[ROW_KINDS[kindCode]!];
    this.rows.get(table)!.push(rowAt(memory.bytes, tupleOffset, columns).row);
  };

  compare(stored: StoredTables, watermark: number): void {
    for (const [table, all] of this.rows) {
      const rows = all.filter((row) => sequenceOf(row) <= watermark);
      if (table in KEYED) {
        const merged = new Map<string, StoredRow>();
        mergeNewest(table as KeyedTable, merged, rows, undefined);
        compareRows(table, merged.values(), stored.keyed[table as KeyedTable].values());
      } else compareRows(table, rows, stored.appended[table as keyof StoredTables['appended']]);
    }
  }
}

function compareRows(table: string, made: Iterable<StoredRow>, stored: Iterable<StoredRow>): void {
  const ours = sortedTexts(made);
  const theirs = sortedTexts(stored);
  for (let place = 0; place < Math.max(ours.length, theirs.length); place++) {
    must(ours[place] === theirs[place], () => `${table}: the journal makes ${ours[place]}, the database has ${theirs[place]}`);
  }
}

function sortedTexts(rows: Iterable<StoredRow>): string[] {
  return [...rows].map((row) => JSON.stringify({ ...row, journal_id: undefined })).sort();
}
