/** The command that writes days (`npm run simulate`), run as a process; and its work in a recorded market, held against the recording. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import type { EventOf, InputEvent } from '../../../engine/domain/events.ts';
import { parseTimestampUs } from '../../../engine/domain/timestamp.ts';
import { validateEvent } from '../../../engine/domain/validate.ts';
import type { OrderTruth } from '../../../simulation/desk/desk-contract.ts';
import { PROJECT_ROOT } from '../../support/project-root.ts';
import { LOBSTER_ABSENT, LOBSTER_MESSAGE_PATH, LOBSTER_ORDERBOOK_PATH } from '../../support/shared-data.ts';

const COMMAND_MS_MAX = 60_000;
/** Prices nearer than this are the same price. */
const SLACK = 1e-9;
const BIG_ENOUGH = 64 << 20;

const folder = mkdtempSync(join(tmpdir(), 'execution-monitor-simulate-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function simulate(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/simulation/main.js', ...args], { cwd: PROJECT_ROOT, timeout: COMMAND_MS_MAX, maxBuffer: BIG_ENOUGH }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

function linesOf<T>(path: string): T[] {
  const text = readFileSync(path, 'utf8');
  assert.ok(text.endsWith('\n'));
  return text.slice(0, -1).split('\n').map((line) => JSON.parse(line) as T);
}

describe('the command line', () => {
  test('--help says every option, and is no error', async () => {
    const { code, stdout, stderr } = await simulate('--help');
    assert.deepEqual([code, stderr], [0, '']);
    for (const option of ['--out', '--seed', '--orders', '--hours', '--symbols', '--activity', '--start', '--tape']) assert.match(stdout, new RegExp(`^  ${option} `, 'm'));
  });

  const out = ['--out', join(folder, 'never.ndjson')];
  for (const [args, named] of [
    [[], '--out'],
    [[...out, '--seed', '1.5'], '--seed'],
    [[...out, '--orders', '100001'], '--orders'],
    [[...out, '--hours', '6.6'], '--hours'],
    [[...out, '--symbols', '17'], '--symbols'],
    [[...out, '--activity', '21'], '--activity'],
    [[...out, '--start', 'tomorrow'], '--start'],
    [[...out, '--tape', 'x', '--hours', '1'], '--hours'],
    [[...out, '--what'], '--what'],
    [[...out, 'what'], 'what'],
  ] as const) {
    test(`wrong usage: ${args.filter((arg) => !out.includes(arg)).join(' ') || 'nothing'}`, async () => {
      const { code, stdout, stderr } = await simulate(...args);
      assert.deepEqual([code, stdout], [2, '']);
      const [first, ...others] = stderr.split('\n');
      assert.ok(first!.startsWith('simulate: ') && first!.includes(named), stderr);
      assert.match(others.join(), /--help/);
      assert.equal(existsSync(out[1]!), false);
    });
  }

  test('a file that cannot be written or read: exit code 1, and it is named', async () => {
    const nowhere = join(folder, 'no', 'such', 'folder', 'day.ndjson');
    const small = ['--hours', '0.05', '--symbols', '1', '--orders', '1'];
    for (const [args, named] of [[['--out', nowhere, ...small], nowhere], [[...out, '--tape', nowhere], nowhere], [[...out, '--tape', join(PROJECT_ROOT, 'LICENSE')], 'LICENSE']] as const) {
      const { code, stdout, stderr } = await simulate(...args);
      assert.deepEqual([code, stdout], [1, '']);
      assert.ok(stderr.startsWith('simulate: ') && stderr.includes(named), stderr);
    }
  });
});

describe('a written day', () => {
  const path = join(folder, 'day.ndjson');
  const options = ['--hours', '0.1', '--symbols', '3', '--orders', '15', '--seed', '5'];

  test('events and truth, and what it says about them', async () => {
    const { code, stdout, stderr } = await simulate('--out', path, ...options);
    assert.deepEqual([code, stderr], [0, '']);
    const events = linesOf<InputEvent>(path);
    const truths = linesOf<{ type: string } & OrderTruth>(join(folder, 'day.truth.ndjson'));
    for (const event of events) assert.ok(validateEvent(event).ok, JSON.stringify(event));
    assert.ok(events.slice(0, 4).every(({ type }) => type === 'instrument'));
    const announced = new Set(events.flatMap((event) => (event.type === 'order' ? [event.order_id] : [])));
    const orders = truths.filter(({ type }) => type === 'order');
    assert.deepEqual(new Set(orders.map((truth) => truth.order_id)), announced);
    assert.ok(truths.every(({ type }) => type === 'order' || type === 'incident'));
    assert.ok(stdout.startsWith(`${events.length} events of ${orders.length} orders to ${path}, the truth to ${join(folder, 'day.truth.ndjson')}\n`), stdout);
    assert.match(stdout, /times real time\n$/);
  });

  test('the same seed writes the same bytes, another seed and another start others', async () => {
    const bytes = async (name: string, ...more: string[]): Promise<string> => {
      assert.equal((await simulate('--out', join(folder, name), ...options, ...more)).code, 0);
      return readFileSync(join(folder, name), 'utf8') + readFileSync(join(folder, `${name}.truth.ndjson`), 'utf8');
    };
    const plain = await bytes('plain');
    assert.equal(await bytes('again'), plain);
    assert.notEqual(await bytes('other', '--seed', '6'), plain);
    const later = await bytes('later', '--start', '2026-03-03T14:30:00Z');
    assert.notEqual(later, plain);
    assert.equal(later.replaceAll('2026-03-03T', '2026-03-02T'), plain);
  });
});

interface TapeRow {
  readonly us: number;
  /** 0: no trade. */
  readonly traded: number;
  readonly price: number;
  /** Of who took. */
  readonly side: 1 | -1;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  /** Since when the book stands like this: what the desk takes of it is not there until it changes. */
  readonly standsSinceUs: number;
}

describe('the desk in a recorded market', { skip: LOBSTER_ABSENT }, () => {
  /** Midnight in New York. */
  const DAY_US = Date.UTC(2012, 5, 21, 4) * 1_000;
  const path = join(folder, 'tape.ndjson');

  test('rests where the tape fills it: when it trades through its price, or at it and through its queue', async () => {
    const { code, stderr } = await simulate('--tape', LOBSTER_MESSAGE_PATH, '--orders', '80', '--seed', '3', '--out', path);
    assert.deepEqual([code, stderr], [0, '']);
    const rows = tapeRows(DAY_US);
    const events = linesOf<InputEvent>(path);
    const sides = new Map(events.flatMap((event) => (event.type === 'order' ? [[event.order_id, event.side === 'BUY' ? (1 as const) : (-1 as const)] as const] : [])));
    const accepted = new Map(events.flatMap((event) => (event.type === 'route_accepted' ? [[event.child_order_id, parseTimestampUs(event.timestamp)] as const] : [])));
    const fills = new Map(events.flatMap((event) => (event.type === 'execution' && event.liquidity === 'ADDED' ? [[event.exec_id, event] as const] : [])));
    const removed = new Map(events.flatMap((event) => (event.type === 'execution' && event.liquidity === 'REMOVED' ? [[event.exec_id, event] as const] : [])));
    const takes = [...removed.values()].map(({ timestamp, order_id: id, price, quantity }) => ({ us: parseTimestampUs(timestamp), side: sides.get(id)!, price, quantity }));
    const left = rows.map(({ traded }) => traded);
    const rowsAt = new Map<number, number[]>();
    rows.forEach(({ us, traded }, at) => {
      if (traded > 0) rowsAt.set(us, [...(rowsAt.get(us) ?? []), at]);
    });
    const counts = { through: 0, queue: 0 };
    assert.ok(sides.size > 60 && fills.size > 100, `${sides.size} orders, ${fills.size} passive fills`);
    // Of one moment the fill that the fewest trades reach first: what it leaves, the others reach as well.
    const keen = ({ order_id: id, price }: EventOf<'execution'>): number => sides.get(id)! * price;
    for (const fill of [...fills.values()].sort((a, b) => parseTimestampUs(a.timestamp) - parseTimestampUs(b.timestamp) || keen(a) - keen(b))) {
      const side = sides.get(fill.order_id)!;
      const joinedUs = accepted.get(fill.child_order_id!)!;
      let wanted = fill.quantity;
      const draw = (kind: keyof typeof counts, isMet: (row: TapeRow, at: number, part: number) => boolean): void => {
        for (const at of rowsAt.get(parseTimestampUs(fill.timestamp)) ?? []) {
          const part = Math.min(left[at]!, wanted);
          if (part === 0 || !isMet(rows[at]!, at, part)) continue;
          left[at]! -= part;
          wanted -= part;
          counts[kind]++;
        }
      };
      draw('queue', (row, at, part) => row.side === -side && Math.abs(row.price - fill.price) < SLACK && wasItsTurn(rows, takes, { side, price: fill.price, quantity: part }, joinedUs, at));
      draw('through', (row) => side * (fill.price - row.price) > SLACK);
      assert.equal(wanted, 0, `${fill.exec_id}: ${wanted} of it was not its turn at ${fill.price}, nor did the tape trade through that at ${fill.timestamp}`);
    }
    assert.ok(counts.through > 0 && counts.queue > 0, JSON.stringify(counts));
  });

  test('leaves the tape as it is: all trades that are not its own takes', () => {
    const events = linesOf<InputEvent>(path);
    const takes = events.filter((event): event is EventOf<'execution'> => event.type === 'execution' && event.liquidity === 'REMOVED');
    const volume = (of: readonly { readonly quantity: number }[]): number => of.reduce((sum, { quantity }) => sum + quantity, 0);
    const trades = events.filter((event) => event.type === 'trade');
    const taken = [...new Map(takes.map((fill) => [fill.exec_id, fill])).values()];
    const rows = tapeRows(DAY_US).filter(({ traded }) => traded > 0);
    assert.equal(trades.length, rows.length + taken.length);
    assert.equal(volume(trades), rows.reduce((sum, { traded }) => sum + traded, 0) + volume(taken));
  });
});

interface Take {
  readonly us: number;
  readonly price: number;
  readonly side: 1 | -1;
  readonly quantity: number;
}

/**
 * Since it joined, at some moment its price was the best alone (nobody is before it), or all that was displayed at its price has
 * traded since, and its fill on top. What the desk itself took there is not in the way any more.
 */
function wasItsTurn(rows: readonly TapeRow[], takes: readonly Take[], fill: Pick<Take, 'side' | 'price' | 'quantity'>, joinedUs: number, at: number): boolean {
  const { side } = fill;
  const isThere = (price: number): boolean => Math.abs(price - fill.price) < SLACK;
  const takenThere = takes.filter((take) => take.side === -side && isThere(take.price) && take.us <= rows[at]!.us);
  let traded = 0;
  for (let i = at; i >= 0; i--) {
    const row = rows[i]!;
    const [touch, displayed] = side === 1 ? [row.bid, row.bidSize] : [row.ask, row.askSize];
    // The book of a row is what its message has left.
    if (i < at && touch > 0) {
      if (side * (fill.price - touch) > SLACK) return true;
      const taken = takenThere.reduce((sum, { us, quantity }) => sum + (us >= row.standsSinceUs ? quantity : 0), 0);
      if (isThere(touch) && traded + taken >= displayed + fill.quantity) return true;
    }
    if (row.us <= joinedUs) return false;
    if (row.side === -side && isThere(row.price)) traded += row.traded;
  }
  return false;
}

/** Of the files themselves: message (time, type, id, size, price, direction) and book (ask, its size, bid, its size). */
function tapeRows(dayUs: number): TapeRow[] {
  const table = (path: string): string[][] => gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n').map((line) => line.trim().split(','));
  const book = table(LOBSTER_ORDERBOOK_PATH);
  let standsSinceUs = 0;
  return table(LOBSTER_MESSAGE_PATH).map(([time, type, , size, price, direction], i) => {
    const [seconds, fraction = ''] = time!.split('.');
    const us = dayUs + Number(seconds) * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
    const [ask, askSize, bid, bidSize] = book[i]!.map(Number);
    if (book[i]!.join() !== book[i - 1]?.join()) standsSinceUs = us;
    return {
      us,
      standsSinceUs,
      traded: type === '4' || type === '5' ? Number(size) : 0,
      price: Number(price) / 10_000,
      side: direction === '1' ? -1 : 1,
      bid: bid! / 10_000,
      bidSize: bidSize!,
      ask: ask! / 10_000,
      askSize: askSize!,
    };
  });
}
