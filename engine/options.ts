/**
 * Options: one table. Each is a flag, an environment variable (EXECMON_ and the name in capitals) and a key of the config
 * file, in this order of strength. `--help` prints the table.
 */

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import { DEFAULT_SETTINGS, MONITORING_ROWS, type MonitoringRows, RETENTION_MINUTES_MAX, RETENTION_MINUTES_MIN, type Settings } from './domain/settings.ts';

type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly expected: string };

interface Option<T> {
  readonly placeholder: string;
  readonly help: string;
  readonly fallback: T;
  /** Shown in --help instead of the fallback. */
  readonly fallbackShown?: string;
  parse(text: string): Parsed<T>;
}

function wholeNumber(min: number, max: number): (text: string) => Parsed<number> {
  return (text) => {
    const value = Number(text);
    const isInRange = /^\d+$/.test(text) && value >= min && value <= max;
    return isInRange ? { ok: true, value } : { ok: false, expected: `a whole number from ${min} to ${max}` };
  };
}

function oneOf<const T extends string>(words: readonly T[]): (text: string) => Parsed<T> {
  return (text) =>
    words.includes(text as T) ? { ok: true, value: text as T } : { ok: false, expected: `one of ${words.join(', ')}` };
}

function positiveNumbers(count: number): (text: string) => Parsed<readonly number[]> {
  return (text) => {
    const values = text.split(',').map(Number);
    const areGood = values.length === count && text.trim() !== '' && values.every((value) => value > 0 && value <= 1e6);
    return areGood ? { ok: true, value: values } : { ok: false, expected: `${count} numbers above 0 with commas between` };
  };
}

const text = (value: string): Parsed<string> => ({ ok: true, value });

function flag(value: string): Parsed<boolean> {
  if (value === 'true' || value === '1') return { ok: true, value: true };
  return value === 'false' || value === '0' ? { ok: true, value: false } : { ok: false, expected: 'true or false' };
}

const option = <T>(definition: Option<T>): Option<T> => definition;

