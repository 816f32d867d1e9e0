/**
 * `node dist/bench/micro/main.js [--smoke] [name...]`: the operations of the engine one by one, all or those named.
 *
 * Each is measured in a fresh process, so that none meets code that another has warmed up or memory that it has left; this
 * process starts them with the flags that they need, one after the other, and prints one table. How bytes are counted is
 * said in allocation.ts and kept-bytes.ts.
 *
 * Exit code 1 when an answer is wrong, never because of a time; 2 when the command line is.
 */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { V8_FLAGS } from '../../engine/v8-flags.ts';
import { describeMachine } from '../report/machine.ts';
import type { Outcome } from './operation.ts';
import type { Size } from './size.ts';
import { OPERATIONS } from './operations.ts';
import { NOTES, printed } from './print.ts';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
/** Those of the service, and what the meters need. */
const NODE_FLAGS = [...V8_FLAGS, '--expose-gc'];
/** Times are worth nothing with more than one; in the smoke size they are anyway. */
const AT_ONCE: Readonly<Record<Size, number>> = { full: 1, smoke: 2 };
const FAULTS_SHOWN_MAX = 5;
const OUTPUT_BYTES_MAX = 64 << 20;

const NAMES = Object.keys(OPERATIONS);
const HELP = `usage: node dist/bench/micro/main.js [--smoke] [name...]

  --smoke   tiny sizes: checks answers, its times mean nothing
  --help    print this

names: ${NAMES.join(', ')}
`;

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const unknown = args.find((arg) => (arg.startsWith('--') ? !['--smoke', '--help'].includes(arg) : !NAMES.includes(arg)));

if (args.includes('--help')) process.stdout.write(HELP);
else if (unknown !== undefined) {
  process.stderr.write(`${JSON.stringify(unknown)} is neither an option nor an operation, see --help\n`);
  process.exitCode = EXIT_USAGE;
} else await measureAll(args.includes('--smoke') ? 'smoke' : 'full', names.length === 0 ? NAMES : NAMES.filter((name) => names.includes(name)));

async function measureAll(size: Size, chosen: readonly string[]): Promise<void> {
  const machine = describeMachine();
  const outcomes: Outcome[] = [];
  const waiting = chosen.entries();
  const inTurn = async (): Promise<void> => {
    for (const [place, name] of waiting) {
      process.stderr.write(`${name}\n`);
      outcomes[place] = await measure(name, size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE[size] }, inTurn));
  const faults = outcomes.flatMap((outcome) => outcome.faults);
  const isMissed = outcomes.flatMap(({ measurements }) => measurements).flatMap(({ targets }) => targets ?? []).filter(({ isMet }) => !isMet).length;
  process.stdout.write(`\nexecution monitor ${machine.commit}, ${machine.at}, micro benches, size ${size}\n`);
  process.stdout.write(`${machine.cores} cores ${machine.cpu}, ${machine.memoryGib} GiB, Linux ${machine.kernel}, Node ${machine.node}, load before ${machine.loadBefore}\n\n`);
  process.stdout.write(`${printed(outcomes.flatMap(({ measurements }) => measurements), size)}\n${NOTES}\n`);
  if (size === 'full') process.stdout.write(isMissed === 0 ? 'targets: all met\n' : `targets: ${isMissed} not met\n`);
  process.stdout.write(faults.length === 0 ? 'answers: all right\n' : `FAILED: ${faults.length} wrong answers\n${faults.slice(0, FAULTS_SHOWN_MAX).join('\n')}\n`);
  if (faults.length > 0) process.exitCode = EXIT_FAULT;
}

async function measure(name: string, size: Size): Promise<Outcome> {
  const script = join(import.meta.dirname, 'run-operation.js');
  const { stdout } = await promisify(execFile)(process.execPath, [...NODE_FLAGS, script, name, size], { maxBuffer: OUTPUT_BYTES_MAX });
  // JSON has no NaN: null is what became of it.
  return JSON.parse(stdout, (_field, value: unknown) => value ?? Number.NaN) as Outcome;
}
