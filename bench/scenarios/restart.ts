/**
 * How long it takes until a service knows again what it knew: a start from a snapshot beside one that reads the whole journal, and a
 * shard that dies in a running service. Without a database, whose own start would be most of a start.
 */

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { killShard, SHARD_FAULT_MODULE, SHARD_FAULTS_VARIABLE } from '../../chaos/faults/shard-faults.ts';
import { JOURNAL_FOLDER } from '../../engine/journal/journal.ts';
import { decodeSegmentHead } from '../../engine/journal/segment.ts';
import { createApi } from '../../test/support/api.ts';
import { PROJECT_ROOT } from '../../test/support/project-root.ts';
import { type RunningService, startService } from '../../test/support/service.ts';
import { quantityAt } from '../load/order-load.ts';
import { monotonicUs } from '../measure/clock.ts';
import { ratiosOf, spreadOf } from '../measure/ratios.ts';
import { fixed, ratioText } from '../report/table.ts';
import { announceOrders } from '../targets/order-answers.ts';
import type { BatchesSpec } from '../workload/batches.ts';
import { QUOTES_PER_FILL } from '../workload/events.ts';
import { type LedgerEntry, ledgerOf, makeFills } from '../workload/fills.ts';
import type { Bench } from './bench.ts';
import { type Question, type Scenario, type ScenarioReport, type Size, tell } from './scenario.ts';

interface Plan {
  readonly orders: number;
  readonly fills: number;
  /** Events behind the snapshot. */
  readonly tailEvents: number;
  /** Orders whose numbers are compared after each start. */
  readonly asked: number;
}

const PLANS: Readonly<Record<Size, Plan>> = {
  smoke: { orders: 200, fills: 2_000, tailEvents: 500, asked: 20 },
  default: { orders: 10_000, fills: 200_000, tailEvents: 50_000, asked: 300 },
  full: { orders: 50_000, fills: 1_000_000, tailEvents: 100_000, asked: 1_000 },
};

const KINDS = ['snapshot', 'journal'] as const;
type Kind = (typeof KINDS)[number];

const FLAGS = ['--database-url', 'none', '--snapshot-minutes', '0'] as const;
const SYMBOLS = 100;
const BATCH_ORDERS = 2_000;
const ROUND_ID = 'restart';
const LOAD = { symbolCount: SYMBOLS, door: 'ws-msgpack', batchEvents: 500, lanes: 4 } as const;
const TAIL_ORDERS = 100;
const READY_MS_MAX = 600_000;
const REBUILT_MS_MAX = 60_000;
/** A service that runs has a spare thread for the next shard that dies. */
const SPARE_MS = 2_000;
const POLL_MS = 2;
const FAULTS_MAX = 10;
const START_RATIO_MAX = 1 / 3;
const REBUILD_SECONDS_MAX = 2;
const US_PER_SECOND = 1_000_000;
const MS_PER_SECOND = 1_000;

/** What the service was sent, and must know after each start. */
interface Known {
  readonly dataDir: string;
  readonly ledger: LedgerEntry[];
}

interface Restarts {
  readonly seconds: Readonly<Record<Kind, number[]>>;
  /** With the events behind the snapshot. */
  readonly tailSeconds: number[];
  readonly rebuildSeconds: number[];
  readonly faults: string[];
}

