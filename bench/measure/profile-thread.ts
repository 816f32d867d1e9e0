/**
 * Loaded into a process with `NODE_OPTIONS=--import`: each of its threads writes a CPU profile when it ends, into the folder
 * BENCH_PROFILE_DIR. (`--cpu-prof` does that too and is not allowed in NODE_OPTIONS.) A thread that is ended from outside
 * writes none.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

export const PROFILE_DIR_VARIABLE = 'BENCH_PROFILE_DIR';
const SAMPLE_INTERVAL_US = 500;

const folder = process.env[PROFILE_DIR_VARIABLE];
if (folder !== undefined) {
  mkdirSync(folder, { recursive: true });
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: SAMPLE_INTERVAL_US });
  session.post('Profiler.start');
  process.on('exit', () => {
    session.post('Profiler.stop', (error, { profile }) => {
      if (error === null) writeFileSync(join(folder, `${process.pid}-thread-${threadId}.cpuprofile`), JSON.stringify(profile));
    });
  });
}
