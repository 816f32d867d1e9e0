/**
 * Has snapshots made while the service runs, and lets go of what is not needed any more. It owns the schedule; the work is done
 * by make-snapshot.ts in a process of its own, at low priority.
 *
 * A snapshot is never ahead of the database: rows behind it are made again by the journal, those before it are not.
 */

import { execFile } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { MadeSnapshot } from './next-snapshot.ts';
import { removeOld } from './remove-old.ts';

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
/** Fewer are read back faster than a snapshot is made. */
const RECORDS_MIN = 50_000;

export interface SnapshotKeeperOptions {
  readonly dataDir: string;
  readonly journalId: string;
  /** 0: no snapshots are made. */
  readonly everyMinutes: number;
  readonly historyHours: number;
  /** Newest sequence that is on the disk and whose rows are in the database. */
  upToSequence(): number;
  onMade(made: MadeSnapshot, removed: number): void;
  onFailed(error: unknown): void;
}

export class SnapshotKeeper {
  private readonly options: SnapshotKeeperOptions;
  private readonly timer: NodeJS.Timeout | undefined;
  private lastSequence: number;
  private child: ReturnType<typeof execFile> | undefined;

  constructor(options: SnapshotKeeperOptions, lastSequence: number) {
    this.options = options;
    this.lastSequence = lastSequence;
    if (options.everyMinutes > 0) this.timer = setInterval(() => void this.makeOne(), options.everyMinutes * MS_PER_MINUTE).unref();
  }

  /** Ends what is in the making: the next start reads more of the journal instead. */
  stop(): void {
    clearInterval(this.timer);
    this.child?.kill('SIGKILL');
  }

  private async makeOne(): Promise<void> {
    const upTo = this.options.upToSequence();
    if (this.child !== undefined || upTo - this.lastSequence < RECORDS_MIN) return;
    try {
      const made = await this.make(upTo);
      this.lastSequence = made.sequence;
      const { dataDir, historyHours } = this.options;
      const removed = await removeOld({ dataDir, horizonMs: Date.now() - historyHours * MS_PER_HOUR, damaged: made.damaged.map(({ name }) => name) });
      this.options.onMade(made, removed);
    } catch (error) {
      this.options.onFailed(error);
    } finally {
      this.child = undefined;
    }
  }

  private async make(upTo: number): Promise<MadeSnapshot> {
    const script = fileURLToPath(new URL('./make-snapshot.js', import.meta.url));
    const { dataDir, journalId } = this.options;
    const making = promisify(execFile)(process.execPath, [script, dataDir, journalId, String(upTo)]);
    this.child = making.child;
    if (making.child.pid !== undefined) setPriority(making.child.pid, constants.priority.PRIORITY_LOW);
    return JSON.parse((await making).stdout) as MadeSnapshot;
  }
}
