/** SIGKILL at random instants under load, with an external database and with the embedded one, which is killed too or left behind. */

import { setTimeout as sleep } from 'node:timers/promises';

import type { CaseRun, ChaosCase } from './chaos-case.ts';
import { Life } from './life.ts';

const EVENTS_MIN = 20;
const EVENTS_MAX = 400;
const INSTANT_MS_MAX = 50;
/** The next start takes over a database server that was left behind. */
const ALONE_SHARE = 0.3;

export const SIGKILL: ChaosCase = {
  name: 'sigkill',
  what: 'SIGKILL of the service at random instants under load',
  mutants: ['acknowledges-early', 'forgets-executions', 'forgets-keys'],
  runs: { short: 1, full: 5 },
  run: async (run) => killOften(run, await run.databases.create(), run.sized(2, 10)),
};

export const SIGKILL_WITH_DATABASE: ChaosCase = {
  name: 'sigkill-with-database',
  what: 'SIGKILL of the service with its embedded database, or of it alone',
  mutants: ['acknowledges-early'],
  runs: { short: 1, full: 3 },
  run: (run) => killOften(run, undefined, run.sized(1, 5)),
};

async function killOften(run: CaseRun, databaseUrl: string | undefined, kills: number): Promise<void> {
  const life = new Life(run, { dataDir: await run.makeFolder(), databaseUrl });
  await life.start();
  for (let kill = 0; kill < kills && run.faults.length === 0; kill++) {
    const before = life.load.acknowledgedEvents;
    const load = life.load.start(life.service.url);
    await life.load.reaches(before, run.random.integer(EVENTS_MIN, EVENTS_MAX));
    await sleep(run.random.between(0, INSTANT_MS_MAX));
    await (run.random.chance(ALONE_SHARE) ? life.service.killAlone() : life.service.killTree());
    await load.stop();
    run.count('kills');
    await life.start();
    await life.settle();
  }
  await life.stop();
}
