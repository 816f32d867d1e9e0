/** Recorded markets from small files of our own: what becomes of a row, and in which order. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { validateEvent } from '../../../engine/domain/validate.ts';
import type { Happening, MarketSource } from '../../../simulation/market/market-source.ts';
import { openBinanceTape } from '../../../simulation/tape/binance-tape.ts';
import { openLobsterTape } from '../../../simulation/tape/lobster-tape.ts';

const folder = mkdtempSync(join(tmpdir(), 'tape-test-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

function lobsterFiles(symbol: string, rows: readonly (readonly [message: string, book: string])[]): string {
  file(`${symbol}_2012-06-21_34200000_34260000_orderbook_1.csv`, rows.map(([, book]) => book));
  return file(`${symbol}_2012-06-21_34200000_34260000_message_1.csv`, rows.map(([message]) => message));
}

function played(market: MarketSource): Happening[] {
  const happenings = [];
  while (market.nextUs() < Infinity) happenings.push(market.next());
  return happenings;
}

const OPEN_US = Date.parse('2012-06-21T13:30:00Z') * 1_000;
const BOOK = '5853300,18,5851000,7';

describe('LOBSTER', () => {
  test('quotes come after their message and only where the book changed', async () => {
    const market = await openLobsterTape([
      lobsterFiles('QUOT', [
        ['34200.000001999,1,1,18,5853300,-1', BOOK],
        ['34200.5,1,2,5,5860000,-1', BOOK],
        ['34201,4,1,8,5853300,-1', '5853300,10,5851000,7'],
      ]),
    ]);
    const quote = { kind: 'quote', symbolNo: 0, bid: 585.1, ask: 585.33, bidSize: 7 };
    assert.deepEqual(played(market), [
      { ...quote, timeUs: OPEN_US + 1, askSize: 18 },
      {
        kind: 'trade',
        timeUs: OPEN_US + 1_000_000,
        printedUs: OPEN_US + 1_000_000,
        symbolNo: 0,
        price: 585.33,
        quantity: 8,
        venue: 'XNAS',
        aggressor: 1,
        isVwapEligible: true,
        conditions: [],
      },
      { ...quote, timeUs: OPEN_US + 1_000_000, askSize: 10 },
    ]);
  });

  test('the aggressor is on the other side than the resting order, visible or hidden; a cross trade is left out', async () => {
    const market = await openLobsterTape([
      lobsterFiles('SIDE', [
        ['34200,4,1,1,5853300,-1', BOOK],
        ['34200,4,1,2,5851000,1', BOOK],
        ['34200,5,0,3,5852000,-1', BOOK],
        ['34200,5,0,4,5852000,1', BOOK],
        ['34200,6,-1,5,5852000,-1', BOOK],
      ]),
    ]);
    const trades = played(market).filter((happening) => happening.kind === 'trade');
    assert.deepEqual(
      trades.map(({ quantity, aggressor }) => [quantity, aggressor]),
      [[1, 1], [2, -1], [3, 1], [4, -1]],
    );
  });

  test('a halt, its end for quotes, and its end', async () => {
    const market = await openLobsterTape([
      lobsterFiles('HALT', [
        ['34210,7,0,0,-1,-1', BOOK],
        ['34220,7,0,0,0,-1', BOOK],
        ['34230,7,0,0,1,-1', BOOK],
      ]),
    ]);
    const statuses = played(market).filter((happening) => happening.kind === 'status');
    assert.deepEqual(
      statuses.map(({ timeUs, status }) => [(timeUs - OPEN_US) / 1e6, status]),
      [[10, 'HALTED'], [20, 'AUCTION'], [30, 'OPEN']],
    );
  });

  test('an empty side has price and size 0', async () => {
    const market = await openLobsterTape([lobsterFiles('SIDE0', [['34200,1,1,7,5851000,1', '9999999999,0,5851000,7']])]);
    const [first] = played(market);
    assert.deepEqual(first, { kind: 'quote', timeUs: OPEN_US, symbolNo: 0, bid: 585.1, ask: 0, bidSize: 7, askSize: 0 });
  });

  test('several recordings are one market in the order of time', async () => {
    const market = await openLobsterTape([
      lobsterFiles('LATE', [['34203,1,1,7,5851000,1', BOOK]]),
      lobsterFiles('EARLY', [['34201,1,1,7,5851000,1', BOOK], ['34203,2,1,3,5851000,1', '5853300,18,5851000,4']]),
    ]);
    assert.deepEqual(market.instruments.map(({ symbol }) => symbol), ['LATE', 'EARLY']);
    assert.deepEqual(played(market).map(({ symbolNo }) => symbolNo), [1, 0, 1]);
  });

  test('the session is what the name says; facts of the symbol are only what the caller knows', async () => {
    const path = lobsterFiles('FACT', [['34201,1,1,7,5851000,1', BOOK]]);
    const plain = await openLobsterTape([path]);
    assert.deepEqual([plain.openUs, plain.closeUs], [OPEN_US, OPEN_US + 60_000_000]);
    assert.deepEqual(plain.instruments, [
      { type: 'instrument', timestamp: '2012-06-21T13:30:00Z', symbol: 'FACT', currency: 'USD', lot_size: 1, tick_size: 0.01 },
    ]);
    const known = await openLobsterTape([path], { FACT: { adv: 15e6, daily_volatility: 0.015 } });
    assert.equal(known.instruments[0]?.adv, 15e6);
    assert.equal(validateEvent(known.instruments[0]).ok, true);
  });

  test('it ends, and cannot react to the desk', async () => {
    const market = await openLobsterTape([lobsterFiles('DONE', [['34201,1,1,7,5851000,1', BOOK]])]);
    market.onOwnTake(0, 1, 1_000, OPEN_US);
    assert.equal(played(market).length, 1);
    assert.throws(() => market.next(), RangeError);
    assert.deepEqual(market.incidents, []);
  });

  test('a message file without its orderbook, or with one that is too short, is refused', async () => {
    const alone = file('ALONE_2012-06-21_34200000_34260000_message_1.csv', ['34200,1,1,7,5851000,1']);
    await assert.rejects(openLobsterTape([alone]), /no ALONE_.*orderbook/);
    file('SHORT_2012-06-21_34200000_34260000_orderbook_1.csv', [BOOK]);
    const short = file('SHORT_2012-06-21_34200000_34260000_message_1.csv', ['34200,1,1,7,5851000,1', '34201,1,2,7,5851000,1']);
    await assert.rejects(openLobsterTape([short]), /ends before row 2/);
  });
});

describe('Binance', () => {
  const line = (data: object): string => `1723161255030314667 ${JSON.stringify({ stream: 'btcusdt@x', data })}`;
  const quoteLine = (ms: number, bid: string, ask: string): string =>
    line({ e: 'bookTicker', s: 'BTCUSDT', b: bid, B: '2.5', a: ask, A: '1.5', T: ms, E: ms + 3 });
  const tradeLine = (ms: number, price: string, isBuyerMaker: boolean): string =>
    line({ e: 'trade', s: 'BTCUSDT', t: 1, p: price, q: '0.006', X: 'MARKET', m: isBuyerMaker, T: ms, E: ms });

  test('rows come in the order of exchange time, trades first within a millisecond', async () => {
    const path = file('binance.txt', [
      quoteLine(1_000, '99.9', '100.0'),
      quoteLine(1_005, '100.0', '100.1'),
      quoteLine(1_007, '100.1', '100.2'),
      line({ e: 'depthUpdate', s: 'BTCUSDT', T: 1_001, b: [], a: [] }),
      '1723161255030314668 {"lastUpdateId":1,"bids":[],"asks":[]}',
      tradeLine(1_005, '100.0', false),
      tradeLine(1_006, '100.0', true),
    ]);
    const market = await openBinanceTape(path);
    assert.deepEqual(
      played(market).map((happening) => [happening.timeUs / 1_000, happening.kind, happening.kind === 'trade' ? happening.aggressor : 0]),
      [
        [1_000, 'quote', 0],
        [1_005, 'trade', 1],
        [1_005, 'quote', 0],
        [1_006, 'trade', -1],
        [1_007, 'quote', 0],
      ],
    );
    assert.deepEqual([market.openUs, market.closeUs], [1_000_000, 1_007_000]);
    assert.equal(market.instruments[0]?.tick_size, 0.1);
    assert.equal(validateEvent(market.instruments[0]).ok, true);
  });

  test('a broken line is named, a file of another kind is refused', async () => {
    const broken = file('broken.txt', [quoteLine(1_000, '99.9', '100.0'), '1723161255030314667 {"data":']);
    await assert.rejects(openBinanceTape(broken), /broken\.txt:2: not a line of a Binance stream/);
    const priceless = file('priceless.txt', [tradeLine(1_000, 'x', true)]);
    await assert.rejects(openBinanceTape(priceless), /priceless\.txt:1/);
    const other = file('other.txt', ['{"type":"trade"}']);
    await assert.rejects(openBinanceTape(other), /has no quote and no trade/);
  });
});
