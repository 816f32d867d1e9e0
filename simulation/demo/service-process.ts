/** The service of the demo: a child process on a data folder of its own, with the clock of its events. */

import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../engine/main.js', import.meta.url));
const READY_LINE = /^ready (http:\/\/\S+)$/;

export class ServiceProcess {
  readonly url: string;
  /** Resolves with the exit code when it has ended, asked or not. */
  readonly ended: Promise<number>;
  private readonly child: ChildProcess;
  private readonly dataDir: string;

  private constructor(child: ChildProcess, ended: Promise<number>, url: string, dataDir: string) {
    this.child = child;
    this.ended = ended;
    this.url = url;
    this.dataDir = dataDir;
  }

  /** Rejects when the service ends before it is ready; what it said is on stderr then. */
  static async start(flags: readonly string[]): Promise<ServiceProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'execution-monitor-demo-'));
    // As root the embedded database runs as another user, who must be able to enter.
    await chmod(dataDir, 0o755);
    const child = spawn(process.execPath, [MAIN, '--data-dir', dataDir, '--clock', 'event', '--log-level', 'warn', ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // A Ctrl-C in the terminal is for the demo, which then stops the service in order.
      detached: true,
    });
    const ended = new Promise<number>((resolve) => {
      child.once('error', () => resolve(1));
      child.once('exit', (code) => resolve(code ?? 1));
    });
    const ready = (async () => {
      for await (const line of createInterface({ input: child.stdout! })) {
        const url = READY_LINE.exec(line)?.[1];
        if (url !== undefined) return url;
      }
      return undefined;
    })();
    const url = await Promise.race([ready, ended.then(() => undefined)]);
    if (url === undefined) {
      await rm(dataDir, { recursive: true, force: true });
      throw new Error('the service did not start');
    }
    return new ServiceProcess(child, ended, url, dataDir);
  }

  /** Stops it in order and removes its folder. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.ended;
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}
