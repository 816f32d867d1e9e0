/** `npm run demo` as a newcomer sees it: within a minute every state an order can be in, every algorithm, some alerts. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';

import { ALGORITHMS, ORD_STATUSES } from '../../engine/domain/enums.ts';
import { PROJECT_ROOT } from '../support/project-root.ts';

const MINUTE_MS = 60_000;
/** On a busy machine the first part of the day takes longer to play. */
const STARTING_MS_MAX = 90_000;
/** No input event suspends an order. */
const STATES = ORD_STATUSES.filter((state) => state !== 'SUSPENDED');

const foldersOfDemos = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('execution-monitor-demo-'));

describe('the demo', () => {
  test('shows all states, all algorithms and alerts within a minute, answers what it says, and leaves nothing', async () => {
    const before = foldersOfDemos();
    const demo = spawn(process.execPath, ['dist/simulation/demo/main.js', '--port', '0', '--speed', '20'], { cwd: PROJECT_ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    demo.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = once(demo, 'exit');
    const seen = new Set<string>();
    let alerts = 0;
    let analyticsUrl: string | undefined;
    const giveUp = setTimeout(() => demo.kill('SIGINT'), STARTING_MS_MAX);
    let minuteEnds: NodeJS.Timeout | undefined;
    for await (const line of createInterface({ input: demo.stdout })) {
      const [, kind, counts = ''] = /^  (states|algorithms)\s+(.*)$/.exec(line) ?? [];
      if (kind !== undefined) for (const count of counts.split(', ')) seen.add(count.split(' ')[0]!);
      if (kind === 'states' && minuteEnds === undefined) {
        clearTimeout(giveUp);
        minuteEnds = setTimeout(() => demo.kill('SIGINT'), MINUTE_MS);
      }
      alerts = Math.max(alerts, Number(/^  alerts\s+(\d+) active/.exec(line)?.[1] ?? 0));
      const url = /what a finished one cost\s+curl -s '([^']+)'/.exec(line)?.[1];
      if (url !== undefined) {
        analyticsUrl = url;
        const answer = (await (await fetch(url)).json()) as { execution_summary: { state: string }; explanation: object };
        assert.equal(answer.execution_summary.state, 'FILLED');
        assert.ok(Object.keys(answer.explanation).length > 50);
      }
      if (analyticsUrl !== undefined && alerts > 0 && [...STATES, ...ALGORITHMS].every((word) => seen.has(word))) demo.kill('SIGINT');
    }
    clearTimeout(minuteEnds);
    assert.deepEqual((await ended)[0], 0, stderr);
    assert.deepEqual([...STATES, ...ALGORITHMS].filter((word) => !seen.has(word)), [], 'not seen within a minute');
    assert.ok(alerts > 0);
    assert.notEqual(analyticsUrl, undefined);
    assert.deepEqual(foldersOfDemos().filter((name) => !before.includes(name)), []);
  });

  test('refuses options that make no sense, and says which', async () => {
    for (const [args, names] of [[['--speed', '0'], /--speed/], [['--orders', 'x'], /--orders/], [['--what'], /--what/]] as const) {
      const demo = spawn(process.execPath, ['dist/simulation/demo/main.js', ...args], { cwd: PROJECT_ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      demo.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      assert.deepEqual((await once(demo, 'close'))[0], 2);
      assert.match(stderr, names);
    }
  });
});
