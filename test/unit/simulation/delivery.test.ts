/** What delivery does to the messages of a simulated day, and that a day is the same to the last byte from the same seed. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';

import type { InputEvent } from '../../../engine/domain/events.ts';
import { formatTimestamp, parseTimestampUs } from '../../../engine/domain/timestamp.ts';
import { type Delivered, Delivery, DELIVERY_RATES, type DeliveryRates } from '../../../simulation/delivery/delivery.ts';
import { DAY_START_US, type DayOptions, simulateDay } from '../../support/simulated-day.ts';

const MS_US = 1_000;
const SECOND_US = 1_000_000;
const SENT = 20_000;
const NOTHING: DeliveryRates = { ...DELIVERY_RATES, lateExecutions: 0, lateAnnouncements: 0, duplicates: 0, lateMarketData: 0 };
const NAMES = { order_id: 'O', symbol: 'S', side: 'BUY', quantity: 1, child_order_id: 'C', venue: 'V', exec_id: 'X', ref_exec_id: 'X0', price: 1, status: 'OPEN' } as const;
const WITH_IDENTITY = ['order', 'route', 'execution', 'execution_corrected', 'execution_canceled'] as const;
const NEVER_LATE = ['market_status', 'instrument', 'route_accepted', 'route_canceled', 'order_replaced', 'order_canceled', 'order_expired'] as const;

interface Way {
  readonly sentUs: number;
  readonly delivered: Delivered;
}

/** SENT events of a type, one a millisecond, and what became of them; `price` numbers them. */
function deliver(type: InputEvent['type'], rates: Partial<DeliveryRates>, seed = 1): Way[] {
  const delivery = new Delivery(seed, rates);
  const sentUs = (no: number): number => DAY_START_US + no * MS_US;
  for (let no = 0; no < SENT; no++) delivery.send({ ...NAMES, type, timestamp: formatTimestamp(sentUs(no)), price: no } as unknown as InputEvent, sentUs(no));
  return takeAll(delivery).map((delivered) => ({ delivered, sentUs: sentUs((delivered.event as unknown as { price: number }).price) }));
}

function takeAll(delivery: Delivery): Delivered[] {
  const taken: Delivered[] = [];
  for (let next = delivery.takeBefore(Infinity); next !== undefined; next = delivery.takeBefore(Infinity)) taken.push(next);
  return taken;
}

const delayUs = ({ sentUs, delivered }: Way): number => delivered.arrivalUs - sentUs;
const lateOf = (ways: readonly Way[]): number[] => ways.map(delayUs).filter((us) => us > 0);

/** Within five standard deviations of a count of independent draws. */
function isNear(count: number, probability: number, of = SENT): boolean {
  return Math.abs(count - probability * of) <= 5 * Math.sqrt(of * probability * (1 - probability)) + 1;
}

describe('without faults', () => {
  for (const type of [...WITH_IDENTITY, ...NEVER_LATE, 'quote', 'trade'] as const) {
    test(`${type}: at once, once, in order`, () => {
      const ways = deliver(type, NOTHING);
      assert.equal(ways.length, SENT);
      ways.forEach((way, no) => assert.deepEqual([delayUs(way), way.sentUs], [0, DAY_START_US + no * MS_US]));
    });
  }
});

describe('what comes late', () => {
  for (const type of ['execution', 'execution_corrected', 'execution_canceled'] as const) {
    test(`${type}: at its rate, by an exponential delay with its mean`, () => {
      const late = lateOf(deliver(type, { ...NOTHING, lateExecutions: 0.2, lateSecondsMean: 4 }));
      assert.ok(isNear(late.length, 0.2), `${late.length}`);
      const mean = late.reduce((sum, us) => sum + us, 0) / late.length / SECOND_US;
      // The standard deviation of an exponential is its mean.
      assert.ok(Math.abs(mean - 4) < (5 * 4) / Math.sqrt(late.length), `${mean}`);
      const beyond = late.filter((us) => us > 4 * SECOND_US).length;
      assert.ok(isNear(beyond, Math.exp(-1), late.length), `${beyond} of ${late.length} beyond the mean`);
    });
  }

  for (const [type, rates, most] of [
    ['order', { lateAnnouncements: 0.2, lateAnnouncementSecondsMax: 2 }, 2],
    ['route', { lateAnnouncements: 0.2, lateAnnouncementSecondsMax: 2 }, 2],
    ['quote', { lateMarketData: 0.2, lateMarketDataSecondsMax: 3 }, 3],
    ['trade', { lateMarketData: 0.2, lateMarketDataSecondsMax: 3 }, 3],
  ] as const) {
    test(`${type}: at its rate, evenly up to ${most} s`, () => {
      const late = lateOf(deliver(type, { ...NOTHING, ...rates }));
      assert.ok(isNear(late.length, 0.2), `${late.length}`);
      assert.ok(late.every((us) => us <= most * SECOND_US));
      assert.ok(isNear(late.filter((us) => us < (most * SECOND_US) / 2).length, 0.5, late.length));
    });
  }

  test('statuses, reference data and what becomes of routes and orders: never', () => {
    for (const type of NEVER_LATE) assert.deepEqual(lateOf(deliver(type, { lateExecutions: 1, lateAnnouncements: 1, lateMarketData: 1, duplicates: 1 })), [], type);
  });
});

