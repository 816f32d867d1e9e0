/**
 * The real service as a child process of a test: started on a free port and a folder of its own, stopped or killed.
 *
 * It owns the process and, where the test gave none, the data folder. It knows nothing of the API (see api.ts).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PROJECT_ROOT } from './project-root.ts';

export interface ServiceOptions {
  /** Further flags, such as `['--clock', 'event']`. */
  readonly flags?: readonly string[];
  /** Kept at the end. Without it a temporary folder is made, and removed at `stop`. */
  readonly dataDir?: string;
  /** On top of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long it may take to its ready line; READY_MS_MAX where it is not given. */
  readonly readyMsMax?: number;
  /** Without it the service does not warm up, which takes longer than most tests. */
  readonly warmsUp?: boolean;
}

export interface RunningService {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  readonly dataDir: string;
  /** The last STDERR_CHARS_MAX that it wrote there, for the message of a failed assertion. */
  stderr(): string;
  /**
   * SIGTERM, waits, and removes the folder if it was made here; the exit code, or 128 + the signal's number where a signal
   * ended it. On a service that has already ended it only cleans up. Rejects, after SIGKILL, when STOP_MS_MAX is over.
   */
  stop(): Promise<number>;
  /**
   * SIGKILL of this process alone, and waits until it is gone. The folder stays, to be started on again; an embedded
   * database that is left behind is taken over by that next start, so a test ends with a start and a stop.
   */
  kill(): Promise<void>;
}

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;
const STDERR_CHARS_MAX = 16_384;
const READY_LINE = /^ready (http:\/\/\S+)$/;

/** Rejects, with what the service wrote to stderr, when it ends or READY_MS_MAX is over before its ready line. */
export async function startService(options: ServiceOptions = {}): Promise<RunningService> {
  const dataDir = options.dataDir ?? (await makeDataDir());
  const removeDataDir = async (): Promise<void> => {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  const child = spawn(
    process.execPath,
    ['dist/engine/main.js', '--port', '0', '--data-dir', dataDir, ...(options.flags ?? [])],
    { cwd: PROJECT_ROOT, env: { ...process.env, EXECMON_WARM_UP: String(options.warmsUp ?? false), ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CHARS_MAX);
  });
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)));
  });
  // A test run that is broken off must not leave services behind; SIGTERM lets it stop its database too.
  const stopWithParent = (): void => void child.kill('SIGTERM');
  process.once('exit', stopWithParent);
  void exited.then(() => process.removeListener('exit', stopWithParent));

  try {
    const url = await readyUrl(child, exited, () => stderr, options.readyMsMax ?? READY_MS_MAX);
    return {
      url,
      port: Number(new URL(url).port),
      process: child,
      dataDir,
      stderr: () => stderr,
      async stop() {
        child.kill('SIGTERM');
        const code = await within(STOP_MS_MAX, exited);
        if (code === undefined) {
          child.kill('SIGKILL');
          await exited;
        }
        await removeDataDir();
        if (code === undefined) throw new Error(`service did not end within ${STOP_MS_MAX} ms of SIGTERM`);
        return code;
      },
      async kill() {
        child.kill('SIGKILL');
        await exited;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    await removeDataDir();
    throw error;
  }
}

/** Open to others: as root the embedded database runs as OS user postgres and must be able to enter. */
async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'execution-monitor-'));
  await chmod(dataDir, 0o755);
  return dataDir;
}

async function readyUrl(child: ChildProcess, exited: Promise<number>, stderr: () => string, readyMsMax: number): Promise<string> {
  const ready = new Promise<string>((resolve) => {
    // Reads on after the ready line too, so that a service that writes more is not blocked by a full pipe.
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const url = READY_LINE.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const ended = exited.then((code) => `service ended with exit code ${code} before it was ready`);
  const outcome = await within(readyMsMax, Promise.race([ready, ended]));
  if (outcome?.startsWith('http://') === true) return outcome;
  throw new Error(`${outcome ?? `service was not ready within ${readyMsMax} ms`}; stderr:\n${stderr()}`);
}

/** The promise's value, or undefined when it takes longer. */
async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function exitCodeOf(signal: NodeJS.Signals | null): number {
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}
