/**
 * A file of input events, one JSON object a line, sent on as it is written: no field is read but the timestamp.
 *
 * It does not validate. A line that is no event goes to the service too, which says what is wrong with it; such a line
 * keeps the time of the line before it, so that it stays where it was recorded.
 */
import { readLines } from './input-file.ts';
import type { ReplayEvent } from './replay-event.ts';
import { parseRfc3339Ns } from './rfc3339-time.ts';

/** The events of one file in its own order; blank lines are skipped. */
export async function* ndjsonEvents(path: string): AsyncGenerator<ReplayEvent, void, undefined> {
  let line = 0;
  let timestampNs = 0n;
  for await (const text of readLines(path)) {
    line++;
    const json = text.trim();
    if (json === '') continue;
    timestampNs = eventTimeNs(json) ?? timestampNs;
    yield { timestampNs, json, file: path, line };
  }
}

function eventTimeNs(json: string): bigint | undefined {
  try {
    const timestamp = (JSON.parse(json) as { timestamp?: unknown } | null)?.timestamp;
    return typeof timestamp === 'string' ? parseRfc3339Ns(timestamp) : undefined;
  } catch {
    return undefined;
  }
}
