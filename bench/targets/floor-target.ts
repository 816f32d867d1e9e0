/** The floor as a child process, and the check that it kept every byte. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { processCpu } from '../measure/cpu.ts';
import type { Target } from './target.ts';

const MAIN = fileURLToPath(new URL('../floor/main.js', import.meta.url));
const READY_LINE = /^ready (http:\/\/\S+)$/;

export async function startFloor(): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-floor-'));
  const logFile = join(folder, 'events.log');
  const child = spawn(process.execPath, [MAIN, logFile], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const ended = exited.then(([code]) => `the floor ended with exit code ${String(code)} before it was ready`);
  const firstLine = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
  const line = await Promise.race([firstLine, ended]);
  const url = READY_LINE.exec(line)?.[1];
  if (url === undefined) throw new Error(line);
  let bytesBefore = 0;
  return {
    name: 'floor',
    url,
    reading: 'frame_count',
    countsEvents: false,
    cpu: { floor: () => processCpu(child.pid!) },
    announce: () => Promise.resolve(),
    async check({ sentBytes }) {
      const { size } = await stat(logFile);
      const kept = size - bytesBefore;
      bytesBefore = size;
      return { faults: kept === sentBytes ? [] : [`the floor kept ${kept} of ${sentBytes} bytes`], shownAtUs: Number.NaN };
    },
    settle: () => Promise.resolve(0),
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
      return [];
    },
  };
}
