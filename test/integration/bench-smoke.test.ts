/** The benchmark in its smallest size: every answer right, every update there. Its times are looked at by nobody. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { SCENARIOS } from '../../bench/scenarios/scenarios.ts';
import type { Results } from '../../bench/report/results.ts';
import { PROJECT_ROOT } from '../support/project-root.ts';

const run = promisify(execFile);
const RUN_MS_MAX = 300_000;

const bench = (...args: readonly string[]) =>
  run(process.execPath, ['dist/bench/main.js', ...args], { cwd: PROJECT_ROOT, timeout: RUN_MS_MAX });

describe('bench --smoke', { timeout: RUN_MS_MAX }, () => {
  let printed: string;
  let file: string;
  let results: Results;
  const page = (): string => file.replace(/json$/, 'html');

  before(async () => {
    // A wrong answer or a missing update is exit code 1, which rejects here.
    printed = (await bench('--smoke')).stdout;
    file = join(PROJECT_ROOT, /^kept in (\S+)$/m.exec(printed)![1]!);
    results = JSON.parse(await readFile(file, 'utf8')) as Results;
  });

  after(async () => {
    await rm(file, { force: true });
    await rm(page(), { force: true });
  });

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

  test('sends the same events through every door to all who have it', () => {
    const rounds = results.throughputRounds.flatMap((pair) => Object.values(pair));
    assert.deepEqual(rounds.map(({ door, target }) => `${door} ${target}`), [
      'http-json service', 'http-json floor', 'http-json naive',
      'http-msgpack service', 'http-msgpack floor', 'http-msgpack naive',
      'ws-json service', 'ws-json floor',
      'ws-msgpack service', 'ws-msgpack floor',
    ]);
    for (const { events, target } of rounds) assert.equal(events, results.options.throughput.events * (target === 'floor' ? 2 : 1));
  });

  test('holds a rate against each target through HTTP JSON and WebSocket MessagePack, and half of it', () => {
    const searches = results.heldSearches.flatMap((pair) => Object.values(pair));
    assert.deepEqual(searches.map(({ door, target }) => `${door} ${target}`), [
      'http-json service', 'http-json floor', 'http-json naive', 'ws-msgpack service', 'ws-msgpack floor',
    ]);
    const rounds = [...searches.flatMap((search) => search.rounds), ...results.halfRateRounds.flatMap((pair) => Object.values(pair))];
    // A search that has held nothing on a busy machine goes on for some rounds.
    assert.ok(rounds.length >= 9);
    for (const round of rounds) {
      assert.equal(round.deliveredShare, 1);
      assert.ok(round.fillToUpdate.count > 0 && round.getStatus.count > 0);
      assert.ok(round.fillToAnswer.count > round.fillToUpdate.count && round.fillToAnswer.count < round.fillCount);
    }
  });

  /** What a scenario has measured, as it is in the JSON. */
  const roundsOf = (name: keyof typeof SCENARIOS): readonly Record<string, unknown>[] => [results.scenarios[name]!.rounds].flat() as Record<string, unknown>[];

  test('asks every scenario, and prints what it says and whether its targets are reached', () => {
    assert.deepEqual(Object.keys(results.scenarios), Object.keys(SCENARIOS));
    for (const { title, figures, faults } of Object.values(results.scenarios)) {
      assert.deepEqual(faults, []);
      assert.ok(printed.includes(title), title);
      assert.ok(figures.length > 0, title);
      for (const { what } of figures) assert.ok(printed.includes(what), what);
    }
  });

  test('overload: acknowledges some of what is planned and accounts for all of it', () => {
    for (const round of roundsOf('overload')) {
      const counts = ['acknowledgedBatches', 'refusedBatches', 'heldBackBatches', 'missingBatches'].map((name) => round[name] as number);
      assert.ok(counts[0]! > 0 && (round['acknowledgedFills'] as number) > 0);
      assert.equal(counts.reduce((sum, each) => sum + each, 0), round['plannedBatches']);
    }
  });

  test('fan-out: every subscriber gets the update of every fill, of the service and of the library alone', () => {
    assert.deepEqual(roundsOf('fan-out').map(({ target }) => target), ['service', 'publish']);
    for (const { updates, sockets } of roundsOf('fan-out')) assert.ok((updates as number) >= 4 * (sockets as number) && (sockets as number) === 60);
  });

  test('quotes: the feed is acknowledged beside the fills', () => {
    const feeds = roundsOf('quotes').map(({ feed }) => feed as { acknowledgedQuotes: number } | undefined);
    assert.equal(feeds[0], undefined);
    assert.ok(feeds[1]!.acknowledgedQuotes > 0);
  });

  test('copy-writer: both writers leave the same rows in each table', () => {
    const digests = roundsOf('copy-writer').map(({ kind, writer, digest }) => ({ kind, writer, digest: String(digest) }));
    assert.deepEqual(digests.map(({ kind, writer }) => `${kind} ${writer}`), ['execution storage', 'execution pump', 'monitoring storage', 'monitoring pump']);
    assert.equal(new Set(digests.map(({ digest }) => digest)).size, 2);
    for (const { digest } of digests) assert.match(digest, /^5000 -?\d+$/);
  });

  test('database-stopped: rows wait while it is stopped', () => {
    const stopped = roundsOf('database-stopped').filter(({ isStopped }) => isStopped);
    assert.ok(stopped.length > 0);
    for (const { heldRows } of stopped) assert.ok((heldRows as number) > 0);
  });

  test('draws its figures on a page that needs nothing else', async () => {
    const html = await readFile(page(), 'utf8');
    assert.equal(html.match(/<svg /g)?.length, 6 + Object.values(results.scenarios).reduce((sum, { plots }) => sum + plots.length, 0));
    assert.equal(html.match(/<svg /g)?.length, html.match(/<\/svg>/g)?.length);
    assert.doesNotMatch(html, /<(script|link|img)|NaN/);
  });
});

describe('the command line of bench', () => {
  test('--help names every option', async () => {
    const { stdout } = await bench('--help');
    for (const name of Object.keys(SCENARIOS)) assert.match(stdout, new RegExp(`^ +${name} `, 'm'));
    for (const option of ['--only', '--smoke', '--full', '--rate', '--seconds', '--pairs', '--without', '--profile']) assert.match(stdout, new RegExp(`^ +${option} `, 'm'));
  });

  test('what is no option, has no value or is out of range is refused by name', async () => {
    for (const args of [['--fast'], ['--rate'], ['--rate', '0'], ['--seconds', '1.5'], ['--pairs=101'], ['--without', 'nothing'], ['--only', 'nothing']]) {
      await assert.rejects(bench(...args), (error: { code?: unknown; stderr?: string }) => error.code === 2 && error.stderr!.includes(args[0]!.split('=')[0]!));
    }
  });
});
