/**
 * `npm run demo`: the service and a simulated market with a desk at work in it, until it is stopped.
 *
 * The first hour of the day is played at once, so that orders in all states are there from the beginning; then the day goes on at
 * `--speed`, and another day begins after it. It owns the command line and what it prints; the service runs as a process of its own
 * on a folder that is removed at the end.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { EventClient } from '../../gateway/replay/event-client.ts';
import { TradingDesk } from '../desk/trading-desk.ts';
import { SyntheticMarket } from '../market/synthetic-market.ts';
import { Simulation } from '../simulation.ts';
import { feed } from './feeder.ts';
import { describeOverview, OrderBook, whatToLookAt } from './overview.ts';
import { ServiceProcess } from './service-process.ts';

const FIRST_DAY_US = Date.UTC(2026, 2, 2, 14, 30) * 1_000;
const DAY_US = 24 * 3_600 * 1_000_000;
const MINUTE_US = 60_000_000;
const OVERVIEW_MS = 20_000;
/** The session before the first day. */
const HOURS_BEFORE = 0.4;
const ORDERS_BEFORE = 60;
/** Requests that stay open long enough to be seen. */
const DEMO_RATES = { replace: 0.4, cancel: 0.2, answerSecondsMax: 900 };

const HELP = `Starts the execution monitor and feeds it a simulated market with a desk that works parent orders in it.

  npm run demo -- [options]

  --speed X             simulated time passes this many times as fast, 0.1 to 200 (10)
  --orders N            parent orders a day, 10 to 5000 (400)
  --seed N              another number, another day (1)
  --warm-up MINUTES     how much of the first day is played at once, 0 to 380 (60)
  --port N              where the service listens; 0 picks a free port (8080)
  --for SECONDS         end by itself after so long (until it is stopped)
  --help
`;

interface Command {
  readonly speed: number;
  readonly orders: number;
  readonly seed: number;
  readonly warmUpMinutes: number;
  readonly port: number;
  readonly forSeconds: number | undefined;
}

class UsageError extends Error {}

/** Undefined when help was asked for. */
function readCommandLine(args: readonly string[]): Command | undefined {
  const values = parseOrUsageError(args);
  if (values.help === true) return undefined;
  const number = (name: string, text: string, least: number, most: number): number => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most)) throw new UsageError(`--${name} is a number from ${least} to ${most}, not ${text}`);
    return value;
  };
  return {
    speed: number('speed', values.speed, 0.1, 200),
    orders: Math.round(number('orders', values.orders, 10, 5_000)),
    seed: Math.round(number('seed', values.seed, 0, Number.MAX_SAFE_INTEGER)),
    warmUpMinutes: number('warm-up', values['warm-up'], 0, 380),
    port: Math.round(number('port', values.port, 0, 65_535)),
    forSeconds: values.for === undefined ? undefined : number('for', values.for, 1, 1e6),
  };
}

function parseOrUsageError(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        speed: { type: 'string', default: '10' },
        orders: { type: 'string', default: '400' },
        seed: { type: 'string', default: '1' },
        'warm-up': { type: 'string', default: '60' },
        port: { type: 'string', default: '8080' },
        for: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function main(args: readonly string[]): Promise<number> {
  let command: Command | undefined;
  try {
    command = readCommandLine(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`demo: ${error.message}\nSee npm run demo -- --help`);
    return 2;
  }
  if (command === undefined) {
    console.log(HELP);
    return 0;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  return run(command, stopping);
}

async function run(command: Command, stopping: AbortController): Promise<number> {
  console.log('starting the service on a database of its own ...');
  let service: ServiceProcess;
  try {
    service = await ServiceProcess.start(['--port', String(command.port)]);
  } catch (error) {
    console.error(`demo: ${(error as Error).message}`);
    return 1;
  }
  let exitCode = 0;
  // A service that ends without being asked ends the demo.
  void service.ended.then((code) => {
    if (!stopping.signal.aborted) exitCode = code === 0 ? 1 : code;
    stopping.abort();
  });
  if (command.forSeconds !== undefined) setTimeout(() => stopping.abort(), command.forSeconds * 1_000).unref();
  const book = new OrderBook();
  try {
    console.log(`playing the first ${command.warmUpMinutes} minutes of the day ...`);
    const feeding = feedDays(command, service.url, book, stopping.signal);
    await Promise.race([feeding, showFrom(command, service.url, book, stopping.signal)]);
    await feeding;
  } catch (error) {
    if (!stopping.signal.aborted) {
      console.error(`demo: ${(error as Error).message}`);
      exitCode = 1;
    }
  }
  stopping.abort();
  console.log('stopping ...');
  await service.stop();
  return exitCode;
}

/**
 * A short session of the day before, at once: its orders have expired, are done for the day, or were filled in its close. Then one
 * day after the other, each with its own seed and order ids.
 */
async function feedDays(command: Command, url: string, book: OrderBook, signal: AbortSignal): Promise<void> {
  const client = new EventClient(url);
  for (let day = -1; !signal.aborted; day++) {
    const isBefore = day < 0;
    const seed = command.seed + day + 1;
    const dayStart = FIRST_DAY_US + day * DAY_US;
    const market = new SyntheticMarket({ seed, dayStart, ...(isBefore ? { hours: HOURS_BEFORE } : {}) });
    const orders = isBefore ? ORDERS_BEFORE : command.orders;
    const rates = isBefore ? { ...DEMO_RATES, doneForDay: 1 } : DEMO_RATES;
    const simulation = new Simulation({ market, seed, openDesk: (emit) => new TradingDesk({ market, seed, orders, emit, rates, idPrefix: `D${day + 1}-` }) });
    const fastUntilUs = isBefore ? Number.POSITIVE_INFINITY : day === 0 ? dayStart + command.warmUpMinutes * MINUTE_US : 0;
    await feed(simulation.events(), { client, speed: command.speed, fastUntilUs, signal, onSent: (batch) => book.note(batch) });
  }
}

/** Prints what there is once the first part is played, and then again and again. */
async function showFrom(command: Command, url: string, book: OrderBook, signal: AbortSignal): Promise<void> {
  const wantedUs = FIRST_DAY_US + command.warmUpMinutes * MINUTE_US;
  while (book.newestUs < wantedUs && !signal.aborted) await pause(100, signal);
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const overview = await book.look(url);
    console.log(`\n${describeOverview(overview)}`);
    if (isFirst) console.log(`\n${whatToLookAt(url, overview)}`);
    await pause(OVERVIEW_MS, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

process.exitCode = await main(process.argv.slice(2));