describe('what comes twice', () => {
  for (const type of WITH_IDENTITY) {
    test(`${type}: at its rate, the very same, up to a minute later`, () => {
      const ways = deliver(type, { ...NOTHING, duplicates: 0.1, duplicateSecondsMax: 60 });
      const again = lateOf(ways);
      assert.equal(ways.length, SENT + again.length);
      assert.ok(isNear(again.length, 0.1), `${again.length}`);
      assert.ok(again.every((us) => us <= 60 * SECOND_US) && again.some((us) => us > 50 * SECOND_US));
      const first = new Map<number, InputEvent>();
      for (const { sentUs, delivered } of ways) {
        if (first.has(sentUs)) assert.equal(delivered.event, first.get(sentUs));
        first.set(sentUs, delivered.event);
      }
    });
  }

  test('market data and what has no identity: never', () => {
    for (const type of [...NEVER_LATE, 'quote', 'trade'] as const) assert.equal(deliver(type, { ...NOTHING, duplicates: 1 }).length, SENT, type);
  });
});

describe('the order of arrival', () => {
  test('is that of the arrival times, and of what falls together that of sending', () => {
    const delivery = new Delivery(3, { ...NOTHING, lateExecutions: 0.5, lateSecondsMean: 0.01, duplicates: 0.3, duplicateSecondsMax: 1 });
    const sent: InputEvent[] = [];
    for (let no = 0; no < SENT; no++) {
      const us = DAY_START_US + Math.floor(no / 4) * MS_US;
      const event = { ...NAMES, type: no % 2 === 0 ? 'execution' : 'route_accepted', timestamp: formatTimestamp(us), price: no } as unknown as InputEvent;
      sent.push(event);
      delivery.send(event, us);
    }
    const places = new Map(sent.map((event, place) => [event, place]));
    const taken = takeAll(delivery);
    let isLateBehindOther = false;
    for (let i = 1; i < taken.length; i++) {
      const [before, after] = [taken[i - 1]!, taken[i]!];
      assert.ok(before.arrivalUs <= after.arrivalUs);
      const isAtOnce = [before, after].every(({ arrivalUs, event }) => arrivalUs === parseTimestampUs(event.timestamp));
      if (isAtOnce) assert.ok(places.get(before.event)! < places.get(after.event)!);
      if (places.get(before.event)! > places.get(after.event)!) isLateBehindOther = true;
    }
    assert.ok(isLateBehindOther);
    assert.deepEqual(new Set(taken.map(({ event }) => event)), new Set(sent));
  });

  test('what has not arrived before a moment is kept', () => {
    const delivery = new Delivery(1, NOTHING);
    for (const s of [1, 2, 3]) delivery.send({ ...NAMES, type: 'market_status', timestamp: formatTimestamp(s * SECOND_US) } as InputEvent, s * SECOND_US);
    assert.equal(delivery.takeBefore(SECOND_US), undefined);
    assert.equal(delivery.takeBefore(2 * SECOND_US)?.arrivalUs, SECOND_US);
    assert.equal(delivery.takeBefore(2 * SECOND_US), undefined);
    assert.deepEqual(takeAll(delivery).map(({ arrivalUs }) => arrivalUs), [2 * SECOND_US, 3 * SECOND_US]);
  });

  test('timestamps say what happened, whatever happens to the message', () => {
    for (const { sentUs, delivered } of deliver('execution', { lateExecutions: 0.5, duplicates: 0.5 })) assert.equal(parseTimestampUs(delivered.event.timestamp), sentUs);
  });
});

describe('a whole day', () => {
  const SMALL: DayOptions = { seed: 42, hours: 0.1, orders: 12, symbols: 3 };
  /** Of the NDJSON of SMALL: the same on any machine. A change of market, desk or delivery changes it. */
  const SMALL_SHA256 = '2f21d1dc3b0ecad631466bed32f33edb24a0c5f578070d0534ce9e56ea37ec62';
  const sha256 = (options: DayOptions): string => {
    const hash = createHash('sha256');
    for (const { event } of simulateDay(options).delivered) hash.update(`${JSON.stringify(event)}\n`);
    return hash.digest('hex');
  };

  test('is the same to the last byte from the same seed, and another from another', () => {
    assert.equal(sha256(SMALL), sha256(SMALL));
    assert.notEqual(sha256(SMALL), sha256({ ...SMALL, seed: 43 }));
  });

  test('has the bytes that it has on every machine', () => assert.equal(sha256(SMALL), SMALL_SHA256));

  test('happens the same whatever its messages suffer', () => {
    const told = (options: DayOptions): string[] => [...new Set(simulateDay(options).delivered.map(({ event }) => JSON.stringify(event)))].sort();
    assert.deepEqual(told({ ...SMALL, deliveryRates: NOTHING }), told({ ...SMALL, deliveryRates: { lateExecutions: 0.5, lateAnnouncements: 0.5, duplicates: 0.5, lateMarketData: 0.5 } }));
  });

  test('arrives in the order of arrival, never before it happened but for clocks that are ahead', () => {
    const { delivered } = simulateDay(SMALL);
    delivered.forEach(({ arrivalUs, event }, i) => {
      assert.ok(i === 0 || arrivalUs >= delivered[i - 1]!.arrivalUs);
      if (event.type !== 'trade') assert.ok(arrivalUs >= parseTimestampUs(event.timestamp), JSON.stringify(event));
    });
  });
});
