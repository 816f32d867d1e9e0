/**
 * Snapshots while the service runs, as engine/snapshot/snapshot-keeper.ts has them made: what makes one is a process of its own on the
 * same disk, slow, killed when the service stops, left behind when the service is killed, and sometimes killed alone.
 */

import { join } from 'node:path';

import { firstSequenceOf } from '../../engine/journal/segment.ts';
import { ORDER_ROW_DOUBLES } from '../../engine/orders/order-row.ts';
import { createMailbox } from '../../engine/ring/mailbox.ts';
import { SharedRows } from '../../engine/ring/shared-state.ts';
import { makeNextSnapshot, type MadeSnapshot } from '../../engine/snapshot/next-snapshot.ts';
import { removeOld } from '../../engine/snapshot/remove-old.ts';
import { removable } from '../../engine/snapshot/retention.ts';
import type { Mutant } from '../mutants.ts';
import { DATA_DIR, JOURNAL_DIR } from '../world/folders.ts';
import { Life } from '../world/life.ts';
import type { Random } from '../world/random.ts';
import type { SimulatedDisk } from '../world/simulated-disk.ts';
import { TimedDisk } from '../world/timed-disk.ts';
import type { VirtualTime } from '../world/virtual-time.ts';
import { brokenSnapshotDisk } from './broken-snapshot-disk.ts';

const EVERY_US_MIN = 100_000;
const EVERY_US_MAX = 1_800_000;
/** A maker has low priority: so it is met by many a kill. */
const SLOWNESS = 12;
const MAILBOX_BYTES = 1 << 18;

export interface SnapshotKeepingOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  /** Of the service. */
  readonly life: Life;
  readonly disk: SimulatedDisk;
  readonly ordersMax: number;
  readonly historyMs: number;
  readonly wallUs: () => number;
  readonly mutant: Mutant | undefined;
  /** The makers that run on this machine, whoever has started them. */
  readonly makers: Set<Life>;
  readonly journalId: string;
  /** Newest sequence that is on the disk and whose rows are in the database. */
  readonly upToSequence: () => number;
  readonly trace: (line: string) => void;
}

export class SnapshotKeeping {
  private readonly options: SnapshotKeepingOptions;
  private lastSequence: number;
  private maker: Life | undefined;

  constructor(options: SnapshotKeepingOptions, lastSequence: number) {
    this.options = options;
    this.lastSequence = lastSequence;
    this.plan();
  }

  /** Ends what is in the making. */
  stop(): void {
    this.maker?.end();
  }

  private plan(): void {
    const { life, random } = this.options;
    life.after(random.whole(EVERY_US_MIN, EVERY_US_MAX), () => {
      void this.makeOne();
      this.plan();
    });
  }

  private async makeOne(): Promise<void> {
    const { upToSequence, trace } = this.options;
    const upTo = upToSequence();
    if (this.maker !== undefined || upTo <= this.lastSequence) return;
    try {
      const made = await this.make(upTo);
      this.lastSequence = made.sequence;
      const removed = await this.removeOld(made);
      trace(`snapshot: made of ${made.sequence}, ${made.damaged.length} damaged, ${removed} segments removed`);
    } catch (error) {
      trace(`snapshot: none was made of ${upTo}: ${String(error)}`);
    } finally {
      this.maker = undefined;
    }
  }

  /** Rejects when its process is ended. */
  private make(upToSequence: number): Promise<MadeSnapshot> {
    const { time, random, disk, ordersMax, mutant, makers, journalId } = this.options;
    const maker = new Life(time);
    this.maker = maker;
    makers.add(maker);
    const memory = { orders: SharedRows.create(ordersMax, ORDER_ROW_DOUBLES), mailbox: createMailbox(MAILBOX_BYTES) };
    const ownDisk = brokenSnapshotDisk(new TimedDisk(disk, maker, random, SLOWNESS), mutant);
    const making = makeNextSnapshot({ dataDir: DATA_DIR, journalId, upToSequence, disk: ownDisk, memory }).finally(() => makers.delete(maker));
    return Promise.race([making, new Promise<never>((_resolve, reject) => maker.onEnd(() => reject(new Error('its process was killed'))))]);
  }

  private async removeOld({ sequence, damaged }: MadeSnapshot): Promise<number> {
    const { random, life, disk, historyMs, wallUs, mutant } = this.options;
    const ownDisk = new TimedDisk(disk, life, random);
    const horizonMs = wallUs() / 1_000 - historyMs;
    const removed = await removeOld({ dataDir: DATA_DIR, horizonMs, damaged: damaged.map(({ name }) => name), disk: ownDisk });
    if (mutant !== 'segments-gone-early') return removed;
    // As if the newest snapshot were both of those that always stay.
    const newest = { name: '', sequence, madeMs: 0 };
    const segments = (await ownDisk.names(JOURNAL_DIR)).map((name) => ({ name, firstSequence: firstSequenceOf(name) }));
    for (const name of removable([newest, newest], segments, Number.POSITIVE_INFINITY).segments) await ownDisk.remove(join(JOURNAL_DIR, name));
    return removed;
  }
}
