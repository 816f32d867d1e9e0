/**
 * `npm run replay -- FILES`: plays recorded market data and orders into a running service through its public API.
 *
 * It owns the command line, its help and its exit codes: 0 all events taken (duplicates count as taken), 1 something was
 * rejected, unreadable or unreachable, 2 the command itself is wrong.
 */
import { parseArgs } from 'node:util';
import { FILES_MAX, FORMATS } from './open-sources.ts';
import { parseSpeed } from './pace.ts';
import { ReplayError } from './replay-event.ts';
import { BATCH_EVENTS_DEFAULT, BATCH_EVENTS_MAX, replay, type ReplayOptions, type ReplaySummary } from './replay.ts';

const URL_DEFAULT = 'http://127.0.0.1:8080';

const HELP = `Plays recorded events into a running execution monitor.

  npm run replay -- FILES [options]

FILES are merged by timestamp, at most ${FILES_MAX}, plain or gzip:
  NDJSON    one input event a line
  LOBSTER   a message file; its orderbook file is found by its name, or is named too

  --url URL             the service (${URL_DEFAULT})
  --speed N|max         1 as recorded, 60 a minute a second, max as fast as acknowledged (max)
  --format FORMAT       ${FORMATS.join(', ')} (auto: by the first line)
  --batch N             most events in one request, 1 to ${BATCH_EVENTS_MAX} (${BATCH_EVENTS_DEFAULT})
  --date YYYY-MM-DD     LOBSTER: the trading day in New York (from the file name)
  --symbol SYM          LOBSTER: the instrument (from the file name)
  --help

Start the service with --clock event to have its clock follow the recording.
Exit code 0: all taken. 1: an event was rejected, a file unreadable or the service not there. 2: wrong usage.
`;

class UsageError extends Error {}

/** Undefined when help was asked for. */
function readCommandLine(args: readonly string[]): ReplayOptions | undefined {
  const { values, positionals } = parseOrUsageError(args);
  if (values.help === true) return undefined;
  if (positionals.length === 0) throw new UsageError('name at least one file');
  const speed = parseSpeed(values.speed);
  if (speed === undefined) throw new UsageError(`--speed is a number above 0 or max, not ${values.speed}`);
  const format = FORMATS.find((name) => name === values.format);
  if (format === undefined) throw new UsageError(`--format is one of ${FORMATS.join(', ')}, not ${values.format}`);
  const batchEventsMax = Number(values.batch);
  if (!Number.isInteger(batchEventsMax) || batchEventsMax < 1 || batchEventsMax > BATCH_EVENTS_MAX) {
    throw new UsageError(`--batch is a whole number from 1 to ${BATCH_EVENTS_MAX}, not ${values.batch}`);
  }
  if (!URL.canParse(values.url) || !/^https?:$/.test(new URL(values.url).protocol)) {
    throw new UsageError(`--url is an http or https address, not ${values.url}`);
  }
  return { files: positionals, url: values.url, speed, format, batchEventsMax, symbol: values.symbol, date: values.date };
}

function parseOrUsageError(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string', default: URL_DEFAULT },
        speed: { type: 'string', default: 'max' },
        format: { type: 'string', default: 'auto' },
        batch: { type: 'string', default: String(BATCH_EVENTS_DEFAULT) },
        date: { type: 'string' },
        symbol: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function describe(summary: ReplaySummary, speed: ReplayOptions['speed']): string {
  const { events, batches, accepted, duplicates, rejected, sequence, retries, elapsedMs, lagMsMax } = summary;
  const perSecond = Math.round((events * 1000) / Math.max(elapsedMs, 1));
  const lines = [
    `accepted ${accepted}, duplicates ${duplicates}, rejected ${rejected}; last sequence ${sequence ?? 'none'}`,
    `${events} events in ${batches} batches, ${(elapsedMs / 1000).toFixed(1)} s, ${perSecond} events/s`,
  ];
  if (retries > 0) lines.push(`batches sent again: ${retries}`);
  if (speed !== 'max') lines.push(`at most ${Math.round(lagMsMax)} ms behind the asked speed`);
  return lines.join('\n');
}

function describeRejections({ rejections, rejected }: ReplaySummary): string {
  const lines = rejections.map(
    ({ index, code, detail, file, line }) => `rejected event ${index} (${file}:${line}): ${code}: ${detail}`,
  );
  if (rejected > rejections.length) lines.push(`and ${rejected - rejections.length} more`);
  return lines.join('\n');
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readCommandLine(args);
    if (options === undefined) {
      console.log(HELP);
      return 0;
    }
    const summary = await replay(options);
    console.log(describe(summary, options.speed));
    if (summary.rejected === 0) return 0;
    console.error(describeRejections(summary));
    return 1;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`replay: ${error.message}\nSee npm run replay -- --help`);
      return 2;
    }
    if (!(error instanceof ReplayError)) throw error;
    console.error(`replay: ${error.message}`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
