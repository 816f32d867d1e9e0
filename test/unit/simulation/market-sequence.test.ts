/** What must hold of every sequence of the synthetic market: same seed same sequence, order, statuses, grids. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { cumulativeVolumeShare } from '../../../engine/market/volume-curve.ts';
import { validateEvent } from '../../../engine/domain/validate.ts';
import { INSTRUMENTS } from '../../../simulation/market/instruments.ts';
import { TickGrid } from '../../../simulation/market/tick-grid.ts';
import { DAY_START_US, happeningsOf, marketOf, NO_INCIDENTS, runOf } from './market-runs.ts';

const SHORT = { seed: 7, hours: 0.2, activity: 0.5 };
const MANY_INCIDENTS = {
  news: 20, drought: 20, halt: 20, staleFeed: 20, crossedQuotes: 40, oneSidedQuotes: 40, skewedClock: 20, ineligiblePrints: 0.1,
};

function hashOf(options: Parameters<typeof marketOf>[0]): string {
  const market = marketOf(options);
  const hash = createHash('sha256').update(JSON.stringify([market.instruments, market.incidents]));
  for (const happening of happeningsOf(market)) hash.update(JSON.stringify(happening));
  return hash.digest('hex');
}

describe('the synthetic market as a sequence', () => {
  test('the same seed makes the same sequence, another seed another', () => {
    assert.equal(hashOf(SHORT), hashOf(SHORT));
    assert.notEqual(hashOf(SHORT), hashOf({ ...SHORT, seed: 8 }));
  });

  test('another number of symbols changes nothing of a symbol', () => {
    const options = { seed: 3, hours: 0.1, incidentRates: NO_INCIDENTS };
    assert.deepEqual(runOf(marketOf({ ...options, symbols: 1 }))[0], runOf(marketOf({ ...options, symbols: 5 }))[0]);
  });

  test('uses no mathematics, clock or chance that a platform may make differently', () => {
    const folder = new URL('../../../../simulation/market/', import.meta.url);
    for (const file of readdirSync(folder)) {
      const code = readFileSync(new URL(file, folder), 'utf8');
      assert.doesNotMatch(code, /Math\.(?!sqrt|floor|ceil|round|abs|min|max)\w+|\bDate\b|\bperformance\b|\w \*\* \w/, file);
    }
  });

  test('times are whole, do not fall, and nextUs() says them beforehand', () => {
    const market = marketOf({ ...SHORT, incidentRates: MANY_INCIDENTS });
    let lastUs = 0;
    for (let nextUs = market.nextUs(); nextUs !== Number.POSITIVE_INFINITY; nextUs = market.nextUs()) {
      const { timeUs } = market.next();
      assert.equal(timeUs, nextUs);
      assert.ok(Number.isSafeInteger(timeUs) && timeUs >= lastUs, `${timeUs} after ${lastUs}`);
      lastUs = timeUs;
    }
    assert.equal(lastUs, DAY_START_US + SHORT.hours * 3_600e6);
    assert.throws(() => market.next(), /ended/);
  });

  test('each symbol opens and closes with an auction, and trades only while it is open', () => {
    const market = marketOf({ seed: 11, hours: 1, activity: 0.3, incidentRates: MANY_INCIDENTS });
    const statuses = market.instruments.map(() => 'CLOSED');
    const auctions = market.instruments.map(() => [] as string[]);
    let halts = 0;
    for (const happening of happeningsOf(market)) {
      const { symbolNo } = happening;
      if (happening.kind === 'status') {
        statuses[symbolNo] = happening.status;
        if (happening.status === 'HALTED') halts++;
        continue;
      }
      if (happening.kind === 'quote') {
        assert.equal(statuses[symbolNo], 'OPEN');
        continue;
      }
      const auction = happening.conditions.find((condition) => condition.endsWith('_AUCTION'));
      assert.equal(statuses[symbolNo], auction === undefined ? 'OPEN' : 'AUCTION');
      if (auction === undefined) continue;
      auctions[symbolNo]!.push(auction);
      assert.deepEqual([happening.aggressor, happening.isVwapEligible], [0, true]);
    }
    assert.ok(halts > 3);
    assert.ok(statuses.every((status) => status === 'CLOSED'));
    for (const symbolNo of market.tradableSymbolNos) {
      assert.equal(auctions[symbolNo]![0], 'OPENING_AUCTION');
      assert.equal(auctions[symbolNo]!.at(-1), 'CLOSING_AUCTION');
      assert.ok(auctions[symbolNo]!.slice(1, -1).every((condition) => condition === 'REOPENING_AUCTION'));
    }
    assert.equal(auctions.flat().length, 2 * market.tradableSymbolNos.length + halts);
  });

  test('prices are on the tick grid to the last bit, quantities are whole lots', () => {
    const market = marketOf({ ...SHORT, incidentRates: { ...MANY_INCIDENTS, crossedQuotes: 0 } });
    for (const happening of happeningsOf(market)) {
      if (happening.kind === 'status') continue;
      const { tick_size: tick = Number.NaN, lot_size: lot = 1 } = market.instruments[happening.symbolNo]!;
      const isOnGrid = (price: number): boolean => price === Number((Math.round(price / tick) * tick).toFixed(3));
      if (happening.kind === 'trade') {
        assert.ok(isOnGrid(happening.price) && happening.price > 0, `${happening.price}`);
        const isOddLot = happening.conditions.includes('ODD_LOT');
        assert.equal(happening.quantity % lot !== 0, isOddLot);
        assert.ok(happening.quantity > 0 && Number.isInteger(happening.quantity));
        continue;
      }
      const { bid, ask, bidSize, askSize } = happening;
      assert.ok(isOnGrid(bid) && isOnGrid(ask), `${bid} ${ask}`);
      assert.ok(bid === 0 || ask === 0 || bid < ask, `${bid} ${ask}`);
      assert.ok(bidSize % lot === 0 && askSize % lot === 0);
      assert.deepEqual([bid > 0, ask > 0], [bidSize > 0, askSize > 0]);
    }
  });

  test('a tick that no double holds makes decimal prices', () => {
    assert.equal(new TickGrid(0.01).price(8_421), 84.21);
    assert.equal(new TickGrid(0.05).price(18_049), 902.45);
    assert.equal(new TickGrid(0.005).price(1_025), 5.125);
    assert.equal(new TickGrid(5).price(3), 15);
  });

  test('instruments are valid events: 12 or more, and the index that they name', () => {
    const market = marketOf({ seed: 1, hours: 0.1 });
    for (const instrument of market.instruments) assert.deepEqual(validateEvent(instrument), { ok: true, value: instrument });
    assert.ok(market.tradableSymbolNos.length >= 12);
    const index = market.instruments.findIndex(({ symbol }) => symbol === market.instruments[0]!.index_symbol);
    assert.equal(market.tradableSymbolNos.includes(index), false);
    const run = runOf(market)[index]!;
    assert.ok(run.quotes.length > 100 && run.trades.length === 0);
  });

  test('volume curves rise from the opening auction to 1, steeper at both ends than in the middle', () => {
    for (const { volume_curve: curve } of marketOf({ seed: 1, hours: 0.1 }).instruments) {
      if (curve === undefined) continue;
      assert.equal(curve.length, 79);
      assert.equal(curve.at(-1), 1);
      assert.ok(curve.every((share, i) => i === 0 ? share > 0 : share > curve[i - 1]!));
      const share = (from: number, to: number): number => cumulativeVolumeShare(curve, to) - cumulativeVolumeShare(curve, from);
      assert.ok(share(0, 0.1) > share(0.45, 0.55) && share(0.88, 0.98) > share(0.45, 0.55));
    }
  });

  test('the facts are possible: beta leaves room in the volatility, parts add up', () => {
    for (const facts of INSTRUMENTS) {
      assert.ok((facts.beta * 0.008) ** 2 < 0.7 * facts.dailyVolatility ** 2, facts.symbol);
      assert.ok(Math.abs(facts.venueShares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9, facts.symbol);
      assert.ok((facts.spreadTicks * facts.tick) / facts.price < 0.0016, facts.symbol);
    }
  });
});
