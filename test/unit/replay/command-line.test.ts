/** `npm run replay` as a person meets it: exit codes, what is printed, what is sent. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { PROJECT_ROOT } from '../../support/project-root.ts';
import { startScriptedServer, type ScriptedServer, type Step } from './scripted-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'replay-test-'));
after(() => rmSync(folder, { recursive: true }));

const events = Array.from({ length: 5 }, (_, n) => `{"type":"trade","timestamp":"2026-03-02T14:30:00.${n}Z","symbol":"X"}`);
const path = join(folder, 'five.ndjson');
writeFileSync(path, events.join('\n'));

async function scripted(t: TestContext, ...steps: Step[]): Promise<ScriptedServer> {
  const server = await startScriptedServer(steps);
  t.after(() => server.close());
  return server;
}

async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['dist/gateway/replay/main.js', ...args], { cwd: PROJECT_ROOT });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

test('a whole file in batches, in order, and a summary', async (t) => {
  const server = await scripted(t);
  const { code, stdout, stderr } = await run(path, '--url', server.url, '--batch', '2');
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^accepted 5, duplicates 0, rejected 0; last sequence 5\n5 events in 3 batches/);
  assert.deepEqual(server.seen.map(({ lines }) => lines.length), [2, 2, 1]);
  assert.deepEqual(server.seen.flatMap(({ lines }) => lines), events);
});

test('recorded speed spreads the events over time', async (t) => {
  const server = await scripted(t);
  const startMs = performance.now();
  const { code, stdout } = await run(path, '--url', server.url, '--speed', '1');
  assert.equal(code, 0);
  assert.ok(performance.now() - startMs >= 400);
  assert.deepEqual(server.seen.flatMap(({ lines }) => lines), events);
  assert.match(stdout, /behind the asked speed/);
});

test('a rejected event is named with its place, and the exit code is 1', async (t) => {
  const rejected = [{ index: 1, code: 'event_malformed', detail: 'price is missing' }];
  const answer = { accepted: 1, duplicates: 0, duplicate_of: [], rejected, sequence: 9 };
  const server = await scripted(t, 'accept', { status: 200, body: answer });
  const { code, stdout, stderr } = await run(path, '--url', server.url, '--batch', '2');
  assert.equal(code, 1);
  assert.match(stdout, /accepted 4, duplicates 0, rejected 1/);
  assert.match(stderr, /^rejected event 3 \(.*five\.ndjson:4\): event_malformed: price is missing$/m);
});

test('no service, no file, wrong usage: a line that says so', async (t) => {
  const server = await scripted(t);
  server.close();
  const away = await run(path, '--url', server.url);
  assert.deepEqual([away.code, away.stdout], [1, '']);
  assert.match(away.stderr, /^replay: no service at http:.*: connection refused\n$/);

  const missing = await run(join(folder, 'none.ndjson'));
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /there is no such file/);

  const options = [['--speed', '0'], ['--format', 'csv'], ['--batch', '0'], ['--url', 'x'], ['--no']];
  for (const wrong of [[], ...options.map((option) => [path, ...option])]) {
    const { code, stderr } = await run(...wrong);
    assert.equal(code, 2, wrong.join(' '));
    assert.match(stderr, /^replay: .*\nSee npm run replay -- --help\n$/);
  }
  const help = await run('--help');
  assert.equal(help.code, 0);
  assert.match(help.stdout, /--speed/);
});
