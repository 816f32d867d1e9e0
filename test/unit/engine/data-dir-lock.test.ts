/** One service a data folder: the lock is held, given back, and taken over from a process that is gone. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { DataDirInUse, lockDataDir } from '../../../engine/data-dir-lock.ts';

describe('the lock of a data folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'execution-monitor-lock-'));
  after(() => rmSync(root, { recursive: true }));

  test('a second taker is refused and told by whom, until it is given back', () => {
    const folder = join(root, 'held');
    const release = lockDataDir(folder);
    assert.throws(() => lockDataDir(folder), (error) => error instanceof DataDirInUse && error.message.includes(String(process.pid)));
    release();
    lockDataDir(folder)();
    assert.deepEqual(readdirSync(folder), []);
  });

  test('the lock of a process that has ended is taken over', () => {
    const folder = join(root, 'stale');
    lockDataDir(folder)();
    const { pid } = spawnSync('true');
    writeFileSync(join(folder, 'service.lock'), `${pid} 12345\n`);
    const release = lockDataDir(folder);
    assert.ok(readFileSync(join(folder, 'service.lock'), 'utf8').startsWith(`${process.pid} `));
    release();
  });

  test('a lock whose process id was given to another process is taken over', () => {
    const folder = join(root, 'reused');
    lockDataDir(folder)();
    writeFileSync(join(folder, 'service.lock'), `${process.ppid} 1\n`);
    lockDataDir(folder)();
  });

  test('who gives back a lock that is no longer his own leaves it', () => {
    const folder = join(root, 'lost');
    const release = lockDataDir(folder);
    writeFileSync(join(folder, 'service.lock'), 'another\n');
    release();
    assert.equal(readFileSync(join(folder, 'service.lock'), 'utf8'), 'another\n');
  });
});