export const restart: Scenario = {
  asks: `a start from a snapshot beside one from the whole journal, ${fixed(PLANS.full.fills, 0)} fills in ${fixed(PLANS.full.orders, 0)} orders; a shard that dies (a tenth without --full)`,
  async run({ bench, size, pairs }: Question) {
    const plan = PLANS[size];
    const dataDir = await mkdtemp(join(tmpdir(), 'execution-monitor-restart-'));
    try {
      const known = await fill(bench, plan, dataDir);
      const restarts: Restarts = { seconds: { snapshot: [], journal: [] }, tailSeconds: [], rebuildSeconds: [], faults: [] };
      for (let pair = 0; pair < pairs; pair++) {
        for (const kind of pair % 2 === 0 ? KINDS : KINDS.toReversed()) await fromTheSameJournal(dataDir, () => startOnce(plan, known, kind, restarts));
      }
      await sendTail(bench, plan, known);
      for (let pair = 0; pair < pairs; pair++) await fromTheSameJournal(dataDir, () => rebuildOnce(plan, known, restarts));
      return reportOf(plan, restarts);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};

/** Each service writes its ticks into the journal, which the next would have to read besides: they are taken away again. */
async function fromTheSameJournal(dataDir: string, round: () => Promise<void>): Promise<void> {
  const folder = join(dataDir, JOURNAL_FOLDER);
  const bytesOf = new Map<string, number>();
  for (const name of await readdir(folder)) bytesOf.set(name, (await stat(join(folder, name))).size);
  await round();
  for (const name of await readdir(folder)) {
    const bytes = bytesOf.get(name);
    if (bytes === undefined) await rm(join(folder, name));
    else await truncate(join(folder, name), bytes);
  }
}

/** A journal with a snapshot at its end, as a service leaves it that is killed. */
async function fill(bench: Bench, plan: Plan, dataDir: string): Promise<Known> {
  const service = await startService({ dataDir, flags: FLAGS });
  const { url } = service;
  await bench.generator.call('loadOrders', { url, prefix: ROUND_ID, orderCount: plan.orders, symbolCount: SYMBOLS, batchOrders: BATCH_ORDERS });
  const spec: BatchesSpec = { ...LOAD, roundId: ROUND_ID, seed: 1, fillCount: plan.fills, orderCount: plan.orders };
  await send(bench, url, spec);
  await makeSnapshot(url, dataDir);
  await service.kill();
  return { dataDir, ledger: ledgerOf(spec, makeFills(spec)) };
}

/** Events behind the snapshot. */
async function sendTail(bench: Bench, plan: Plan, { dataDir, ledger }: Known): Promise<void> {
  const service = await startService({ dataDir, flags: FLAGS });
  const tail: BatchesSpec = { ...LOAD, roundId: `${ROUND_ID}-tail`, seed: 2, fillCount: Math.ceil(plan.tailEvents / (1 + QUOTES_PER_FILL)), orderCount: TAIL_ORDERS };
  const tailLedger = ledgerOf(tail, makeFills(tail));
  await announceOrders(service.url, tail, tailLedger);
  await send(bench, service.url, tail);
  await service.kill();
  ledger.push(...tailLedger);
}

async function send(bench: Bench, url: string, spec: BatchesSpec): Promise<void> {
  await bench.generator.call('prepareClosedLoop', spec);
  const { faults } = await bench.generator.call('closedLoop', { url, laps: 1, warmupEvents: 0, checkAnswers: true });
  if (faults.length > 0) throw new Error(faults[0]);
}

/** By the program that the service runs for it. */
async function makeSnapshot(url: string, dataDir: string): Promise<void> {
  const { journal } = (await (await fetch(new URL('/health/ready', url))).json()) as { journal: { last_sequence: number } };
  const folder = join(dataDir, JOURNAL_FOLDER);
  const head = decodeSegmentHead(await readFile(join(folder, (await readdir(folder)).sort()[0]!)));
  if (typeof head === 'string') throw new Error(`the journal ${head}`);
  await promisify(execFile)(process.execPath, ['dist/engine/snapshot/make-snapshot.js', dataDir, head.journalId, String(journal.last_sequence)], { cwd: PROJECT_ROOT });
}

async function startOnce(plan: Plan, known: Known, kind: Kind, { seconds, faults }: Restarts): Promise<void> {
  const { service, readySeconds } = await startTimed(known, kind === 'journal' ? ['--ignore-snapshots'] : [], {});
  seconds[kind].push(readySeconds);
  faults.push(...(await wrongAnswers(service.url, known, plan.asked)).map((fault) => `after a start from the ${kind}: ${fault}`));
  await service.stop();
  tell('restart', `from the ${kind} in ${fixed(readySeconds, 2)} s`, faults);
}

async function rebuildOnce(plan: Plan, known: Known, { tailSeconds, rebuildSeconds, faults }: Restarts): Promise<void> {
  const faultsFolder = await mkdtemp(join(tmpdir(), 'execution-monitor-faults-'));
  const { service, readySeconds } = await startTimed(known, [], { NODE_OPTIONS: `--import ${SHARD_FAULT_MODULE}`, [SHARD_FAULTS_VARIABLE]: faultsFolder });
  tailSeconds.push(readySeconds);
  await sleep(SPARE_MS);
  rebuildSeconds.push(await secondsToRebuild(service, faultsFolder));
  faults.push(...(await wrongAnswers(service.url, known, plan.asked)).map((fault) => `after the death of a shard: ${fault}`));
  await service.stop();
  await rm(faultsFolder, { recursive: true, force: true });
  tell('restart', `from the snapshot and ${plan.tailEvents} events in ${fixed(readySeconds, 2)} s, a shard rebuilt in ${fixed(rebuildSeconds.at(-1)!, 2)} s`, faults);
}

/** Seconds from spawning to the ready line. */
async function startTimed({ dataDir }: Known, flags: readonly string[], env: Record<string, string>): Promise<{ readonly service: RunningService; readonly readySeconds: number }> {
  const startUs = monotonicUs();
  const service = await startService({ dataDir, flags: [...FLAGS, ...flags], env, warmsUp: true, readyMsMax: READY_MS_MAX });
  return { service, readySeconds: (monotonicUs() - startUs) / US_PER_SECOND };
}

/** Of the first shard, from its death until it goes on, as the service says; NaN when it does not. */
async function secondsToRebuild(service: RunningService, faultsFolder: string): Promise<number> {
  await killShard(faultsFolder, 0, 'throw');
  for (const untilUs = monotonicUs() + REBUILT_MS_MAX * 1_000; monotonicUs() < untilUs; await sleep(POLL_MS)) {
    const took = /"took_ms":(\d+)/.exec(service.stderr())?.[1];
    if (took !== undefined) return Number(took) / MS_PER_SECOND;
  }
  return Number.NaN;
}

async function wrongAnswers(url: string, { ledger }: Known, asked: number): Promise<string[]> {
  const api = createApi(url);
  const faults: string[] = [];
  const step = Math.max(1, Math.floor(ledger.length / asked));
  for (let place = 0; place < ledger.length; place += step) {
    const { orderId, filledQuantity, averagePrice } = ledger[place]!;
    const status = await api.status(orderId);
    if (status.filled_quantity !== filledQuantity || status.average_price !== averagePrice) {
      faults.push(`${orderId} of ${quantityAt(place)}: ${status.filled_quantity} at ${String(status.average_price)}, the ledger has ${filledQuantity} at ${String(averagePrice)}`);
    }
  }
  return faults;
}

function reportOf(plan: Plan, { seconds, tailSeconds, rebuildSeconds, faults }: Restarts): ScenarioReport {
  const ratio = ratiosOf(seconds.snapshot.map((a, i) => ({ a, b: seconds.journal[i]! })));
  const rebuild = spreadOf(rebuildSeconds);
  return {
    title: `A RESTART: ${fixed(plan.fills, 0)} fills in ${fixed(plan.orders, 0)} orders, ${QUOTES_PER_FILL} quotes a fill, without a database; s of this run on this machine`,
    tables: [
      {
        head: ['median', 'by round'],
        rows: [
          ...KINDS.map((kind) => [`from spawning to ready, from the ${kind}`, fixed(spreadOf(seconds[kind]).median, 2), seconds[kind].map((each) => fixed(each, 2)).join(' ')]),
          [`from the snapshot and ${fixed(plan.tailEvents, 0)} events behind it`, fixed(spreadOf(tailSeconds).median, 2), tailSeconds.map((each) => fixed(each, 2)).join(' ')],
          ['a shard, from its death until it goes on', fixed(rebuild.median, 2), rebuildSeconds.map((each) => fixed(each, 2)).join(' ')],
        ],
      },
    ],
    notes: [`start from the snapshot / from the journal: ${ratioText(ratio)}`],
    figures: [
      { what: 'start from a snapshot, to one from the whole journal', figure: ratio, limit: START_RATIO_MAX, isLeast: false },
      { what: `a shard rebuilt, ${fixed(plan.tailEvents, 0)} events behind the snapshot`, figure: rebuild, limit: REBUILD_SECONDS_MAX, isLeast: false, unit: 's' },
    ],
    cpu: [],
    plots: [],
    faults: faults.slice(0, FAULTS_MAX).map((fault) => `restart: ${fault}`),
    rounds: { seconds, tailSeconds, rebuildSeconds },
  };
}
