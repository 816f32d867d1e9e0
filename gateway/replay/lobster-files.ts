/**
 * Which LOBSTER files belong together, and what their names say: `AAPL_2012-06-21_34200000_37800000_message_1.csv.gz`
 * and `..._orderbook_1.csv.gz` are one recording of AAPL on that day.
 *
 * It owns the naming convention. It does not look inside the files.
 */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isIsoDate } from './new-york-time.ts';
import { ReplayError } from './replay-event.ts';

export interface LobsterPair {
  readonly messagePath: string;
  readonly orderbookPath: string;
  readonly symbol: string;
  /** Trading day in New York, YYYY-MM-DD. */
  readonly date: string;
}

/** What the caller knows better than the names. */
export interface LobsterOverrides {
  readonly symbol?: string | undefined;
  readonly date?: string | undefined;
}

const NAME = /^(?<symbol>[^_]+)_(?<date>\d{4}-\d\d-\d\d)_/;
const MESSAGE_SUFFIX = /_message(_\d+)?\.csv(\.gz)?$/;
const ORDERBOOK_SUFFIX = /_orderbook(_\d+)?\.csv(\.gz)?$/;

/**
 * Gives each message file its orderbook file: the one of the same name among those given, else the only one given with
 * the only message file, else the one beside it on disk. Throws ReplayError where one is left over, missing or nameless.
 */
export async function pairLobsterFiles(
  messagePaths: readonly string[],
  orderbookPaths: readonly string[],
  overrides: LobsterOverrides = {},
): Promise<LobsterPair[]> {
  if (messagePaths.length > 1 && (overrides.symbol !== undefined || overrides.date !== undefined)) {
    throw new ReplayError('--symbol and --date speak of one LOBSTER recording; replay several by their file names');
  }
  const unclaimed = new Set(orderbookPaths);
  const pairs: LobsterPair[] = [];
  for (const messagePath of messagePaths) {
    const onlyGiven = messagePaths.length === 1 && orderbookPaths.length === 1 ? orderbookPaths[0] : undefined;
    const orderbookPath =
      [...unclaimed].find((path) => recordingName(path) === recordingName(messagePath)) ??
      onlyGiven ??
      (await findBeside(messagePath));
    unclaimed.delete(orderbookPath);
    pairs.push({ messagePath, orderbookPath, ...recordingOf(messagePath, overrides) });
  }
  for (const path of unclaimed) throw new ReplayError(`${path} is a LOBSTER orderbook file: give its message file too`);
  return pairs;
}

function recordingName(path: string): string {
  return basename(path).replace(MESSAGE_SUFFIX, '').replace(ORDERBOOK_SUFFIX, '');
}

async function findBeside(messagePath: string): Promise<string> {
  const folder = dirname(messagePath);
  const wanted = recordingName(messagePath);
  const found = (await readdir(folder))
    .filter((name) => ORDERBOOK_SUFFIX.test(name) && recordingName(name) === wanted)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (found[0] === undefined) {
    throw new ReplayError(`${messagePath} is a LOBSTER message file, and no ${wanted}_orderbook_*.csv is beside it: name it`);
  }
  return join(folder, found[0]);
}

function recordingOf(messagePath: string, overrides: LobsterOverrides): { symbol: string; date: string } {
  const named = NAME.exec(basename(messagePath))?.groups;
  const symbol = overrides.symbol ?? named?.['symbol'];
  const date = overrides.date ?? named?.['date'];
  if (symbol === undefined || date === undefined) {
    throw new ReplayError(`${messagePath} is not named SYMBOL_YYYY-MM-DD_...: give --symbol and --date`);
  }
  if (!isIsoDate(date)) throw new ReplayError(`not a date as YYYY-MM-DD: ${date}`);
  return { symbol, date };
}
