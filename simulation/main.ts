/**
 * `npm run simulate -- --out FILE`: writes a simulated day, or a desk at work in a recorded market, as NDJSON with its ground truth.
 *
 * It owns the command line, its help and its exit codes: 0 written, 1 a file cannot be read or written, 2 the command is wrong.
 */

import { parseArgs } from 'node:util';

import { ReplayError } from '../gateway/replay/replay-event.ts';
import { parseTimestampUs } from '../engine/domain/timestamp.ts';
import { TradingDesk } from './desk/trading-desk.ts';
import type { MarketSource } from './market/market-source.ts';
import { SyntheticMarket } from './market/synthetic-market.ts';
import { Simulation } from './simulation.ts';
import { openTape } from './tape/open-tape.ts';
import { writeDay } from './write-day.ts';

const HOURS_MAX = 6.5;
const ORDERS_MAX = 100_000;
const SYMBOLS_MAX = 16;
const START = '2026-03-02T14:30:00Z';

const HELP = `Writes a simulated trading day: market data, orders, routes and executions as input events, one a line, in the order
in which they reach the monitor. The same seed makes the same bytes.

  npm run simulate -- --out FILE [options]

  --out FILE            events; what really was the matter goes to the file's name with .truth.ndjson
  --seed N              (1)
  --orders N            parent orders, 0 to ${ORDERS_MAX} (200)
  --hours H             length of the session, up to ${HOURS_MAX} (${HOURS_MAX})
  --symbols N           1 to ${SYMBOLS_MAX} (${SYMBOLS_MAX})
  --activity X          rate of market data, 0.1 to 20 (1)
  --start TIME          opening of the session, RFC 3339 (${START})
  --tape FILE           a recorded market instead of the synthetic one: LOBSTER message files (give --tape for each) or a
                        Binance stream; --hours, --symbols, --activity and --start do not apply
  --help

Play it into a running service: npm run replay -- FILE (start the service with --clock event).
Exit code 0: written. 1: a file cannot be read or written. 2: wrong usage.
`;

interface Command {
  readonly out: string;
  readonly seed: number;
  readonly orders: number;
  openMarket(): Promise<MarketSource>;
}

class UsageError extends Error {}

/** Undefined when help was asked for. */
function readCommandLine(args: readonly string[]): Command | undefined {
  const values = parseOrUsageError(args);
  if (values.help === true) return undefined;
  if (values.out === undefined) throw new UsageError('name the file to write with --out');
  const seed = number('seed', values.seed ?? '1', 0, Number.MAX_SAFE_INTEGER, true);
  const orders = number('orders', values.orders ?? '200', 0, ORDERS_MAX, true);
  const { tape } = values;
  if (tape !== undefined) {
    const useless = (['hours', 'symbols', 'activity', 'start'] as const).find((name) => values[name] !== undefined);
    if (useless !== undefined) throw new UsageError(`--${useless} has no meaning with --tape`);
    return { out: values.out, seed, orders, openMarket: () => openTape(tape) };
  }
  const hours = number('hours', values.hours ?? String(HOURS_MAX), 0.05, HOURS_MAX, false);
  const symbols = number('symbols', values.symbols ?? String(SYMBOLS_MAX), 1, SYMBOLS_MAX, true);
  const activity = number('activity', values.activity ?? '1', 0.1, 20, false);
  const dayStart = parseTimestampUs(values.start ?? START);
  if (Number.isNaN(dayStart)) throw new UsageError(`--start is a time such as ${START}, not ${values.start}`);
  return { out: values.out, seed, orders, openMarket: () => Promise.resolve(new SyntheticMarket({ seed, dayStart, hours, symbols, activity })) };
}

function number(name: string, text: string, least: number, most: number, isWhole: boolean): number {
  const value = Number(text);
  const isGood = text.trim() !== '' && value >= least && value <= most && (!isWhole || Number.isInteger(value));
  if (!isGood) throw new UsageError(`--${name} is a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}, not ${text}`);
  return value;
}

function parseOrUsageError(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        out: { type: 'string' },
        seed: { type: 'string' },
        orders: { type: 'string' },
        hours: { type: 'string' },
        symbols: { type: 'string' },
        activity: { type: 'string' },
        start: { type: 'string' },
        tape: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = readCommandLine(args);
    if (command === undefined) {
      console.log(HELP);
      return 0;
    }
    const { out, seed, orders } = command;
    const market = await command.openMarket();
    const startMs = performance.now();
    const simulation = new Simulation({ market, openDesk: (emit) => new TradingDesk({ market, seed, orders, emit }), seed });
    const { events, ordersCount, firstUs, lastUs, truthPath } = await writeDay(simulation, market, out);
    const seconds = (performance.now() - startMs) / 1_000;
    const simulatedSeconds = (lastUs - firstUs) / 1e6;
    console.log(`${events} events of ${ordersCount} orders to ${out}, the truth to ${truthPath}`);
    console.log(`${(simulatedSeconds / 3_600).toFixed(2)} h in ${seconds.toFixed(1)} s, ${Math.round(simulatedSeconds / seconds)} times real time`);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`simulate: ${error.message}\nSee npm run simulate -- --help`);
      return 2;
    }
    if (!(error instanceof ReplayError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    console.error(`simulate: ${(error as Error).message}`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
