/** Options of `npm run bench`: what is measured and for how long. */

import { FLOOR_PARTS, type FloorPart } from './floor/floor-options.ts';
import type { HeldPlan } from './scenarios/held-rate.ts';
import type { LatencyPlan } from './scenarios/latency-round.ts';
import { type Size, SIZES } from './scenarios/scenario.ts';
import { MAIN_SCENARIOS, SCENARIO_NAMES, type ScenarioName, SCENARIOS } from './scenarios/scenarios.ts';
import type { ThroughputPlan } from './scenarios/throughput-round.ts';

export interface BenchOptions {
  readonly size: Size;
  readonly only: readonly ScenarioName[];
  readonly pairs: number;
  readonly latency: LatencyPlan;
  readonly throughput: ThroughputPlan;
  readonly held: HeldPlan;
  /** The service is left alone for so long between rounds; undefined: not at all. */
  readonly restMs: number | undefined;
  /** Parts of the floor that are switched off; the rows of the naive service too. */
  readonly floorWithout: readonly FloorPart[];
  readonly profileDir: string | undefined;
}

export type BenchOptionsResult =
  | { readonly is: 'options'; readonly options: BenchOptions }
  | { readonly is: 'help' }
  | { readonly is: 'fault'; readonly detail: string };

type Plans = Pick<BenchOptions, 'pairs' | 'latency' | 'throughput' | 'held' | 'restMs'>;

const PLANS: Readonly<Record<'smoke' | 'default', Plans>> = {
  smoke: {
    pairs: 1,
    restMs: undefined,
    latency: { fillsPerSecond: 200, measuredSeconds: 1, warmupSeconds: 0.5, orderCount: 20, symbolCount: 8, connections: 20 },
    throughput: { events: 8_000, warmupShare: 0.25, batchEvents: 500, lanes: 4, orderCount: 20, symbolCount: 8 },
    held: {
      doors: ['http-json', 'ws-msgpack'], batchEvents: 50, lanes: 4, orderCount: 20, symbolCount: 8, followedCount: 10,
      warmupSeconds: 0.2, measuredSeconds: 0.4, halfRateSeconds: 0.4, firstSteps: 1, laterSteps: 1, furtherSteps: 1, probesPerSecond: 50,
    },
  },
  default: {
    pairs: 3,
    restMs: 1_000,
    latency: { fillsPerSecond: 1_000, measuredSeconds: 5, warmupSeconds: 2, orderCount: 100, symbolCount: 20, connections: 50 },
    throughput: { events: 400_000, warmupShare: 0.25, batchEvents: 1_000, lanes: 4, orderCount: 100, symbolCount: 20 },
    held: {
      doors: ['http-json', 'ws-msgpack'], batchEvents: 100, lanes: 10, orderCount: 100, symbolCount: 20, followedCount: 20,
      warmupSeconds: 0.5, measuredSeconds: 1.5, halfRateSeconds: 4, firstSteps: 3, laterSteps: 2, furtherSteps: 3, probesPerSecond: 200,
    },
  },
};

const RATE_MAX = 100_000;
const SECONDS_MAX = 3_600;
const PAIRS_MAX = 100;

/** Scenarios that look into the service's database. */
const WITH_DATABASE = ['overload', 'growth', 'million-orders', 'copy-writer', 'database-stopped'] as const satisfies readonly (typeof SCENARIO_NAMES)[number][];

export const HELP = `Measures the service beside a floor, a bare server on the same transport, and a naive service, in the same run.

usage: npm run bench -- [options]

  --only NAMES     what is asked, of the names below; "all" for all [${Object.keys(MAIN_SCENARIOS).join(',')}]
  --smoke          everything in its smallest size: checks answers, its times mean nothing
  --full           the scenarios in the size that their targets are about: minutes each, up to a million orders
  --rate N         fills a second of the latency rounds [${PLANS.default.latency.fillsPerSecond}], with 4 quotes each on top
  --seconds N      measured seconds of each latency round [${PLANS.default.latency.measuredSeconds}], after ${PLANS.default.latency.warmupSeconds} of warm-up
  --pairs N        rounds of each kind for each target, interleaved; for figures to rely on at least 5 [${PLANS.default.pairs}]
  --without PARTS  parts of the floor to switch off, of ${FLOOR_PARTS.join(',')}: log the durable append, copy one row
                   a fill into the service's database, push one frame a fill (the naive service is switched
                   too; without copy the service runs without a database)
  --profile DIR    writes CPU profiles of the service's threads there; slows it down
  --help           print this

${Object.entries({ ...MAIN_SCENARIOS, ...asksOf() }).map(([name, asks]) => `  ${name.padEnd(17)}${asks}`).join('\n')}

Exit code 1 when an answer is wrong, an update is missing or a scenario has broken off, never because of a time.
Results are printed, and kept as JSON and as an HTML page in bench/results/.
`;

