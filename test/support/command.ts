/** The service's command line as a process: runs it to its end, and keeps all that it wrote. */
import { spawn } from 'node:child_process';
import { PROJECT_ROOT } from './project-root.ts';

const END_MS_MAX = 20_000;
const READY_MS = 300;

export interface Ended {
  /** Null when it had to be killed because it did not end. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs with these flags and, where given, these variables on top of the environment without any EXECMON_ ones.
 * `signalWhenReady` is sent READY_MS behind the first line on stdout.
 */
export function runCommand(flags: readonly string[], env: Readonly<Record<string, string>> = {}, signalWhenReady?: NodeJS.Signals): Promise<Ended> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('EXECMON_')));
  const child = spawn(process.execPath, ['dist/engine/main.js', ...flags], { cwd: PROJECT_ROOT, env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout === '' && signalWhenReady !== undefined) setTimeout(() => child.kill(signalWhenReady), READY_MS);
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const timer = setTimeout(() => child.kill('SIGTERM'), END_MS_MAX);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}
