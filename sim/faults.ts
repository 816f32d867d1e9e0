/** What goes wrong in a run, and when: drawn from the seed while the client works. */

import type { CutPlace } from './world/simulated-session.ts';
import type { Machine } from './machine.ts';
import type { Random } from './world/random.ts';
import type { VirtualTime } from './world/virtual-time.ts';

const PAUSE_US_MAX = 900_000;
const TROUBLE_US_MAX = 3_000_000;
const CLOCK_STEP_US_MAX = 5_000_000;
/** Long enough for ended orders to leave memory. */
const SLEEP_US_MAX = 4 * 3_600_000_000;
/** A COPY that the server has no resources for, that is too large, or that takes too long. */
const REFUSALS = ['53100', '54000', '57014', '40001'];

type Fault = (machine: Machine, random: Random, time: VirtualTime) => void;

const cutAt = (place: CutPlace): Fault => (machine) => void (machine.database.cutAt = place);

const FAULTS: Readonly<Record<string, Fault>> = {
  kill: (machine) => machine.kill(),
  power_cut: (machine) => machine.cutPower(),
  stop: (machine) => {
    const { service } = machine;
    if (service?.isReady !== true) return;
    service.stop().then(
      () => machine.service === service && machine.kill(),
      () => machine.service === service && machine.kill(),
    );
  },
  disk_full: (machine, random, time) => {
    const { disk } = machine;
    disk.capacityBytes = disk.usedBytes + random.whole(0, 1_500);
    time.after(random.whole(1, TROUBLE_US_MAX), () => (disk.capacityBytes = Number.POSITIVE_INFINITY));
  },
  snapshot_spoilt: (machine, _random, time) => void machine.spoilSnapshot().catch((error: unknown) => time.fail(error)),
  maker_killed: (machine) => machine.killMakers(),
  sync_fails: (machine) => void (machine.disk.failingSyncs = 1),
  database_down: ({ database }, random, time) => {
    database.goDown();
    time.after(random.whole(1, 3 * TROUBLE_US_MAX), () => (database.isDown = false));
  },
  database_hangs: ({ database }, random) => database.hang(random.whole(1, TROUBLE_US_MAX)),
  database_slow: ({ database }, random, time) => {
    database.isSlow = true;
    time.after(random.whole(1, TROUBLE_US_MAX), () => (database.isSlow = false));
  },
  connections_cut: ({ database }) => database.cutAll(),
  cut_in_copy: cutAt('copy'),
  cut_before_commit: cutAt('before_commit'),
  cut_after_commit: cutAt('after_commit'),
  copy_refused: ({ database }, random) => void (database.refusal = random.pick(REFUSALS)),
  machine_sleeps: (machine, random) => void (machine.clockOffsetUs += random.whole(1, SLEEP_US_MAX)),
  clock_step: (machine, random) => void (machine.clockOffsetUs += random.whole(-CLOCK_STEP_US_MAX, CLOCK_STEP_US_MAX)),
};

const NAMES = Object.keys(FAULTS);

export class Faults {
  readonly counts = new Map<string, number>();
  private readonly machine: Machine;
  private isOver = false;

  /** One fault after the other, until `end`. */
  constructor(machine: Machine, random: Random, time: VirtualTime, trace: (line: string) => void) {
    this.machine = machine;
    const next = (): void => {
      if (this.isOver) return;
      const name = random.pick(NAMES);
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      trace(`fault: ${name}`);
      FAULTS[name]!(machine, random, time);
      time.after(random.whole(1_000, PAUSE_US_MAX), next);
    };
    time.after(random.whole(1_000, PAUSE_US_MAX), next);
  }

  /** Nothing more goes wrong, and what is broken works again. A database that hangs goes on by itself. */
  end(): void {
    this.isOver = true;
    const { disk, database } = this.machine;
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    disk.failingSyncs = 0;
    database.isDown = false;
    database.isSlow = false;
    database.cutAt = undefined;
    database.refusal = undefined;
  }
}
