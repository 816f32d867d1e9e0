/** The benchmark in its smallest size: every answer right, every update there. Its times are looked at by nobody. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import type { Results } from '../../bench/report/results.ts';
import { PROJECT_ROOT } from '../support/project-root.ts';

const run = promisify(execFile);
const RUN_MS_MAX = 120_000;

const bench = (...args: readonly string[]) =>
  run(process.execPath, ['dist/bench/main.js', ...args], { cwd: PROJECT_ROOT, timeout: RUN_MS_MAX });

describe('bench --smoke', { timeout: RUN_MS_MAX }, () => {
  let printed: string;
  let file: string;
  let results: Results;

  before(async () => {
    // A wrong answer or a missing update is exit code 1, which rejects here.
    printed = (await bench('--smoke')).stdout;
    file = join(PROJECT_ROOT, /^kept in (\S+)$/m.exec(printed)![1]!);
    results = JSON.parse(await readFile(file, 'utf8')) as Results;
  });

  after(() => rm(file, { force: true }));

  test('finds every answer equal to its ledger', () => {
    assert.deepEqual(results.faults, []);
    assert.match(printed, /^answers: all equal to the ledger, no update missing$/m);
  });

  test('follows every fill to an update and to an answer, for the service and for the floor', () => {
    const rounds = results.latencyRounds.flatMap(({ service, floor }) => [service, floor]);
    assert.equal(rounds.length, 2);
    for (const round of rounds) {
      assert.equal(round.deliveredShare, 1);
      assert.ok(round.measuredFills > 0 && round.measuredFills < round.fillCount);
      assert.equal(round.fillToUpdate.count, round.measuredFills);
      assert.equal(round.fillToAnswer.count, round.measuredFills);
      assert.ok(round.quoteCount > round.fillCount);
    }
  });

  test('sends the same events in both formats to the service and to the floor', () => {
    const rounds = results.throughputRounds.flatMap(({ service, floor }) => [service, floor]);
    assert.deepEqual(rounds.map(({ format, target }) => `${format} ${target}`), ['json service', 'json floor', 'msgpack service', 'msgpack floor']);
    for (const { service, floor } of results.throughputRounds) {
      assert.equal(service.events, results.options.throughput.events);
      assert.equal(floor.events % service.events, 0);
    }
  });
});

describe('the command line of bench', () => {
  test('--help names every option', async () => {
    const { stdout } = await bench('--help');
    for (const option of ['--smoke', '--rate', '--seconds', '--pairs', '--profile']) assert.match(stdout, new RegExp(`^ +${option} `, 'm'));
  });

  test('what is no option, has no value or is out of range is refused by name', async () => {
    for (const args of [['--fast'], ['--rate'], ['--rate', '0'], ['--seconds', '1.5'], ['--pairs=101']]) {
      await assert.rejects(bench(...args), (error: { code?: unknown; stderr?: string }) => error.code === 2 && error.stderr!.includes(args[0]!.split('=')[0]!));
    }
  });
});
