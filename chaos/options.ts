/** Options of `npm run chaos`. */

import { CASES } from './cases/all-cases.ts';
import { type Size, SIZES } from './cases/chaos-case.ts';
import { type MutantName, MUTANTS } from './mutants/mutants.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly size: Size;
  /** Undefined: all. */
  readonly caseName: string | undefined;
  readonly mutant: MutantName | undefined;
  /** Seeds of each case; undefined: as many as the size has. */
  readonly runs: number | undefined;
  readonly isJson: boolean;
  readonly isVerbose: boolean;
}

export type ChaosOptionsResult =
  | { readonly is: 'options'; readonly options: ChaosOptions }
  | { readonly is: 'help' }
  | { readonly is: 'fault'; readonly detail: string };

const SEED_MAX = 2 ** 48;
const RUNS_MAX = 10_000;

const lines = (entries: readonly (readonly [string, string])[]): string => entries.map(([name, what]) => `    ${name.padEnd(26)}${what}`).join('\n');

export const HELP = `Hurts the running service and checks that nothing acknowledged is lost and nothing counts twice.

usage: npm run chaos -- [options]

  --case NAME      one case only
  --size SIZE      ${SIZES.join(' or ')} [short]
  --seed N         the first seed [1]
  --runs N         seeds of each case [as many as the size has]
  --mutant NAME    takes one promise out of the service; the cases it is for must fail
  --verbose        also what an operator would have seen
  --json           results as JSON, one line each
  --help           print this

  cases
${lines(CASES.map(({ name, what }) => [name, what]))}

  mutants
${lines(Object.entries(MUTANTS))}

Exit code 1 when a case fails. Cases that need loop mounts (root on Linux) are skipped elsewhere, with the reason.
`;

/** Reads the command line. Faults name the option. */
export function readChaosOptions(args: readonly string[]): ChaosOptionsResult {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const [name, inline] = args[i]!.split(/=(.*)/s, 2) as [string, string?];
    if (name === '--help') return { is: 'help' };
    if (name === '--json' || name === '--verbose') given.set(name, '');
    else if (['--case', '--size', '--seed', '--runs', '--mutant'].includes(name)) {
      const value = inline ?? args[++i];
      if (value === undefined) return { is: 'fault', detail: `${name} needs a value` };
      given.set(name, value);
    } else return { is: 'fault', detail: `${JSON.stringify(args[i])} is not an option, see --help` };
  }
  const words = { '--case': CASES.map(({ name }) => name), '--size': SIZES as readonly string[], '--mutant': Object.keys(MUTANTS) };
  for (const [name, known] of Object.entries(words)) {
    const value = given.get(name);
    if (value !== undefined && !known.includes(value)) return { is: 'fault', detail: `${name}: ${JSON.stringify(value)} is none of ${known.join(', ')}` };
  }
  for (const [name, max] of Object.entries({ '--seed': SEED_MAX, '--runs': RUNS_MAX })) {
    const value = given.get(name);
    if (value !== undefined && !(/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= max)) {
      return { is: 'fault', detail: `${name}: ${JSON.stringify(value)} is not a whole number from 1 to ${max}` };
    }
  }
  const runs = given.get('--runs');
  return {
    is: 'options',
    options: {
      seed: Number(given.get('--seed') ?? 1),
      size: (given.get('--size') ?? 'short') as Size,
      caseName: given.get('--case'),
      mutant: given.get('--mutant') as MutantName | undefined,
      runs: runs === undefined ? undefined : Number(runs),
      isJson: given.has('--json'),
      isVerbose: given.has('--verbose'),
    },
  };
}
