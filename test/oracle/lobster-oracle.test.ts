/** The oracle against what is known of the recording: the counts in its README and two orders worked by hand. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LOBSTER_ABSENT, LOBSTER_MESSAGE_PATH, LOBSTER_ORDERBOOK_PATH } from '../support/shared-data.ts';
import { computeOracle, readLobsterRows, type LobsterRow, type OracleOrder } from './lobster-oracle.ts';

describe('LOBSTER oracle: AAPL 2012-06-21 09:30 to 10:30', { skip: LOBSTER_ABSENT }, () => {
  const rows = LOBSTER_ABSENT === false ? readLobsterRows(LOBSTER_MESSAGE_PATH, LOBSTER_ORDERBOOK_PATH) : [];
  const orders = computeOracle(rows);
  const orderById = new Map(orders.map((order) => [order.orderId, order]));
  const ofType = (...types: number[]): LobsterRow[] => rows.filter(({ type }) => types.includes(type));

  const order = (orderId: string): OracleOrder => {
    const found = orderById.get(orderId);
    assert.ok(found, `order ${orderId}`);
    return found;
  };

  test('rows by type', () => {
    assert.equal(rows.length, 91_997);
    assert.equal(ofType(1).length, 44_256);
    assert.equal(ofType(2).length, 469);
    assert.equal(ofType(3).length, 41_004);
    assert.equal(ofType(4).length, 4_067);
    assert.equal(ofType(5).length, 2_201);
    assert.equal(ofType(1, 2, 3, 4, 5).length, rows.length);
  });

  test('time never runs back and no book is crossed', () => {
    assert.ok(rows.every(({ timeUs }, index) => index === 0 || timeUs >= rows[index - 1]!.timeUs));
    assert.ok(rows.every(({ askPrice, bidPrice }) => bidPrice > 0 && bidPrice <= askPrice));
  });

  test('every visible execution is at the touch of the preceding book row', () => {
    rows.forEach((row, index) => {
      if (row.type !== 4) return;
      const before = rows[index - 1]!;
      assert.equal(row.price, row.direction === 1 ? before.bidPrice : before.askPrice, `row ${index + 1}`);
    });
  });

  test('executed volume and its VWAP, visible and hidden', () => {
    const executed = ofType(4, 5);
    const volume = executed.reduce((sum, { size }) => sum + size, 0);
    const notional = executed.reduce((sum, { size, price }) => sum + size * price, 0);
    assert.equal(volume, 533_629);
    assert.equal((notional / volume / 10_000).toFixed(6), '585.972894');
  });

  test('executed order ids, and those submitted within the hour', () => {
    assert.equal(new Set(ofType(4).map(({ orderId }) => orderId)).size, 3_099);
    assert.equal(orders.length, 3_091);
    assert.equal(orderById.size, 3_091);
  });

  test('fills of the announced orders, and how they ended', () => {
    assert.equal(orders.reduce((sum, { fillCount }) => sum + fillCount, 0), 4_055);
    const count = (outcome: OracleOrder['outcome']): number => orders.filter((one) => one.outcome === outcome).length;
    assert.deepEqual([count('FILLED'), count('CANCELED'), count('OPEN')], [2_944, 146, 1]);
    assert.ok(orders.every(({ filledQuantity, quantity }) => filledQuantity <= quantity));
    assert.ok(orders.every(({ arrivalMid }) => arrivalMid !== null), 'none is the first row of the file');
  });

  test('worked by hand: order 73346928, sell 15,000 @ 585.60', () => {
    const { side, firstQuantity, fillCount, filledQuantity, arrivalMid, slippageBps, intervalVolume, intervalVwap, outcome } =
      order('73346928');
    assert.deepEqual(
      { side, firstQuantity, fillCount, filledQuantity, arrivalMid, intervalVolume, outcome },
      {
        side: 'SELL',
        firstQuantity: 15_000,
        fillCount: 25,
        filledQuantity: 15_000,
        arrivalMid: 585.5,
        intervalVolume: 15_955,
        outcome: 'FILLED',
      },
    );
    assert.equal(slippageBps?.toFixed(4), '-1.7079');
    assert.equal(intervalVwap?.toFixed(6), '585.591456');
  });

  test('worked by hand: order 65461410, buy 3,000 @ 586.00, 2,140 filled then 860 deleted', () => {
    const { side, firstQuantity, fillCount, filledQuantity, arrivalMid, slippageBps, outcome, endUs } = order('65461410');
    assert.deepEqual(
      { side, firstQuantity, fillCount, filledQuantity, arrivalMid, outcome },
      { side: 'BUY', firstQuantity: 3_000, fillCount: 14, filledQuantity: 2_140, arrivalMid: 586.61, outcome: 'CANCELED' },
    );
    assert.equal(slippageBps?.toFixed(4), '-10.3987');
    const deletion = rows.find(({ type, orderId }) => type === 3 && orderId === '65461410');
    assert.equal(deletion?.size, 860);
    assert.equal(endUs, deletion?.timeUs);
  });
});

describe('LOBSTER oracle: made rows small enough to check in the head', () => {
  const row = (timeUs: number, type: number, orderId: string, size: number, bidPrice: number, askPrice: number): LobsterRow => ({
    timeUs,
    type,
    orderId,
    size,
    price: 1_000_000,
    direction: 1,
    bidPrice,
    askPrice,
  });

  test('TWAP carries the last mid of the starting microsecond and gives the end no weight', () => {
    const [worked] = computeOracle([
      row(0, 1, 'other', 1, 990_000, 1_010_000),
      row(10, 1, 'A', 1, 1_000_000, 1_020_000),
      row(10, 1, 'other2', 1, 1_010_000, 1_030_000),
      row(40, 1, 'other3', 1, 1_050_000, 1_070_000),
      row(50, 4, 'A', 1, 2_000_000, 2_020_000),
    ]);
    assert.equal(worked?.arrivalMid, 100);
    assert.equal(worked?.twap, (102 * 30 + 106 * 10) / 40);
    assert.equal(worked?.slippageBps, 0);
  });

  test('an interval of length zero has the mid at that time, and the whole microsecond of trades', () => {
    const [worked] = computeOracle([
      row(0, 1, 'other', 1, 990_000, 1_010_000),
      row(10, 5, '0', 7, 990_000, 1_010_000),
      row(10, 1, 'A', 2, 1_000_000, 1_020_000),
      row(10, 4, 'A', 2, 1_010_000, 1_030_000),
      row(10, 5, '0', 5, 1_020_000, 1_040_000),
    ]);
    assert.equal(worked?.twap, 103);
    assert.equal(worked?.intervalVolume, 14);
  });

  test('a partial cancel down to the fills ends the order at its last fill; no row before it leaves arrival null', () => {
    const [worked] = computeOracle([
      row(0, 1, 'A', 10, 990_000, 1_010_000),
      row(5, 4, 'A', 4, 990_000, 1_010_000),
      row(9, 2, 'A', 6, 990_000, 1_010_000),
      row(12, 5, '0', 50, 990_000, 1_010_000),
    ]);
    assert.deepEqual([worked?.outcome, worked?.quantity, worked?.endUs, worked?.intervalVolume], ['FILLED', 4, 5, 4]);
    assert.deepEqual([worked?.arrivalMid, worked?.slippageBps], [null, null]);
  });

  test('an open order runs to the end that is given', () => {
    const rows = [row(0, 1, 'A', 10, 990_000, 1_010_000), row(5, 4, 'A', 4, 1_010_000, 1_030_000)];
    assert.equal(computeOracle(rows)[0]?.endUs, 5);
    assert.equal(computeOracle(rows, 20)[0]?.twap, (100 * 5 + 102 * 15) / 20);
  });
});
