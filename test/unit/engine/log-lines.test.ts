/** A log whose reader has gone loses lines, and the process that writes it goes on and ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

import { PROJECT_ROOT } from '../../support/project-root.ts';

const END_MS_MAX = 5_000;
const EXIT_CODE = 3;

const SCRIPT = `
import { pino } from 'pino';
import { LogLines } from '${pathToFileURL(join(PROJECT_ROOT, 'dist/engine/log-lines.js')).href}';
const log = pino({ base: null }, new LogLines());
log.info('first');
process.stdin.once('data', () => {
  // Several in one turn, with nothing behind them but the end.
  log.warn('second');
  log.error('third');
  log.fatal('fourth');
  process.exit(${EXIT_CODE});
});`;

for (const isRead of [true, false]) {
  test(isRead ? 'all lines are written before the end' : 'lines that nobody can read any more are lost, and the process ends', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], { cwd: PROJECT_ROOT, stdio: ['pipe', 'ignore', 'pipe'], timeout: END_MS_MAX, killSignal: 'SIGKILL' });
    const ended = once(child, 'close') as Promise<[number | null]>;
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await once(child.stderr, 'data');
    if (!isRead) child.stderr.destroy();
    child.stdin.end('go on');
    const [code] = await ended;
    assert.equal(code, EXIT_CODE, text);
    const told = text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { msg: string }).msg);
    assert.deepEqual(told, isRead ? ['first', 'second', 'third', 'fourth'] : ['first']);
  });
}
