/** Everything that was ever acknowledged is sent again, after restarts: duplicates with the original sequence, no effect. */

import type { ChaosCase } from './chaos-case.ts';
import { Life } from './life.ts';

const EVENTS = 300;

export const SAME_AGAIN: ChaosCase = {
  name: 'same-again',
  what: 'all batches again after each of several restarts',
  mutants: ['forgets-executions', 'forgets-keys'],
  runs: { short: 1, full: 3 },
  async run(run) {
    const life = new Life(run, { dataDir: await run.makeFolder(), databaseUrl: await run.databases.create() });
    await life.start();
    const restarts = run.sized(1, 5);
    for (let restart = 0; restart < restarts; restart++) {
      await life.load.runThrough(life.service.url, EVENTS);
      await life.stop();
      await life.start();
      const again = life.load.lanes.map((lane) => lane.repeatAll(life.service.url));
      run.count('batches repeated', (await Promise.all(again)).reduce((sum, count) => sum + count, 0));
    }
    await life.settle();
    await life.stop();
  },
};
