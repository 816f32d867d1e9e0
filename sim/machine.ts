/**
 * The machine that the service runs on, and the operator who starts it again whenever it is down. Behind each start the auditor
 * looks at what was rebuilt.
 */

import { DEFAULT_SETTINGS, RETENTION_MINUTES_MIN, type Settings } from '../engine/domain/settings.ts';
import { DiskFull } from '../engine/journal/disk.ts';
import type { Migration } from '../storage/migrations.ts';
import { DatabaseAudit } from './auditor/database-audit.ts';
import type { Ledger } from './auditor/ledger.ts';
import { auditState } from './auditor/state-audit.ts';
import type { Mutant } from './mutants.ts';
import { spoilSnapshot } from './spoil-snapshot.ts';
import { JOURNAL_DIR } from './world/folders.ts';
import type { Rings } from './service/rings.ts';
import { Service } from './service/service.ts';
import type { Random } from './world/random.ts';
import { SimulatedDatabase } from './world/simulated-database.ts';
import type { Life } from './world/life.ts';
import { RemovedSegments } from './world/removed-segments.ts';
import { MediumFailed, SimulatedDisk } from './world/simulated-disk.ts';
import type { VirtualTime } from './world/virtual-time.ts';

/** 2026-03-02T14:30:00Z. */
const BEGIN_US = 1_772_461_800_000_000;
const RESTART_US_MAX = 600_000;
const LOOK_US = 100_000;
const SHARDS_MAX = 4;
const HISTORY_MS = [0, 0, 2_000, 3_600_000];
/** Of the processes that make a snapshot when their service is killed. */
const ORPHANS = 0.5;
/** Of the starts on a whole journal. */
const IGNORES_SNAPSHOTS = 0.1;
/** Orders leave memory after half an hour, or not at all: only then rows are so short that they fit into small rings. */
const KEEPS_LONG = { retentionMinutes: 30 * 1_440, rowRingBytes: [2_048, 8_192, 1 << 20] };
const KEEPS_SHORT = { retentionMinutes: RETENTION_MINUTES_MIN, rowRingBytes: [1 << 18] };

export interface MachineOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly rings: Rings;
  readonly migrations: readonly Migration[];
  readonly mutant: Mutant | undefined;
  readonly ledger: Ledger;
  readonly trace: (line: string) => void;
}

/** A start whose rows and state are looked at. */
export interface BootForAudit {
  readonly ignoresSnapshots: boolean;
  readonly onRow: (message: Buffer) => void;
  readonly onRebuilt: (service: Service) => void;
}

export class Machine {
  readonly database: SimulatedDatabase;
  readonly databaseAudit: DatabaseAudit;
  readonly removedSegments = new RemovedSegments();
  disk: SimulatedDisk;
  service: Service | undefined;
  /** How many orders could be predicted, over all starts. */
  predictedOrders = 0;
  starts = 0;
  /** What the machine's clock is ahead of its first setting. */
  clockOffsetUs = 0;
  private readonly options: MachineOptions;
  private readonly segmentBytesMax: number;
  private readonly rowRingBytes: number;
  private readonly heldRowsMax: number;
  private readonly spillBlockBytes: number;
  private readonly spillBytesMax: number;
  private readonly settings: Settings;
  private readonly historyMs: number;
  private readonly makers = new Set<Life>();
  private restarts = true;

  constructor(options: MachineOptions) {
    const { time, random, mutant } = options;
    this.options = options;
    this.segmentBytesMax = random.pick([2_048, 8_192, 65_536]);
    const { retentionMinutes, rowRingBytes } = random.pick([KEEPS_LONG, KEEPS_SHORT]);
    this.settings = { ...DEFAULT_SETTINGS, retentionMinutes };
    this.rowRingBytes = random.pick(rowRingBytes);
    this.heldRowsMax = random.pick([8, 60, 100_000]);
    this.spillBlockBytes = random.pick([1, 2_000, 100_000]);
    this.spillBytesMax = random.pick([0, 20_000, Number.POSITIVE_INFINITY]);
    this.historyMs = random.pick(HISTORY_MS);
    this.disk = new SimulatedDisk(() => this.wallUs() / 1_000);
    this.removedSegments.keepOf(this.disk);
    this.disk.isLying = mutant === 'lying-disk';
    this.database = new SimulatedDatabase(time, random);
    this.database.isWatermarkAlone = mutant === 'watermark-alone';
    this.database.locksRows = mutant !== 'no-row-lock';
    this.databaseAudit = new DatabaseAudit(this.database);
    this.database.onCommit = () => {
      try {
        this.databaseAudit.committed(this.service?.durableSequence ?? Number.POSITIVE_INFINITY);
      } catch (error) {
        time.fail(error);
      }
    };
  }

