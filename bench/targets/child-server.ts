/** A server of the benchmark's own as a child process, and the checks that it kept every byte and stored every row. */

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { floorArguments, type FloorPart } from '../floor/floor-options.ts';
import type { SecondThreadWork } from '../floor/second-thread.ts';
import { monotonicUs } from '../measure/clock.ts';
import { startReadyChild } from './ready-child.ts';

export interface ChildServerOptions {
  /** The service's own, for the rows. */
  readonly databaseUrl: string;
  readonly without: readonly FloorPart[];
  readonly secondThread?: SecondThreadWork | undefined;
}

export interface ChildServer {
  readonly url: string;
  readonly pid: number;
  /** What is wrong with what it kept since the last call, in words. */
  keptFaults(sentBytes: number | undefined, fillCount: number): Promise<string[]>;
  /** Seconds until all rows that it was given are stored; NaN when that took too long. */
  settle(): Promise<number>;
  stop(): Promise<void>;
}

const SETTLE_US_MAX = 120_000_000;
const SETTLE_POLL_MS = 20;
const US_PER_SECOND = 1_000_000;

export async function startChildServer(name: string, main: URL, { databaseUrl, without, secondThread }: ChildServerOptions): Promise<ChildServer> {
  const folder = await mkdtemp(join(tmpdir(), `bench-${name.replaceAll(' ', '-')}-`));
  const logFile = without.includes('log') ? undefined : join(folder, 'events.log');
  const args = floorArguments({ logFile, databaseUrl: without.includes('copy') ? undefined : databaseUrl, isPushing: !without.includes('push'), secondThread });
  const child = await startReadyChild(name, main, args);
  const { url, pid } = child;

  const rows = async (): Promise<{ readonly given: number; readonly stored: number }> =>
    (await (await fetch(new URL('/bench/rows', url))).json()) as { given: number; stored: number };
  let [bytesBefore, rowsBefore] = [0, 0];
  return {
    url,
    pid,
    async keptFaults(sentBytes, fillCount) {
      const faults: string[] = [];
      if (logFile !== undefined) {
        const { size } = await stat(logFile);
        if (sentBytes !== undefined && size - bytesBefore !== sentBytes) faults.push(`the ${name} kept ${size - bytesBefore} of ${sentBytes} bytes`);
        bytesBefore = size;
      }
      const { given } = await rows();
      if (!without.includes('copy') && given - rowsBefore !== fillCount) faults.push(`the ${name} stores ${given - rowsBefore} rows of ${fillCount} fills`);
      rowsBefore = given;
      return faults;
    },
    async settle() {
      const startUs = monotonicUs();
      for (;;) {
        const { given, stored } = await rows();
        if (given === stored) return (monotonicUs() - startUs) / US_PER_SECOND;
        if (monotonicUs() - startUs > SETTLE_US_MAX) return Number.NaN;
        await sleep(SETTLE_POLL_MS);
      }
    },
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
