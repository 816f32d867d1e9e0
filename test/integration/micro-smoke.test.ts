/** The micro benches in their smallest size: every answer right, every operation measured. Their times are looked at by nobody. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

import { OPERATIONS } from '../../bench/micro/operations.ts';
import { PROJECT_ROOT } from '../support/project-root.ts';

const run = promisify(execFile);
const RUN_MS_MAX = 120_000;

const micro = (...args: readonly string[]) => run(process.execPath, ['dist/bench/micro/main.js', ...args], { cwd: PROJECT_ROOT, timeout: RUN_MS_MAX });

describe('micro benches --smoke', { timeout: RUN_MS_MAX }, () => {
  test('find every answer right and measure every operation', async () => {
    // A wrong answer is exit code 1, which rejects here.
    const { stdout, stderr } = await micro('--smoke');
    assert.match(stdout, /^answers: all right$/m);
    for (const name of Object.keys(OPERATIONS)) assert.match(stderr, new RegExp(`^${name}$`, 'm'));
    for (const what of ['engine alone, rows discarded', 'naive engine', 'ring hop', 'kept for an active order', 'replay of a record']) assert.ok(stdout.includes(what), what);
    assert.ok(!stdout.includes('NaN'));
  });

  test('run only what is named', async () => {
    const { stderr } = await micro('--smoke', 'ring-hop');
    assert.equal(stderr, 'ring-hop\n');
  });

  test('refuse what is neither an option nor an operation', async () => {
    for (const arg of ['--fast', 'engine']) {
      await assert.rejects(micro(arg), (error: { code?: unknown; stderr?: string }) => error.code === 2 && error.stderr!.includes(arg));
    }
  });
});
