/** The command line: help, faults by name, the order of strength of options, and what stands in the way of a start. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { OPTIONS } from '../../../engine/options.ts';
import { Client, eventually } from '../../support/client.ts';
import { runCommand } from '../../support/command.ts';
import { databasePidIn, makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { startService } from '../../support/service.ts';
import { connectTo } from '../../support/stored.ts';
import { Timeline } from '../../support/timeline.ts';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
/** A database that has just been made may take long on a busy machine. */
const STORED_MS_MAX = 30_000;

describe('the command line', () => {
  let folder: DataFolder;

  before(async () => {
    folder = await makeDataFolder();
  });

  after(async () => {
    await folder.remove();
  });

  test('--help prints the table of options and starts nothing', async () => {
    const { code, stdout, stderr } = await runCommand(['--help']);
    assert.deepEqual([code, stderr], [0, '']);
    for (const name of [...Object.keys(OPTIONS), 'config', 'help']) assert.match(stdout, new RegExp(`--${name}\\b`));
    for (const name of Object.keys(OPTIONS)) assert.ok(stdout.includes(`EXECMON_${name.toUpperCase().replaceAll('-', '_')}`), name);
  });

  const config = (name: string): string => join(folder.path, name);
  const faults: readonly (readonly [what: string, flags: readonly string[], env: Record<string, string>, names: RegExp])[] = [
    ['an unknown flag', ['--prot', '1'], {}, /--prot\b/],
    ['something that is no flag', ['start'], {}, /start/],
    ['a short flag', ['-p', '1'], {}, /-p/],
    ['a flag without its value', ['--port'], {}, /--port/],
    ['a port that is none', ['--port', '65536'], {}, /--port.*65536/],
    ['a port that is a text', ['--port=http'], {}, /--port.*http/],
    ['no shards', ['--shards', '0'], {}, /--shards.*0/],
    ['a clock that is none', ['--clock', 'wall'], {}, /--clock.*wall.*receipt, event/],
    ['a switch that is neither', ['--insecure=maybe'], {}, /--insecure.*maybe/],
    ['a bad variable', [], { EXECMON_HEARTBEAT_MS: '1' }, /EXECMON_HEARTBEAT_MS.*1/],
    ['a config file that is not there', ['--config', '/nowhere/config.json'], {}, /\/nowhere\/config\.json/],
    ['a host outside loopback without --insecure', ['--host', '0.0.0.0'], {}, /0\.0\.0\.0.*--insecure/],
    ['the same by a variable', [], { EXECMON_HOST: '::' }, /::.*--insecure/],
  ];
  for (const [what, flags, env, names] of faults) {
    test(`${what}: exit code 2, named in one line`, async () => {
      const { code, stdout, stderr } = await runCommand(['--data-dir', config('unused'), ...flags], env);
      assert.deepEqual([code, stdout], [EXIT_USAGE, ''], stderr);
      assert.match(stderr, names);
      assert.equal(stderr.trim().split('\n').length, 1);
    });
  }

  for (const [what, text, names] of [
    ['an unknown key', '{"prot":1}', /prot/],
    ['a bad value', '{"shards":"many"}', /shards.*many/],
    ['no JSON', 'port: 1', /config/],
    ['a list', '[]', /object/],
  ] as const) {
    test(`a config file with ${what}: exit code 2`, async () => {
      const path = config('bad.json');
      await writeFile(path, text);
      const { code, stderr } = await runCommand(['--config', path]);
      assert.equal(code, EXIT_USAGE, stderr);
      assert.match(stderr, names);
    });
  }

  test('a flag is stronger than a variable, a variable than the config file', async () => {
    const path = config('good.json');
    await writeFile(path, JSON.stringify({ clock: 'event', shards: 3, 'heartbeat-ms': 777, 'log-level': 'error' }));
    const service = await startService({ flags: ['--config', path, '--shards', '1'], env: { EXECMON_SHARDS: '2', EXECMON_CLOCK: 'receipt' } });
    try {
      const ready = (await new Client(service.url).request('GET', '/health/ready')).body as { clock: string; shards: number };
      assert.deepEqual([ready.clock, ready.shards], ['receipt', 1]);
      assert.equal(service.stderr(), '', 'log-level of the config file');
    } finally {
      assert.equal(await service.stop(), 0, service.stderr());
    }
  });

  test('a port in use: exit code 1, named, and no database is left running', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    try {
      const { code, stdout, stderr } = await runCommand(['--port', String(port), '--data-dir', folder.path]);
      assert.deepEqual([code, stdout], [EXIT_FAULT, ''], stderr);
      assert.ok(stderr.includes(String(port)), stderr);
      assert.equal(await databasePidIn(folder.path), undefined, 'the embedded database goes on without its service');
    } finally {
      holder.close();
    }
  });

  test('a data folder in use: exit code 1, named, and its service goes on, its database too', async () => {
    const service = await startService();
    const client = new Client(service.url);
    const line = new Timeline('HELD', '2026-03-02T15:00:00Z');
    const isConnected = async (): Promise<boolean> =>
      ((await client.request('GET', '/health/ready')).body as { storage: { connected: boolean } }).storage.connected;
    try {
      // Readiness does not wait for the database, and the refused start may end before it is reached.
      await eventually('the database is reached', isConnected, STORED_MS_MAX);
      const { code, stdout, stderr } = await runCommand(['--port', '0', '--data-dir', service.dataDir]);
      assert.deepEqual([code, stdout], [EXIT_FAULT, ''], stderr);
      assert.ok(stderr.includes(service.dataDir), stderr);
      assert.equal(await isConnected(), true);
      await client.accept(line.order(0, 'held', { quantity: 9 }), line.fill(1, 'held', 'held-1', 1, 10));
      const database = await connectTo(service.dataDir);
      try {
        const isStored = async (): Promise<boolean> => (await database.query(`SELECT FROM executions WHERE exec_id = 'held-1'`)).rowCount === 1;
        await eventually('what comes afterwards is stored', isStored, STORED_MS_MAX);
      } finally {
        await database.end();
      }
    } finally {
      assert.equal(await service.stop(), 0, service.stderr());
    }
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`the ready line is all that is ever on stdout; ${signal} ends with exit code 0`, async () => {
      const flags = signal === 'SIGINT' ? ['--host', '0.0.0.0', '--insecure'] : [];
      const { code, stdout, stderr } = await runCommand(['--port', '0', '--data-dir', folder.path, ...flags], {}, signal);
      assert.equal(code, 0, stderr);
      assert.match(stdout, signal === 'SIGINT' ? /^ready http:\/\/0\.0\.0\.0:\d+\n$/ : /^ready http:\/\/127\.0\.0\.1:\d+\n$/);
      assert.equal(await databasePidIn(folder.path), undefined);
    });
  }
});
