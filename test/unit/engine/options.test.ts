/** The table of options: flags over environment over file over defaults, and faults that name where they were given. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { DEFAULT_SETTINGS } from '../../../engine/domain/settings.ts';
import { helpText, OPTIONS, type Options, readOptions, settingsOf } from '../../../engine/options.ts';
import { newFolder } from '../../support/engine-pipeline.ts';

function options(args: readonly string[], environment: Record<string, string> = {}): Options {
  const read = readOptions(args, environment);
  assert.equal(read.is, 'options', 'detail' in read ? read.detail : '');
  return (read as { options: Options }).options;
}

function fault(args: readonly string[], environment: Record<string, string> = {}): string {
  const read = readOptions(args, environment);
  assert.equal(read.is, 'fault', `${args.join(' ')} was taken`);
  return (read as { detail: string }).detail;
}

function config(content: string): string {
  const folder = newFolder();
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), content);
  return join(folder, 'config.json');
}

describe('options', () => {
  test('the defaults of the contract', () => {
    const { port, host, clock, 'data-dir': dataDir, 'database-url': databaseUrl, insecure, shards } = options([]);
    assert.deepEqual({ port, host, clock, dataDir, databaseUrl, insecure }, { port: 8080, host: '127.0.0.1', clock: 'receipt', dataDir: './data', databaseUrl: '', insecure: false });
    assert.ok(Number.isInteger(shards) && shards >= 1);
  });

  test('a flag is stronger than the environment, which is stronger than the file', () => {
    const file = config('{"port": 1, "clock": "event", "insecure": true}');
    assert.equal(options(['--config', file]).port, 1);
    assert.equal(options(['--config', file], { EXECMON_PORT: '2' }).port, 2);
    assert.equal(options(['--port=3', '--config', file], { EXECMON_PORT: '2' }).port, 3);
    const all = options([], { EXECMON_CONFIG: file, EXECMON_DATA_DIR: '/x' });
    assert.deepEqual([all.clock, all.insecure, all['data-dir']], ['event', true, '/x']);
  });

  test('values with = and without, switches alone', () => {
    assert.equal(options(['--port', '0']).port, 0);
    assert.equal(options(['--database-url=postgres://u:p@h/d?a=b'])['database-url'], 'postgres://u:p@h/d?a=b');
    assert.equal(options(['--insecure', '--port', '5']).port, 5);
    assert.equal(options(['--insecure=false']).insecure, false);
  });

  test('what enters numbers becomes settings', () => {
    assert.deepEqual(settingsOf(options([])), DEFAULT_SETTINGS);
    assert.deepEqual(settingsOf(options(['--retention-minutes', '90', '--score-weights', '1,2.5,3', '--impact-coefficients=0.3,0.1'])), {
      retentionMinutes: 90,
      monitoringRows: 'second',
      scoreWeights: { execution_speed: 1, cost_efficiency: 2.5, fill_rate: 3 },
      impactCoefficients: { permanent: 0.3, temporary: 0.1 },
    });
  });

  const faults: readonly (readonly [args: readonly string[], names: RegExp])[] = [
    [['--port', '65536'], /--port.*65536/], [['--port', '-1'], /--port/], [['--port', '80.5'], /--port/], [['--port', '1e3'], /--port/], [['--port='], /--port/], [['--port', ''], /--port/],
    [['--shards', '0'], /--shards/], [['--shards', '65'], /--shards/], [['--clock', 'wall'], /--clock.*receipt, event/], [['--log-level', 'loud'], /--log-level/],
    [['--retention-minutes', '30'], /--retention-minutes.*31/], [['--score-weights', '1,1'], /--score-weights.*3 numbers/], [['--score-weights', '1,0,1'], /--score-weights/], [['--impact-coefficients', '1,x'], /--impact-coefficients.*2 numbers/],
    [['--insecure=maybe'], /--insecure/], [['--prot', '1'], /--prot/], [['--port'], /--port/], [['port'], /"port"/], [['-p', '1'], /"-p"/], [['--__proto__', '1'], /__proto__/], [['--constructor', 'x'], /constructor/],
  ];
  for (const [args, names] of faults) test(`${args.join(' ')} is refused by name`, () => assert.match(fault(args), names));

  test('faults of the environment and of the file name them', () => {
    assert.match(fault([], { EXECMON_PORT: 'x' }), /EXECMON_PORT/);
    for (const [content, names] of [['{', /config\.json/], ['[]', /config\.json/], ['{"prot": 1}', /prot/], ['{"port": "x"}', /"port" in .*config\.json/], ['{"port": {}}', /port/], ['{"constructor": 1}', /constructor/]] as const) {
      assert.match(fault(['--config', config(content)]), names, content);
    }
    assert.match(fault(['--config', '/no/such/file']), /\/no\/such\/file/);
  });

  test('--help prints every option with its environment variable', () => {
    assert.deepEqual(readOptions(['--help', '--port', 'x'], {}), { is: 'help' });
    for (const name of Object.keys(OPTIONS)) {
      assert.ok(helpText().includes(`--${name}`), name);
      assert.ok(helpText().includes(`EXECMON_${name.toUpperCase().replaceAll('-', '_')}`), name);
    }
  });
});
