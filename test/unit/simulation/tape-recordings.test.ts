/** The real recordings as markets, held against the counts that come with them. Skipped where they are not there. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import type { Happening, MarketSource } from '../../../simulation/market/market-source.ts';
import { openBinanceTape } from '../../../simulation/tape/binance-tape.ts';
import { openLobsterTape } from '../../../simulation/tape/lobster-tape.ts';
import { PROJECT_ROOT } from '../../support/project-root.ts';
import { LOBSTER_ABSENT, LOBSTER_MESSAGE_PATH } from '../../support/shared-data.ts';

const BINANCE_PATH = join(PROJECT_ROOT, '../shared/data/binance/btcusdt_20240808.gz');
const BINANCE_ABSENT: string | false = existsSync(BINANCE_PATH) ? false : `${BINANCE_PATH} is not there`;

/** Prices are whole 0.0001 dollars: less than this is rounding. */
const TENTH_OF_A_UNIT = 0.00001;

/** Plays a market to its end, holding its times to the contract. */
function played(market: MarketSource): Happening[] {
  const happenings = [];
  let lastUs = market.openUs;
  while (market.nextUs() < Infinity) {
    const announcedUs = market.nextUs();
    const happening = market.next();
    assert.equal(happening.timeUs, announcedUs);
    assert.ok(happening.timeUs >= lastUs && happening.timeUs <= market.closeUs);
    lastUs = happening.timeUs;
    happenings.push(happening);
  }
  return happenings;
}

/** Read once for two tests: a TapeMarket plays once. */
let aapl: { market: MarketSource; happenings: readonly Happening[] } | undefined;
async function aaplPlayed() {
  if (aapl === undefined) {
    const market = await openLobsterTape([LOBSTER_MESSAGE_PATH]);
    aapl = { market, happenings: played(market) };
  }
  return aapl;
}

const isTrade = (happening: Happening) => happening.kind === 'trade';
const isQuote = (happening: Happening) => happening.kind === 'quote';

/** Each trade with the quote that it met. */
function met(happenings: readonly Happening[]) {
  const pairs = [];
  let quote: Extract<Happening, { kind: 'quote' }> | undefined;
  for (const happening of happenings) {
    if (happening.kind === 'quote') quote = happening;
    else if (happening.kind === 'trade' && quote !== undefined) pairs.push({ trade: happening, quote });
  }
  return pairs;
}

test('LOBSTER AAPL: 4,067 visible executions at the touch that they take, 2,201 hidden ones, volume and VWAP', { skip: LOBSTER_ABSENT }, async () => {
  const { happenings } = await aaplPlayed();
  const trades = happenings.filter(isTrade);
  const volume = trades.reduce((sum, { quantity }) => sum + quantity, 0);
  const notional = trades.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
  assert.equal(trades.length, 4_067 + 2_201);
  assert.equal(volume, 533_629);
  assert.equal((notional / volume).toFixed(6), '585.972894');

  const pairs = met(happenings);
  assert.equal(pairs.length, trades.length);
  const isAtFarTouch = ({ trade, quote }: (typeof pairs)[number]) => trade.price === (trade.aggressor === 1 ? quote.ask : quote.bid);
  assert.equal(pairs.filter(isAtFarTouch).length, 4_067);
  const hidden = pairs.filter((pair) => !isAtFarTouch(pair));
  const isBeyondMid = ({ trade, quote }: (typeof pairs)[number]) =>
    (2 * trade.price - quote.bid - quote.ask) * trade.aggressor > TENTH_OF_A_UNIT;
  const bought = hidden.filter(({ trade }) => trade.aggressor === 1);
  const sold = hidden.filter(({ trade }) => trade.aggressor === -1);
  assert.equal((bought.filter(isBeyondMid).length / bought.length).toFixed(2), '0.86');
  assert.equal((sold.filter(isBeyondMid).length / sold.length).toFixed(2), '0.83');
});

test('LOBSTER AAPL: 09:30 to 10:30 New York, no crossed quote, no quote twice, no halt', { skip: LOBSTER_ABSENT }, async () => {
  const { market, happenings } = await aaplPlayed();
  assert.equal(market.openUs, Date.parse('2012-06-21T13:30:00Z') * 1_000);
  assert.equal(market.closeUs, Date.parse('2012-06-21T14:30:00Z') * 1_000);
  const quotes = happenings.filter(isQuote);
  assert.ok(quotes.every(({ bid, ask }) => bid > 0 && ask > bid));
  const texts = quotes.map(({ bid, ask, bidSize, askSize }) => `${bid} ${ask} ${bidSize} ${askSize}`);
  assert.ok(texts.every((text, i) => text !== texts[i - 1]));
  assert.equal(happenings.filter(({ kind }) => kind === 'status').length, 0);
});

test('Binance BTCUSDT: 66,089 quotes and 21,313 trades, 99.7 % at or beyond the far touch', { skip: BINANCE_ABSENT }, async () => {
  const market = await openBinanceTape(BINANCE_PATH);
  assert.deepEqual(market.instruments.map(({ symbol }) => symbol), ['BTCUSDT']);
  const happenings = played(market);
  const trades = happenings.filter(isTrade);
  assert.equal(happenings.filter(isQuote).length, 66_089);
  assert.equal(trades.length, 21_313);
  const pairs = met(happenings);
  const atOrBeyond = pairs.filter(({ trade, quote }) => (trade.aggressor === 1 ? trade.price >= quote.ask : trade.price <= quote.bid));
  assert.equal((atOrBeyond.length / pairs.length).toFixed(3), '0.997');
  const tick = market.instruments[0]!.tick_size!;
  assert.ok(trades.every(({ price }) => Math.abs(price / tick - Math.round(price / tick)) < 1e-6));
});