  readonly wallUs = (): number => BEGIN_US + this.clockOffsetUs + this.options.time.nowUs;

  /** Starts the service; with `audit` for the auditor alone, from the beginning of the journal. */
  boot(audit?: BootForAudit): void {
    const { time, random, rings, migrations, mutant, trace } = this.options;
    const shards = random.whole(1, SHARDS_MAX);
    trace(`machine: start ${++this.starts} with ${shards} shards`);
    const { disk, database, segmentBytesMax, rowRingBytes, heldRowsMax, spillBlockBytes, spillBytesMax, settings, wallUs, historyMs, makers } = this;
    const ignoresSnapshots = audit?.ignoresSnapshots ?? (this.removedSegments.count === 0 && random.chance(IGNORES_SNAPSHOTS));
    const limits = { batchRowsMax: random.pick([3, 50, 40_000]), heldRowsMax, spillBlockBytes, batchAgeMsMax: random.pick([20, 200]) };
    const service = new Service({
      time, random, rings, disk, database, migrations, shards, segmentBytesMax, rowRingBytes, limits, spillBytesMax, settings, mutant, wallUs, historyMs, makers,
      ignoresSnapshots, trace, ...(audit === undefined ? {} : { onRow: audit.onRow }),
    });
    this.service = service;
    service.start(() => (audit === undefined ? this.rebuilt(service) : audit.onRebuilt(service))).catch((error: unknown) => {
      if (!(error instanceof MediumFailed) && !(error instanceof DiskFull)) return time.fail(error);
      trace(`machine: the start has failed: ${String(error)}`);
      if (this.service === service) this.kill();
    });
  }

  /** Starts the service whenever it is down or has failed, until `rest`. */
  operate(): void {
    if (!this.restarts) return;
    const { time, random, trace } = this.options;
    if (this.service?.hasFailed === true) {
      trace('machine: the journal has failed, the service is ended');
      this.kill();
    }
    if (this.service !== undefined) time.after(LOOK_US, () => this.operate());
    else {
      time.after(random.whole(1_000, RESTART_US_MAX), () => {
        if (this.restarts && this.service === undefined) this.boot();
        this.operate();
      });
    }
  }

  rest(): void {
    this.restarts = false;
  }

  kill(): void {
    const { random } = this.options;
    this.service?.kill();
    this.service = undefined;
    if (!random.chance(ORPHANS)) this.killMakers();
  }

  /** What makes snapshots is ended, the service goes on. */
  killMakers(): void {
    for (const maker of this.makers) maker.end();
    this.makers.clear();
  }

  /** Not while it is read: a start that comes upon it is repeated, and not what is looked at here. */
  async spoilSnapshot(): Promise<void> {
    const { random, trace } = this.options;
    if (this.service !== undefined && !this.service.isReady) return;
    const name = await spoilSnapshot(this.disk, random);
    if (name !== undefined) trace(`machine: the medium has spoilt ${name}`);
  }

  /** The journal from its beginning is on the disk, for the auditor. */
  async restoreJournal(): Promise<void> {
    this.removedSegments.restoreTo(this.disk, await this.disk.names(JOURNAL_DIR));
  }

  cutPower(): void {
    this.kill();
    this.killMakers();
    this.disk = this.disk.afterPowerCut(this.options.random.next);
  }

  private rebuilt(service: Service): void {
    const predicted = auditState(service, this.options.ledger);
    this.predictedOrders += predicted;
    this.databaseAudit.rebuilt(service.sequencer.lastSequence);
    this.options.trace(`machine: rebuilt up to ${service.sequencer.lastSequence}, ${predicted} orders as predicted, watermark ${this.databaseAudit.watermark}`);
  }
}
