/**
 * One run: a client, a service, faults, and at the end the last word of the auditor. Everything in it follows from the seed.
 */

import { isDeepStrictEqual } from 'node:util';

import type { StateHash } from '../engine/snapshot/state-hash.ts';
import { type Migration, readMigrations } from '../storage/migrations.ts';
import { Ledger } from './auditor/ledger.ts';
import { SecondHistory } from './auditor/second-history.ts';
import { auditState } from './auditor/state-audit.ts';
import { wholeState } from './auditor/whole-state.ts';
import { must } from './auditor/violation.ts';
import { Client } from './client/client.ts';
import { Faults } from './faults.ts';
import { Machine } from './machine.ts';
import type { Mutant } from './mutants.ts';
import { Rings } from './service/rings.ts';
import { Random } from './world/random.ts';
import { VirtualTime } from './world/virtual-time.ts';

export const STEPS = 60;
const RUN_US_MAX = 600_000_000;
/** Each order is looked at once in every second of `now`. */
const SETTLE_US = 1_200_000;

export interface RunOptions {
  readonly seed: number;
  /** Batches that the client makes. */
  readonly steps?: number;
  readonly mutant?: Mutant;
}

export interface RunResult {
  readonly seed: number;
  /** Undefined when every promise was kept. */
  readonly failure: Error | undefined;
  readonly trace: readonly string[];
  readonly starts: number;
  readonly events: number;
  readonly predictedOrders: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly virtualSeconds: number;
}

/** Memory that one run leaves to the next. */
const rings = new Rings();
let migrations: readonly Migration[] | undefined;

export async function run({ seed, steps = STEPS, mutant }: RunOptions): Promise<RunResult> {
  migrations ??= await readMigrations();
  const random = new Random(seed);
  const time = new VirtualTime(random);
  const lines: string[] = [];
  const trace = (line: string): void => void lines.push(`${(time.nowUs / 1e6).toFixed(6)} ${line}`);
  const ledger = new Ledger();
  const machine = new Machine({ time, random, rings, migrations, mutant, ledger, trace });
  const faults = new Faults(machine, random, time, trace);
  machine.operate();
  const client = new Client({ time, random, ledger, steps, wallUs: machine.wallUs, service: () => machine.service, trace });
  let failure: Error | undefined;
  try {
    await time.run(() => client.isDone, RUN_US_MAX);
    faults.end();
    await settleAndCompare(machine, time, ledger);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    trace(`FAILED: ${failure.message}`);
  } finally {
    machine.kill();
  }
  const { starts, predictedOrders } = machine;
  return { seed, failure, trace: lines, starts, events: ledger.said.length, predictedOrders, faults: faults.counts, virtualSeconds: time.nowUs / 1e6 };
}

/** All troubles have ended: state and database become complete, and the journal read once more says the same. */
async function settleAndCompare(machine: Machine, time: VirtualTime, ledger: Ledger): Promise<void> {
  await time.run(() => machine.service?.isReady === true && !machine.service.hasFailed, RUN_US_MAX);
  machine.rest();
  const { sequencer } = machine.service!;
  const settledUs = sequencer.clock.nowUs + SETTLE_US;
  await time.run(() => sequencer.clock.nowUs >= settledUs && machine.service!.isCaughtUp(), RUN_US_MAX);
  const service = machine.service!;
  auditState(service, ledger);
  let isStopped = false;
  void service.stop().then(
    () => (isStopped = true),
    (error: unknown) => time.fail(error),
  );
  await time.run(() => isStopped, RUN_US_MAX);
  const { watermark } = machine.databaseAudit;
  must(watermark === service.sequencer.lastSequence, () => `the service stopped in order at ${service.sequencer.lastSequence}, the watermark is ${watermark}`);
  machine.databaseAudit.complete(service, ledger);
  machine.cutPower();
  const ofSnapshot = await rebuiltBy(machine, time, false, () => undefined);
  await machine.restoreJournal();
  const history = new SecondHistory();
  const ofJournal = await rebuiltBy(machine, time, true, history.take);
  must(isDeepStrictEqual(ofSnapshot, ofJournal), () => `from the newest snapshot the state is ${JSON.stringify(ofSnapshot)}, from the whole journal ${JSON.stringify(ofJournal)}`);
  history.compare(machine.database.tables, watermark);
}

/** What a service comes to that starts now; it does not live to take anything in. */
async function rebuiltBy(machine: Machine, time: VirtualTime, ignoresSnapshots: boolean, onRow: (message: Buffer) => void): Promise<StateHash> {
  let state: StateHash | undefined;
  machine.boot({
    ignoresSnapshots,
    onRow,
    onRebuilt: (service) => {
      state = wholeState(service);
      machine.kill();
    },
  });
  await time.run(() => state !== undefined, RUN_US_MAX);
  return state!;
}
