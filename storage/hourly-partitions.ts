/**
 * The hours of `execution_monitoring_ts` on a server without TimescaleDB: a native partition each.
 *
 * It owns the knowledge of which hours exist. Before a batch every hour it needs is made, also for replayed data of
 * years ago; maintenance makes the next hours ahead of time. On a hypertable there is nothing to do: the server makes
 * its chunks itself.
 */

import { US_PER_HOUR, US_PER_MS } from '../engine/domain/units.ts';
import type { DatabaseSession } from './database.ts';

/** Hours made in one transaction, which holds a few locks for each. */
const HOURS_PER_TRANSACTION_MAX = 64;
const HOURS_AHEAD = 3;
const LOCK_KEY = 28_556_943_013_407_080n;
const PARENT = 'execution_monitoring_ts';

const IS_PARTITIONED_SQL = `SELECT relkind = 'p' AS partitioned FROM pg_class WHERE oid = '${PARENT}'::regclass`;
const PARTITIONS_SQL = `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = '${PARENT}'::regclass`;

/** `execution_monitoring_ts_2012062113` for 2012-06-21 13:00 to 14:00 UTC. */
export function partitionName(hourUs: number): string {
  const stamp = new Date(hourUs / US_PER_MS).toISOString();
  return `${PARENT}_${stamp.slice(0, 4)}${stamp.slice(5, 7)}${stamp.slice(8, 10)}${stamp.slice(11, 13)}`;
}

/** The start of the hour that a moment is in. */
export function hourOf(timestampUs: number): number {
  return Math.floor(timestampUs / US_PER_HOUR) * US_PER_HOUR;
}

export class HourlyPartitions {
  private readonly existing: Set<string>;
  private readonly partitioned: boolean;

  private constructor(partitioned: boolean, existing: Set<string>) {
    this.partitioned = partitioned;
    this.existing = existing;
  }

  /** Asks the catalog which kind the table is and which hours there are. */
  static async load(session: DatabaseSession): Promise<HourlyPartitions> {
    const [kind] = await session.query(IS_PARTITIONED_SQL);
    if (kind?.['partitioned'] !== true) return new HourlyPartitions(false, new Set());
    const names = await session.query(PARTITIONS_SQL);
    return new HourlyPartitions(true, new Set(names.map((row) => String(row['name']))));
  }

  /** Makes the hours that do not exist yet, in transactions of their own. Safe beside others who do the same. */
  async ensure(session: DatabaseSession, hoursUs: Iterable<number>): Promise<void> {
    if (!this.partitioned) return;
    const missing = [...new Set(hoursUs)].filter((hourUs) => !this.existing.has(partitionName(hourUs)));
    for (let index = 0; index < missing.length; index += HOURS_PER_TRANSACTION_MAX) {
      await this.make(session, missing.slice(index, index + HOURS_PER_TRANSACTION_MAX));
    }
  }

  /** Maintenance: the hour of `nowUs` and the next ones, so that the batch at the full hour need not make its own. */
  async prepareAhead(session: DatabaseSession, nowUs: number): Promise<void> {
    const first = hourOf(nowUs);
    await this.ensure(session, Array.from({ length: HOURS_AHEAD + 1 }, (_, ahead) => first + ahead * US_PER_HOUR));
  }

  private async make(session: DatabaseSession, hoursUs: readonly number[]): Promise<void> {
    await session.execute('BEGIN');
    try {
      await session.execute(`SELECT pg_advisory_xact_lock(${LOCK_KEY})`);
      for (const hourUs of hoursUs) await makeHour(session, hourUs);
      await session.execute('COMMIT');
    } catch (error) {
      await session.execute('ROLLBACK').catch(() => {});
      throw error;
    }
    for (const hourUs of hoursUs) this.existing.add(partitionName(hourUs));
  }
}

/** Attaching a finished table keeps readers and writers of the other hours going; PARTITION OF would lock them out. */
async function makeHour(session: DatabaseSession, hourUs: number): Promise<void> {
  const name = partitionName(hourUs);
  const [found] = await session.query('SELECT to_regclass($1) IS NOT NULL AS there', [name]);
  if (found?.['there'] === true) return;
  const from = new Date(hourUs / US_PER_MS).toISOString();
  const to = new Date((hourUs + US_PER_HOUR) / US_PER_MS).toISOString();
  await session.execute(`
    CREATE TABLE ${name} (LIKE ${PARENT} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE);
    ALTER TABLE ${PARENT} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
}
