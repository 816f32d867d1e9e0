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
import type { Rings } from './service/rings.ts';
import { Service } from './service/service.ts';
import type { Random } from './world/random.ts';
import { SimulatedDatabase } from './world/simulated-database.ts';
import { MediumFailed, SimulatedDisk } from './world/simulated-disk.ts';
import type { VirtualTime } from './world/virtual-time.ts';

/** 2026-03-02T14:30:00Z. */
const BEGIN_US = 1_772_461_800_000_000;
const RESTART_US_MAX = 600_000;
const LOOK_US = 100_000;
const SHARDS_MAX = 4;
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

export class Machine {
  readonly database: SimulatedDatabase;
  readonly databaseAudit: DatabaseAudit;
  disk = new SimulatedDisk();
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
  private readonly settings: Settings;
  private restarts = true;

  constructor(options: MachineOptions) {
    const { time, random, mutant } = options;
    this.options = options;
    this.segmentBytesMax = random.pick([2_048, 8_192, 65_536]);
    const { retentionMinutes, rowRingBytes } = random.pick([KEEPS_LONG, KEEPS_SHORT]);
    this.settings = { ...DEFAULT_SETTINGS, retentionMinutes };
    this.rowRingBytes = random.pick(rowRingBytes);
    this.heldRowsMax = random.pick([8, 60, 100_000]);
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

  boot(onRow?: (message: Buffer) => void): void {
    const { time, random, rings, migrations, mutant, trace } = this.options;
    const shards = random.whole(1, SHARDS_MAX);
    trace(`machine: start ${++this.starts} with ${shards} shards`);
    const { disk, database, segmentBytesMax, rowRingBytes, heldRowsMax, settings, wallUs } = this;
    const limits = { batchRowsMax: random.pick([3, 50, 40_000]), heldRowsMax, batchAgeMsMax: random.pick([20, 200]) };
    const service = new Service({
      time, random, rings, disk, database, migrations, shards, segmentBytesMax, rowRingBytes, limits, settings, mutant, wallUs,
      ...(onRow === undefined ? {} : { onRow }),
    });
    this.service = service;
    service.start(() => this.rebuilt(service)).catch((error: unknown) => {
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
    this.service?.kill();
    this.service = undefined;
  }

  cutPower(): void {
    this.kill();
    this.disk = this.disk.afterPowerCut(this.options.random.next);
  }

  private rebuilt(service: Service): void {
    const predicted = auditState(service, this.options.ledger);
    this.predictedOrders += predicted;
    this.databaseAudit.rebuilt(service.sequencer.lastSequence);
    this.options.trace(`machine: rebuilt up to ${service.sequencer.lastSequence}, ${predicted} orders as predicted, watermark ${this.databaseAudit.watermark}`);
  }
}
