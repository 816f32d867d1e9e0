/**
 * `npm run journal -- verify|cat|hash`: looks into the journal of a data folder, also while a service runs on it. It changes nothing.
 *
 * It owns the command line, its help and its exit codes: 0 ok, 1 damaged or not readable, 2 the command is wrong.
 */

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { JournalDamaged } from '../journal/recovery.ts';
import { SnapshotDamaged } from '../snapshot/snapshot-file.ts';
import { cat } from './cat.ts';
import { hashOfJournal } from './fold.ts';
import { NoJournal } from './read-journal.ts';
import { type Verified, verify } from './verify.ts';

const COMMANDS = ['verify', 'cat', 'hash'] as const;
const DATA_DIR_DEFAULT = './data';

const HELP = `Looks into the journal of a data folder. Nothing is changed or locked: a service may run on the folder, and what it
writes meanwhile may or may not be seen.

  npm run journal -- verify [options]   reads every segment and snapshot; says what is there, or names the damage
  npm run journal -- cat [options]      records as NDJSON, names in place of numbers
  npm run journal -- hash [options]     folds the journal on one thread; the last sequence and the hash of the state after it

  --data-dir DIR        (${DATA_DIR_DEFAULT})
  --from SEQ            cat: first sequence
  --to SEQ              cat: last sequence; hash: the frame with this sequence is the last one
  --order ID            cat: only what is about this order
  --snapshot FILE       hash: begin with this snapshot instead of the first record
  --help

The hash is that of GET /health/ready?verbose at the same sequence, whatever the number of shards.
Exit code 0: ok. 1: damaged, or it cannot be read. 2: wrong usage.
`;

interface Command {
  readonly name: (typeof COMMANDS)[number];
  readonly dataDir: string;
  readonly from: number;
  readonly to: number;
  readonly orderId: string | undefined;
  readonly snapshot: string | undefined;
}

class UsageError extends Error {}

/** Undefined when help was asked for. */
function readCommandLine(args: readonly string[]): Command | undefined {
  const { values, positionals } = parseOrUsageError(args);
  if (values.help === true) return undefined;
  const name = COMMANDS.find((known) => known === positionals[0]);
  if (name === undefined || positionals.length > 1) throw new UsageError(`say one of ${COMMANDS.join(', ')}`);
  const has = (option: 'from' | 'to' | 'order' | 'snapshot', ...commands: readonly string[]): void => {
    if (values[option] !== undefined && !commands.includes(name)) throw new UsageError(`--${option} has no meaning with ${name}`);
  };
  has('from', 'cat');
  has('to', 'cat', 'hash');
  has('order', 'cat');
  has('snapshot', 'hash');
  return {
    name,
    dataDir: values['data-dir'],
    from: sequence('from', values.from, 1),
    to: sequence('to', values.to, Number.POSITIVE_INFINITY),
    orderId: values.order,
    snapshot: values.snapshot,
  };
}

function sequence(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`--${name} is a sequence, a whole number from 1, not ${text}`);
  return value;
}

function parseOrUsageError(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'data-dir': { type: 'string', default: DATA_DIR_DEFAULT },
        from: { type: 'string' },
        to: { type: 'string' },
        order: { type: 'string' },
        snapshot: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function describe({ journalId, segments, frames, records, firstSequence, lastSequence, tornBytes, snapshots }: Verified): string {
  const lines = [
    `journal ${journalId}`,
    `segments ${segments}, frames ${frames}, records ${records}${records === 0 ? '' : `, sequences ${firstSequence} to ${lastSequence}`}`,
    `snapshots ${snapshots.length}${snapshots.length === 0 ? '' : `, of sequences ${snapshots.join(', ')}`}`,
  ];
  if (tornBytes > 0) lines.push(`torn end: ${tornBytes} bytes that were never acknowledged, or that a service is writing`);
  return lines.join('\n');
}

async function run(command: Command): Promise<void> {
  switch (command.name) {
    case 'verify':
      console.log(describe(await verify(command.dataDir)));
      return;
    case 'cat':
      await cat(command, print);
      return;
    case 'hash': {
      if (command.snapshot !== undefined && !existsSync(command.snapshot)) throw new NoJournal(`there is no snapshot ${command.snapshot}`);
      const { sequence: last, hash } = await hashOfJournal(command);
      console.log(`sequence ${last} hash ${hash}`);
    }
  }
}

async function print(lines: readonly string[]): Promise<void> {
  if (!process.stdout.write(`${lines.join('\n')}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

async function main(args: readonly string[]): Promise<number> {
  // Whoever reads has had enough.
  process.stdout.on('error', () => process.exit(0));
  try {
    const command = readCommandLine(args);
    if (command === undefined) console.log(HELP);
    else await run(command);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`journal: ${error.message}\nSee npm run journal -- --help`);
      return 2;
    }
    if (!(error instanceof JournalDamaged || error instanceof SnapshotDamaged || error instanceof NoJournal)) throw error;
    console.error(`journal: ${error.message}`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
