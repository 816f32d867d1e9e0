/**
 * Loaded into a process with `NODE_OPTIONS=--import`: each of its threads leaves a file in the folder BENCH_THREADS_DIR, named
 * by the kernel's number of the thread and holding the script that it runs. Node 20 gives its threads no names of their own.
 */

import { readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const THREADS_DIR_VARIABLE = 'BENCH_THREADS_DIR';

const folder = process.env[THREADS_DIR_VARIABLE];
// A database server that the process starts does not run this, another program of Node.js might: it has no folder.
if (folder !== undefined) writeFileSync(join(folder, basename(readlinkSync('/proc/thread-self'))), process.argv[1] ?? '');
