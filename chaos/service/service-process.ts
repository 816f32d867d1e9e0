/** The real service, `node dist/engine/main.js`, in a process group of its own on a given data folder. */

import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';

import { PROJECT_ROOT } from '../../test/support/project-root.ts';
import type { Cleanup } from './cleanup.ts';
import { allGone, processTree, signalAll } from './process-tree.ts';

export interface ServiceStart {
  readonly dataDir: string;
  /** Empty: the embedded database. */
  readonly databaseUrl?: string;
  readonly flags?: readonly string[];
  /** Modules that are loaded before the service, in each of its threads and in the processes that it starts. */
  readonly preloads?: readonly string[];
  /** Beside the environment of the driver. */
  readonly env?: Readonly<Record<string, string>>;
  readonly readyMsMax?: number;
}

const READY_MS_MAX = 60_000;
const STDERR_CHARS_MAX = 1 << 18;
/** Of it in the message of an error. */
const STDERR_TOLD_CHARS_MAX = 600;
const READY_LINE = /^ready (http:\/\/\S+)$/;

/** It ended, or took too long, before it was ready. */
export class NotReady extends Error {
  /** Undefined when it had to be ended. */
  readonly code: number | undefined;
  readonly stderr: string;

  constructor(code: number | undefined, stderr: string) {
    super(code === undefined ? `the service did not become ready; stderr: ${stderr.slice(-STDERR_TOLD_CHARS_MAX)}` : `the service ended with exit code ${code} before it was ready; stderr: ${stderr.slice(-STDERR_TOLD_CHARS_MAX)}`);
    this.name = 'NotReady';
    this.code = code;
    this.stderr = stderr;
  }
}

export class ServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** Its exit code, or 128 + the number of the signal that ended it. */
  readonly exited: Promise<number>;
  private readonly readStderr: () => string;

  private constructor(url: string, pid: number, exited: Promise<number>, readStderr: () => string) {
    this.url = url;
    this.pid = pid;
    this.exited = exited;
    this.readStderr = readStderr;
  }

  /** Rejects with NotReady. */
  static async start(start: ServiceStart, cleanup: Cleanup): Promise<ServiceProcess> {
    const database = start.databaseUrl === undefined ? [] : ['--database-url', start.databaseUrl];
    const args = ['dist/engine/main.js', '--port', '0', '--data-dir', start.dataDir, ...database, ...(start.flags ?? [])];
    const child = spawn(process.execPath, args, { cwd: PROJECT_ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: environmentOf(start) });
    const pid = child.pid!;
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_CHARS_MAX)));
    const exited = new Promise<number>((resolve) => child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))));
    let hasExited = false;
    void exited.then(() => (hasExited = true));
    const kill = cleanup.add(async () => {
      // Its id may be another's by now; what it left behind is ended by whoever started on the folder after it.
      if (hasExited) return;
      const tree = processTree(pid);
      signalAll(tree, 'SIGKILL');
      await allGone(tree);
    });
    const url = await readyUrl(child, exited, start.readyMsMax ?? READY_MS_MAX);
    if (typeof url === 'string') return new ServiceProcess(url, pid, exited, () => stderr);
    await kill();
    throw new NotReady(url.code, stderr);
  }

  get stderr(): string {
    return this.readStderr();
  }

  /** It and the embedded database, if it has one. */
  tree(): number[] {
    return processTree(this.pid);
  }

  /** SIGKILL at once to all that it is made of. */
  async killTree(): Promise<void> {
    const tree = this.tree();
    signalAll(tree, 'SIGKILL');
    await this.exited;
    await allGone(tree);
  }


  /** SIGKILL to it alone; an embedded database stays behind, as it is. */
  async killAlone(): Promise<void> {
    signalAll([this.pid], 'SIGKILL');
    await this.exited;
  }

  /** SIGTERM; its exit code, or undefined when it takes longer than `limitMs`. */
  async terminate(limitMs: number): Promise<number | undefined> {
    signalAll([this.pid], 'SIGTERM');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), limitMs)));
    const code = await Promise.race([this.exited, late]);
    clearTimeout(timer);
    return code;
  }
}

/** Of this process and what was asked for beside it, with the modules that every Node of the service loads first. */
function environmentOf({ preloads = [], env }: ServiceStart): NodeJS.ProcessEnv {
  const all = { ...process.env, ...env };
  const nodeOptions = [all['NODE_OPTIONS'] ?? '', ...preloads.map((module) => `--import ${module}`)].join(' ').trim();
  return nodeOptions === '' ? all : { ...all, NODE_OPTIONS: nodeOptions };
}

async function readyUrl(child: ChildProcess, exited: Promise<number>, limitMs: number): Promise<string | { readonly code: number | undefined }> {
  let timer: NodeJS.Timeout | undefined;
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const url = READY_LINE.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const late = new Promise<{ code: undefined }>((resolve) => (timer = setTimeout(() => resolve({ code: undefined }), limitMs)));
  const outcome = await Promise.race([ready, exited.then((code) => ({ code })), late]);
  clearTimeout(timer);
  return outcome;
}