export const OPTIONS = {
  port: option<number>({ placeholder: 'PORT', help: 'TCP port; 0 picks a free one, named in the ready line', fallback: 8080, parse: wholeNumber(0, 65_535) }),
  host: option<string>({ placeholder: 'HOST', help: 'address to listen on', fallback: '127.0.0.1', parse: text }),
  'data-dir': option<string>({ placeholder: 'DIR', help: 'folder of the journal and the embedded database', fallback: './data', parse: text }),
  'database-url': option<string>({ placeholder: 'URL', help: 'PostgreSQL or TimescaleDB to write to; none: nothing is written but the journal', fallback: '', fallbackShown: 'embedded', parse: text }),
  shards: option<number>({
    placeholder: 'N',
    help: 'worker threads that hold the orders',
    fallback: Math.max(1, availableParallelism() - 1),
    fallbackShown: 'cores - 1, at least 1',
    parse: wholeNumber(1, 64),
  }),
  clock: option<'receipt' | 'event'>({ placeholder: 'MODE', help: 'what moves "now": receipt (this machine) or event (timestamps, for replays)', fallback: 'receipt', parse: oneOf(['receipt', 'event']) }),
  'retention-minutes': option<number>({
    placeholder: 'MIN',
    help: 'how long an ended order stays in memory; its analytics are then answered from the database',
    fallback: DEFAULT_SETTINGS.retentionMinutes,
    parse: wholeNumber(RETENTION_MINUTES_MIN, RETENTION_MINUTES_MAX),
  }),
  'monitoring-rows': option<MonitoringRows>({
    placeholder: 'WHEN',
    help: 'when the database gets a row of an order\'s numbers: second (each that has news) or input (each of its own, too)',
    fallback: DEFAULT_SETTINGS.monitoringRows,
    parse: oneOf(MONITORING_ROWS),
  }),
  'score-weights': option<readonly number[]>({
    placeholder: 'S,C,F',
    help: 'weights of speed, cost efficiency and fill rate in the performance score',
    fallback: Object.values(DEFAULT_SETTINGS.scoreWeights),
    parse: positiveNumbers(3),
  }),
  'impact-coefficients': option<readonly number[]>({
    placeholder: 'G,H',
    help: 'permanent and temporary coefficient of the pre-trade model',
    fallback: Object.values(DEFAULT_SETTINGS.impactCoefficients),
    parse: positiveNumbers(2),
  }),
  'snapshot-minutes': option<number>({ placeholder: 'MIN', help: 'time between snapshots, from which a start goes on; 0 makes none', fallback: 10, parse: wholeNumber(0, 1_440) }),
  'history-hours': option<number>({ placeholder: 'H', help: 'how long journal and snapshots are kept behind the newest two snapshots', fallback: 48, parse: wholeNumber(0, 87_600) }),
  'ignore-snapshots': option<boolean>({ placeholder: '', help: 'start from the beginning of the journal', fallback: false, parse: flag }),
  transport: option<'auto' | 'uws' | 'node'>({ placeholder: 'NAME', help: 'HTTP server: uws (uWebSockets.js), node (node:http and ws), auto', fallback: 'auto', parse: oneOf(['auto', 'uws', 'node']) }),
  'warm-up': option<boolean>({ placeholder: 'BOOL', help: 'play a made-up market before the doors open, so that the first seconds under load are no slower than others; not where a snapshot is loaded', fallback: true, parse: flag }),
  'heartbeat-ms': option<number>({ placeholder: 'MS', help: 'time between heartbeats on streams', fallback: 5_000, parse: wholeNumber(10, 60_000) }),
  'log-level': option<'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'>({ placeholder: 'LEVEL', help: 'trace, debug, info, warn, error or silent', fallback: 'info', parse: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent']) }),
  insecure: option<boolean>({ placeholder: '', help: 'listen outside loopback without authentication', fallback: false, parse: flag }),
} as const;

export type Options = { readonly [K in keyof typeof OPTIONS]: (typeof OPTIONS)[K] extends Option<infer T> ? T : never };

export type OptionsResult =
  | { readonly is: 'options'; readonly options: Options }
  | { readonly is: 'help' }
  | { readonly is: 'fault'; readonly detail: string };

/** Reads flags, environment and config file. Faults name the option and where it was given. */
export function readOptions(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): OptionsResult {
  const flags = readFlags(args);
  if (typeof flags === 'string') return { is: 'fault', detail: flags };
  if (flags.has('help')) return { is: 'help' };
  const configPath = flags.get('config') ?? environment['EXECMON_CONFIG'];
  const config = configPath === undefined ? new Map<string, string>() : readConfig(configPath);
  if (typeof config === 'string') return { is: 'fault', detail: config };
  const options: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(OPTIONS) as [string, Option<unknown>][]) {
    const variable = environmentName(name);
    const [given, where] = flags.has(name)
      ? [flags.get(name), `--${name}`]
      : environment[variable] !== undefined
        ? [environment[variable], variable]
        : [config.get(name), `"${name}" in ${configPath}`];
    if (given === undefined) {
      options[name] = definition.fallback;
      continue;
    }
    const parsed = definition.parse(given);
    if (!parsed.ok) return { is: 'fault', detail: `${where}: ${JSON.stringify(given)} is not ${parsed.expected}` };
    options[name] = parsed.value;
  }
  return { is: 'options', options: options as unknown as Options };
}

/** Of `--database-url`: no database at all. */
export const NO_DATABASE = 'none';

/** Those options that enter numbers or decide what is kept: journaled when they change. */
export function settingsOf(options: Options): Settings {
  const [speed = 0, cost = 0, fillRate = 0] = options['score-weights'];
  const [permanent = 0, temporary = 0] = options['impact-coefficients'];
  return {
    // Without a database nobody could answer for an order that has left memory.
    retentionMinutes: options['database-url'] === NO_DATABASE ? RETENTION_MINUTES_MAX : options['retention-minutes'],
    monitoringRows: options['monitoring-rows'],
    scoreWeights: { execution_speed: speed, cost_efficiency: cost, fill_rate: fillRate },
    impactCoefficients: { permanent, temporary },
  };
}

export function helpText(): string {
  const rows = Object.entries(OPTIONS).map(([name, definition]) => {
    const shown = (definition as Option<unknown>).fallbackShown ?? String(definition.fallback);
    return [`--${name} ${definition.placeholder}`.trimEnd(), environmentName(name), `${definition.help} [${shown}]`] as const;
  });
  const table = [
    ['flag', 'environment', 'what [default]'],
    ...rows,
    ['--config FILE', 'EXECMON_CONFIG', 'JSON file with the names above as keys'],
    ['--help', '', 'print this'],
  ] as const;
  const widthOf = (column: 0 | 1): number => Math.max(...table.map((row) => row[column].length)) + 2;
  return [
    'execution-monitor: follows every parent order while it trades.',
    '',
    'usage: npm start -- [options]',
    '',
    ...table.map(([flag, variable, what]) => `  ${flag.padEnd(widthOf(0))}${variable.padEnd(widthOf(1))}${what}`),
    '',
    'A flag is stronger than the environment, which is stronger than the config file.',
    '',
  ].join('\n');
}

function environmentName(name: string): string {
  return `EXECMON_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** Flags that need no value. */
const SWITCHES = ['help', ...Object.entries(OPTIONS).flatMap(([name, { parse }]) => ((parse as unknown) === flag ? [name] : []))];

function readFlags(args: readonly string[]): Map<string, string> | string {
  const flags = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(arg);
    if (match === null) return `${JSON.stringify(arg)} is not an option, see --help`;
    const name = match[1]!;
    const isSwitch = SWITCHES.includes(name);
    if (!isSwitch && name !== 'config' && !Object.hasOwn(OPTIONS, name)) return `--${name} is not an option, see --help`;
    if (match[2] !== undefined) flags.set(name, match[2]);
    else if (isSwitch) flags.set(name, 'true');
    else if (i + 1 < args.length) flags.set(name, args[++i]!);
    else return `--${name} needs a value`;
  }
  return flags;
}

function readConfig(path: string): Map<string, string> | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return `config file ${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return `config file ${path}: must be a JSON object`;
  const config = new Map<string, string>();
  for (const [name, value] of Object.entries(parsed)) {
    if (!Object.hasOwn(OPTIONS, name)) return `config file ${path}: "${name}" is not an option`;
    if (typeof value === 'object') return `config file ${path}: "${name}" must be a text, a number, true or false`;
    config.set(name, String(value));
  }
  return config;
}
