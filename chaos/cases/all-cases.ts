/** Every case, in the order in which they run. A new one is added here. */

import type { ChaosCase } from './chaos-case.ts';
import { DATABASE_AWAY, DATABASE_CUT_AT_COMMIT, DATABASE_CUT_IN_COPY, DATABASE_DOWN_AT_START, DATABASE_HUNG } from './database-faults.ts';
import { DISK_FULL } from './disk-full.ts';
import { JOURNAL_BIT_FLIPS, JOURNAL_TRUNCATION } from './journal-damage.ts';
import { POWER_CUT, POWER_CUT_AT_FIRST_START } from './power-cut.ts';
import { SAME_AGAIN } from './same-again.ts';
import { SHARD_DEATHS, SHARD_POISON } from './shard-deaths.ts';
import { SIGKILL, SIGKILL_WITH_DATABASE } from './sigkill.ts';
import { SIGKILL_IN_SNAPSHOT, SNAPSHOT_DAMAGE, SNAPSHOT_FOR_JOURNAL } from './snapshot-faults.ts';
import { SIGTERM, SIGTERM_STREAMS } from './sigterm.ts';

export const CASES: readonly ChaosCase[] = [
  SIGKILL,
  SIGKILL_WITH_DATABASE,
  POWER_CUT,
  POWER_CUT_AT_FIRST_START,
  SIGTERM,
  SIGTERM_STREAMS,
  SHARD_DEATHS,
  SHARD_POISON,
  SAME_AGAIN,
  DATABASE_DOWN_AT_START,
  DATABASE_AWAY,
  DATABASE_HUNG,
  DATABASE_CUT_IN_COPY,
  DATABASE_CUT_AT_COMMIT,
  JOURNAL_BIT_FLIPS,
  JOURNAL_TRUNCATION,
  DISK_FULL,
  SIGKILL_IN_SNAPSHOT,
  SNAPSHOT_DAMAGE,
  SNAPSHOT_FOR_JOURNAL,
];
