/** A server of the benchmark's own as a child process: started, and told where it listens by its ready line. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ReadyChild {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const READY_LINE = /^ready (http:\/\/\S+)$/;

/** Rejects when it ends before it is ready. It ends by itself when this process has gone. */
export async function startReadyChild(name: string, main: URL, args: readonly string[]): Promise<ReadyChild> {
  const child = spawn(process.execPath, [fileURLToPath(main), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const ended = exited.then(([code]) => `the ${name} ended with exit code ${String(code)} before it was ready`);
  const firstLine = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
  const line = await Promise.race([firstLine, ended]);
  const url = READY_LINE.exec(line)?.[1];
  if (url === undefined) throw new Error(line);
  return {
    url,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
