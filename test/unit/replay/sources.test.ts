/** Files to events: times, formats, LOBSTER rows, merging. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { validateEvent } from '../../../engine/domain/validate.ts';
import { mergeSources } from '../../../gateway/replay/merge-sources.ts';
import { newYorkDayStartSeconds } from '../../../gateway/replay/new-york-time.ts';
import { openSources, type Format } from '../../../gateway/replay/open-sources.ts';
import { Pace, parseSpeed } from '../../../gateway/replay/pace.ts';
import { formatRfc3339, parseRfc3339Ns } from '../../../gateway/replay/rfc3339-time.ts';
import { sniffFormat } from '../../../gateway/replay/sniff-format.ts';
import { LOBSTER_ABSENT, LOBSTER_MESSAGE_PATH } from '../../support/shared-data.ts';

type Fields = Record<string, unknown>;

const folder = mkdtempSync(join(tmpdir(), 'replay-test-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function eventsOf(files: string[], format: Format = 'auto', overrides = {}): Promise<Fields[]> {
  const events: Fields[] = [];
  for await (const { json } of mergeSources(await openSources(files, format, overrides))) events.push(JSON.parse(json) as Fields);
  return events;
}

describe('time', () => {
  test('RFC 3339 with any offset, to the nanosecond, later digits dropped', () => {
    assert.equal(parseRfc3339Ns('1970-01-01T00:00:01Z'), 1_000_000_000n);
    assert.equal(parseRfc3339Ns('1970-01-01T01:00:00.0000000019+01:00'), 1n);
    assert.equal(parseRfc3339Ns('1969-12-31T23:59:59.999999999Z'), -1n);
    assert.equal(parseRfc3339Ns('2026-02-30'), undefined);
  });

  test('recorded digits are kept, up to nine', () => {
    assert.equal(formatRfc3339(1, '004241176'), '1970-01-01T00:00:01.004241176Z');
    assert.equal(formatRfc3339(1, '088778456004'), '1970-01-01T00:00:01.088778456Z');
    assert.equal(formatRfc3339(1, ''), '1970-01-01T00:00:01Z');
  });

  test('New York in summer, in winter, and on the days when its clocks change', () => {
    const at0930 = (date: string): string => formatRfc3339(newYorkDayStartSeconds(date) + 34_200, '');
    assert.equal(at0930('2012-06-21'), '2012-06-21T13:30:00Z');
    assert.equal(at0930('2012-12-21'), '2012-12-21T14:30:00Z');
    assert.equal(at0930('2026-03-08'), '2026-03-08T13:30:00Z');
    assert.equal(at0930('2026-11-01'), '2026-11-01T14:30:00Z');
  });
});

describe('format', () => {
  test('is told by the first line that is not blank, gzip or not', async () => {
    assert.equal(await sniffFormat(file('a', '\ufeff\r\n{"type":"trade"}\r\n')), 'ndjson');
    assert.equal(await sniffFormat(file('b', gzipSync('34200.1,1,16113575,18,5853300,1\n'))), 'lobster-message');
    assert.equal(await sniffFormat(file('c', '5859400,200,5853300,18,5859500,1,-9999999999,0')), 'lobster-orderbook');
  });

  test('a file that is nothing we know is refused by name', async () => {
    await assert.rejects(sniffFormat(file('d', 'a,b,c\n')), /cannot tell the format of .*d: its first line .*"a,b,c"/);
    await assert.rejects(sniffFormat(file('e', '')), /it is empty/);
    await assert.rejects(sniffFormat(file('f', '[{"type":"trade"}]')), /neither/);
    await assert.rejects(sniffFormat(join(folder, 'none')), /cannot read .*none: there is no such file/);
    await assert.rejects(sniffFormat(folder), /it is a folder/);
    await assert.rejects(eventsOf([file('g.gz', gzipSync('{"a":1}\n{"a":2}\n').subarray(0, 24))]), /damaged gzip/);
  });
});

describe('merge', () => {
  test('by time, stable, and no file is reordered within itself', async () => {
    const line = (id: string, second: number): string => `{"id":"${id}","timestamp":"2026-03-02T14:30:0${second}Z"}\n`;
    const first = file('m1', line('a1', 1) + line('a3', 3) + line('a2', 2));
    const second = file('m2', `${line('b1', 1)}not json\n\n${line('b3', 3)}`);
    const merged = [];
    const sources = await openSources([first, second], 'auto', {});
    for await (const { json } of mergeSources(sources)) merged.push(/"[ab]\d"|not/.exec(json)?.[0]);
    assert.deepEqual(merged, ['"a1"', '"b1"', 'not', '"a3"', '"a2"', '"b3"']);
  });
});

describe('pace', () => {
  test('recorded time divided by the speed, counted from the first event', () => {
    let nowMs = 1_000;
    const pace = new Pace(2, () => nowMs);
    assert.equal(pace.delayMs(5_000_000_000n), 0);
    assert.equal(pace.delayMs(6_000_000_000n), 500);
    nowMs += 700;
    assert.equal(pace.delayMs(6_000_000_000n), 0);
    assert.equal(pace.lagMsMax, 200);
    assert.equal(pace.delayMs(1n), 0);
    assert.equal(new Pace('max').delayMs(1n), 0);
  });

  test('speeds', () => {
    assert.deepEqual(['1', '0.5', 'max', '0', '-1', '', 'fast', 'Infinity'].map(parseSpeed), [
      1, 0.5, 'max', undefined, undefined, undefined, undefined, undefined,
    ]);
  });
});

describe('LOBSTER', () => {
  const messages = [
    '34200.5,1,7,100,1000100,-1',
    '34201.000000001,4,7,40,1000100,-1',
    '34202,2,7,10,1000100,-1',
    '34203,5,0,5,1000000,1',
    '34203.5,7,0,0,-1,-1',
    '34203.6,7,0,0,1,-1',
    '34204,3,7,50,1000100,-1',
    '34205,4,9,1,1000100,-1',
  ];
  const book = messages.map((_, index) => (index === 7 ? '9999999999,0,1000000,5' : '1000200,10,1000000,20'));

  test('one order from submission to deletion, with the market around it', async () => {
    const path = file('XYZ_2012-06-21_1_2_message_1.csv', `${messages.join('\n')}\n`);
    file('XYZ_2012-06-21_1_2_orderbook_1.csv', `${book.join('\n')}\n`);
    const events = await eventsOf([path]);
    const at = (time: string): string => `2012-06-21T13:30:${time}Z`;
    const symbol = 'XYZ';
    const order = { order_id: '7', symbol };
    const child = { child_order_id: '7-1', ...order };
    const venue = 'XNAS';
    const atStart = { timestamp: at('00.5') };
    const atFill = { timestamp: at('01.000000001') };
    const fill = { exec_id: 'XYZ-2012-06-21-L2', quantity: 40, price: 100.01, liquidity: 'ADDED' };
    const terms = { quantity: 100, price: 100.01, order_type: 'LIMIT', time_in_force: 'DAY' };
    assert.deepEqual(
      events.filter(({ type }) => type !== 'quote'),
      [
        { type: 'instrument', ...atStart, symbol, currency: 'USD', tick_size: 0.01, lot_size: 1 },
        { type: 'order', ...atStart, ...order, side: 'SELL', quantity: 100, limit_price: 100.01, algorithm: 'NONE' },
        { type: 'route', ...atStart, ...child, venue, ...terms },
        { type: 'route_accepted', ...atStart, ...child },
        { type: 'execution', ...atFill, ...child, venue, ...fill },
        { type: 'trade', ...atFill, symbol, price: 100.01, quantity: 40, venue },
        { type: 'order_replaced', timestamp: at('02'), ...order, quantity: 90 },
        { type: 'trade', timestamp: at('03'), symbol, price: 100, quantity: 5, venue },
        { type: 'market_status', timestamp: at('03.5'), symbol, status: 'HALTED' },
        { type: 'market_status', timestamp: at('03.6'), symbol, status: 'OPEN' },
        { type: 'route_canceled', timestamp: at('04'), ...child },
        { type: 'order_canceled', timestamp: at('04'), ...order },
        { type: 'trade', timestamp: at('05'), symbol, price: 100.01, quantity: 1, venue },
      ],
    );
    const quotes = events.filter(({ type }) => type === 'quote');
    assert.equal(quotes.length, messages.length);
    const last = { type: 'quote', timestamp: at('05'), symbol, bid: 100, ask: 0, bid_size: 5, ask_size: 0 };
    assert.deepEqual(quotes.at(-1), last);
  });

  test('files that do not belong together, have no partner or no name are refused', async () => {
    const message = file('m.csv', `${messages.join('\n')}\n`);
    const short = file('b.csv', `${book.slice(1).join('\n')}\n`);
    await assert.rejects(eventsOf([message]), /no m\.csv_orderbook_|no .* is beside it/);
    await assert.rejects(eventsOf([short]), /is a LOBSTER orderbook file: give its message file too/);
    await assert.rejects(eventsOf([message, short]), /give --symbol and --date/);
    await assert.rejects(eventsOf([message, short], 'lobster', { symbol: 'X', date: '2012-02-30' }), /not a date/);
    await assert.rejects(eventsOf([message, short], 'auto', { symbol: 'X', date: '2012-06-21' }), /b\.csv ends before row 8/);
    await assert.rejects(eventsOf([file('n', '{}')], 'lobster'), /is NDJSON, not LOBSTER/);
  });

  test('the recorded hour: how many events of each type', { skip: LOBSTER_ABSENT }, async () => {
    const countByType: Record<string, number> = {};
    const execIds = new Set<unknown>();
    const sources = await openSources([LOBSTER_MESSAGE_PATH], 'auto', {});
    let previousNs = 0n;
    for await (const { json, timestampNs, file: path } of mergeSources(sources)) {
      const event = JSON.parse(json) as { type: string; timestamp: string; exec_id?: string };
      assert.ok(validateEvent(event).ok, json);
      countByType[event.type] = (countByType[event.type] ?? 0) + 1;
      if (event.exec_id !== undefined) execIds.add(event.exec_id);
      assert.ok(timestampNs >= previousNs && timestampNs === parseRfc3339Ns(event.timestamp), basename(path));
      previousNs = timestampNs;
    }
    assert.deepEqual(countByType, {
      instrument: 1,
      quote: 91_997,
      order: 3_091,
      route: 3_091,
      route_accepted: 3_091,
      execution: 4_055,
      trade: 4_067 + 2_201,
      order_replaced: 5,
      route_canceled: 146,
      order_canceled: 146,
    });
    assert.equal(execIds.size, 4_055);
  });
});