function asksOf(): Record<string, string> {
  return Object.fromEntries(Object.entries(SCENARIOS).map(([name, { asks }]) => [name, asks]));
}

/** Reads the command line. Faults name the option. */
export function readBenchOptions(args: readonly string[]): BenchOptionsResult {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const [name, inline] = args[i]!.split(/=(.*)/s, 2) as [string, string?];
    if (name === '--help') return { is: 'help' };
    if (name === '--smoke' || name === '--full') given.set(name, '');
    else if (['--only', '--rate', '--seconds', '--pairs', '--without', '--profile'].includes(name)) {
      const value = inline ?? args[++i];
      if (value === undefined) return { is: 'fault', detail: `${name} needs a value` };
      given.set(name, value);
    } else return { is: 'fault', detail: `${JSON.stringify(args[i])} is not an option, see --help` };
  }
  const maxima = { '--rate': RATE_MAX, '--seconds': SECONDS_MAX, '--pairs': PAIRS_MAX };
  for (const [name, max] of Object.entries(maxima)) {
    const value = given.get(name);
    if (value !== undefined && !(/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= max)) {
      return { is: 'fault', detail: `${name}: ${JSON.stringify(value)} is not a whole number from 1 to ${max}` };
    }
  }
  const floorWithout = (given.get('--without') ?? '').split(',').filter((part) => part !== '');
  const unknown = floorWithout.find((part) => !(FLOOR_PARTS as readonly string[]).includes(part));
  if (unknown !== undefined) return { is: 'fault', detail: `--without: ${JSON.stringify(unknown)} is none of ${FLOOR_PARTS.join(', ')}` };
  const only = namesOf(given.get('--only'), given.has('--smoke'));
  const noScenario = only.find((name) => !(SCENARIO_NAMES as readonly string[]).includes(name));
  if (noScenario !== undefined) return { is: 'fault', detail: `--only: ${JSON.stringify(noScenario)} is none of ${SCENARIO_NAMES.join(', ')}` };
  const inDatabase = floorWithout.includes('copy') ? only.find((name) => (WITH_DATABASE as readonly string[]).includes(name)) : undefined;
  if (inDatabase !== undefined) return { is: 'fault', detail: `--only: ${inDatabase} looks into the database, which --without copy leaves out` };
  const size = SIZES.find((each) => given.has(`--${each}`)) ?? 'default';
  const { pairs, latency, throughput, held, restMs } = PLANS[size === 'smoke' ? 'smoke' : 'default'];
  const numberOf = (name: string, fallback: number): number => Number(given.get(name) ?? fallback);
  return {
    is: 'options',
    options: {
      size,
      only: only as readonly ScenarioName[],
      pairs: numberOf('--pairs', pairs),
      latency: {
        ...latency,
        fillsPerSecond: numberOf('--rate', latency.fillsPerSecond),
        measuredSeconds: numberOf('--seconds', latency.measuredSeconds),
      },
      throughput,
      held,
      restMs,
      floorWithout: floorWithout as FloorPart[],
      profileDir: given.get('--profile'),
    },
  };
}

/** In the smoke size everything is asked. */
function namesOf(only: string | undefined, isSmoke: boolean): readonly string[] {
  if (only === undefined) return isSmoke ? SCENARIO_NAMES : Object.keys(MAIN_SCENARIOS);
  return only === 'all' ? SCENARIO_NAMES : only.split(',').filter((name) => name !== '');
}
