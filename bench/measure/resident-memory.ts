/** Memory of a process that is in RAM, as the kernel counts it (Linux, /proc/PID/status). */

import { readFileSync } from 'node:fs';

const BYTES_PER_KIB = 1_024;

export interface ResidentMemory {
  readonly bytes: number;
  /** The most it ever was. */
  readonly peakBytes: number;
}

/** NaN of a process that has gone. */
export function residentMemory(pid: number): ResidentMemory {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const bytesOf = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN) * BYTES_PER_KIB;
    return { bytes: bytesOf('VmRSS'), peakBytes: bytesOf('VmHWM') };
  } catch {
    return { bytes: Number.NaN, peakBytes: Number.NaN };
  }
}
