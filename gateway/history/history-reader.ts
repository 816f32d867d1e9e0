/**
 * Questions about the past, each answered by a process of low priority (answer-as-of.ts): few at once, a few more wait, and the
 * rest are refused.
 */

import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import type { HistoryAnswer, HistoryQuestion } from './question.ts';

const AT_ONCE_MAX = 1;
const WAITING_MAX = 8;
const ANSWER_MS_MAX = 120_000;

export class HistoryReader {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  /** Undefined when too many wait already. Rejects when the past cannot be made out, with what the process has said. */
  async ask(question: HistoryQuestion): Promise<HistoryAnswer | undefined> {
    while (this.running >= AT_ONCE_MAX) {
      if (this.waiting.length >= WAITING_MAX) return undefined;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.running++;
    try {
      return await answerOf(question);
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }
}

async function answerOf(question: HistoryQuestion): Promise<HistoryAnswer> {
  const script = fileURLToPath(new URL('./answer-as-of.js', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: 'pipe', timeout: ANSWER_MS_MAX, killSignal: 'SIGKILL' });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  child.stdin.end(JSON.stringify(question));
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`the past could not be read (${code}): ${said}`);
  return JSON.parse(out) as HistoryAnswer;
}
