/** Writes a simulated day to files: events in the order in which they arrive, and the ground truth. */

import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

import { groundTruthLines, groundTruthPath } from './ground-truth.ts';
import type { MarketSource } from './market/market-source.ts';
import type { Simulation } from './simulation.ts';

const CHUNK_CHARS = 1 << 16;

export interface WrittenDay {
  readonly events: number;
  readonly ordersCount: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly truthPath: string;
}

/** Rejects when a file cannot be written. */
export async function writeDay(simulation: Simulation, market: MarketSource, path: string): Promise<WrittenDay> {
  let events = 0;
  let firstUs = Number.NaN;
  let lastUs = Number.NaN;
  await writeLines(path, function* () {
    for (const { arrivalUs, event } of simulation.events()) {
      if (events++ === 0) firstUs = arrivalUs;
      lastUs = arrivalUs;
      yield JSON.stringify(event);
    }
  });
  const truthPath = groundTruthPath(path);
  await writeLines(truthPath, () => groundTruthLines(market, simulation.desk));
  return { events, ordersCount: simulation.desk.truths.length, firstUs, lastUs, truthPath };
}

async function writeLines(path: string, lines: () => Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  const done = finished(file);
  // It is awaited at the end; a failure before that ends the loop through `write`.
  done.catch(() => undefined);
  let chunk = '';
  for (const line of lines()) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_CHARS) continue;
    await write(file, chunk);
    chunk = '';
  }
  file.end(chunk);
  await done;
}

async function write(file: WriteStream, chunk: string): Promise<void> {
  if (!file.write(chunk)) await once(file, 'drain');
}
