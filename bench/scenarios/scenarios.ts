/** What the bench can be asked, by name. */

import { copyWriter } from './copy-writer.ts';
import { databaseStopped } from './database-stopped.ts';
import { fanOut } from './fan-out.ts';
import { growth } from './growth.ts';
import { millionOrders } from './million-orders.ts';
import { minute } from './minute.ts';
import { overload } from './overload.ts';
import { quotes } from './quotes.ts';
import { restart } from './restart.ts';
import type { Scenario } from './scenario.ts';
import { secondThread } from './second-thread.ts';

/** The first questions: how fast beside a floor and a naive service. Asked when nothing is named. */
export const MAIN_SCENARIOS = {
  latency: 'fills one by one at a fixed rate: fill -> update and fill -> answer, beside the floor',
  intake: 'the highest rate of batches through each door, closed loop, beside the floor and the naive service',
  held: 'the highest rate that is held, and the latencies at half of it, beside the floor and the naive service',
} as const;

export const SCENARIOS = { minute, 'second-thread': secondThread, overload, 'fan-out': fanOut, quotes, growth, 'million-orders': millionOrders, 'copy-writer': copyWriter, 'database-stopped': databaseStopped, restart } as const satisfies Readonly<Record<string, Scenario>>;

export const SCENARIO_NAMES = [...Object.keys(MAIN_SCENARIOS), ...Object.keys(SCENARIOS)] as readonly ScenarioName[];
export type ScenarioName = keyof typeof MAIN_SCENARIOS | keyof typeof SCENARIOS;
