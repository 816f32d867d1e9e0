/** The real recordings beside the project, where they are: read, and never copied into it. It owns their places. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { MarketSource } from '../market/market-source.ts';
import { openBinanceTape } from '../tape/binance-tape.ts';
import { openLobsterTape } from '../tape/lobster-tape.ts';

const LOBSTER_MESSAGES = 'lobster/AAPL_2012-06-21_34200000_37800000_message.csv.gz';
const BINANCE_STREAM = 'binance/btcusdt_20240808.gz';

/** AAPL, 2012-06-21, 09:30 to 10:30 New York; undefined where it is not there. */
export async function lobsterRecording(folder: string): Promise<MarketSource | undefined> {
  const path = join(folder, LOBSTER_MESSAGES);
  return existsSync(path) ? openLobsterTape([path]) : undefined;
}

/** BTCUSDT perpetual, 2024-08-08, 345 s; undefined where it is not there. */
export async function binanceRecording(folder: string): Promise<MarketSource | undefined> {
  const path = join(folder, BINANCE_STREAM);
  return existsSync(path) ? openBinanceTape(path) : undefined;
}
