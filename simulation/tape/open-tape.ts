/** Opens recordings as a market, whichever of the known formats they are in, told by their first line. */

import { firstLine } from '../../gateway/replay/input-file.ts';
import { ReplayError } from '../../gateway/replay/replay-event.ts';
import { sniffFormat } from '../../gateway/replay/sniff-format.ts';
import { openBinanceTape } from './binance-tape.ts';
import { openLobsterTape } from './lobster-tape.ts';
import type { TapeMarket } from './tape-market.ts';

/** Receipt time in nanoseconds, then the message. */
const BINANCE_LINE = /^\d{19} \{/;

/** LOBSTER message files (each finds its orderbook file), or one file of a Binance stream. Throws ReplayError. */
export async function openTape(paths: readonly string[]): Promise<TapeMarket> {
  const [path] = paths;
  if (path === undefined) throw new ReplayError('a tape is at least one file');
  const line = await firstLine(path);
  if (line !== undefined && BINANCE_LINE.test(line)) {
    if (paths.length > 1) throw new ReplayError('a Binance stream is one file');
    return openBinanceTape(path);
  }
  const format = await sniffFormat(path);
  if (format !== 'lobster-message') throw new ReplayError(`${path} is ${format}: a tape is LOBSTER message files or a Binance stream`);
  return openLobsterTape(paths);
}
