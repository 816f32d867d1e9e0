/**
 * The laws of fills (fill-laws.test.ts) for whole answers in a whole market: spread measures, markouts, impact, shortfall,
 * attribution and all benchmarks, of every algorithm, through halts, with replaces and late fills. To the last bit.
 */
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import type { EventOf, InputEvent } from '../../engine/domain/events.ts';
import type { Arrival } from '../support/engine-lives.ts';
import { type MarketLife, marketLives } from '../support/engine-market-lives.ts';
import { assertSameBits, FEWER_RUNS } from '../support/engine-runs.ts';
import { assertAllClose, hasIdentity, inTenths, isNearTie, justBefore, numbersOf, offGrid, wholeAnswers } from './whole-answers.ts';

type Summary = Parameters<typeof numbersOf>[1];
type Terms = { readonly quantity: number; readonly price: number; readonly fee: number | undefined; readonly venue: string | undefined };

const ofMarket = marketLives().map(offGrid);
const place = fc.nat(200);
const terms = fc.record({
  quantity: fc.integer({ min: 1, max: 400 }),
  price: fc.integer({ min: 9_950, max: 10_050 }).map((cents) => cents / 100),
  fee: fc.constantFrom(undefined, 0.25, -1.5),
  venue: fc.constantFrom(undefined, 'XNAS', 'XLON'),
});

/** `without`: what may tell how it came about. Whether an event fits, for one, is judged when it comes. */
async function assertSameAnswers(one: MarketLife, other: MarketLife, ...without: Summary[]): Promise<void> {
  const [first, second] = [await wholeAnswers(one), await wholeAnswers(other)];
  for (const [orderId, answer] of first) assertSameBits(numbersOf(second.get(orderId)!, ...without), numbersOf(answer, ...without), orderId);
}

function withEvents(life: MarketLife, additions: readonly { readonly place: number; readonly event: InputEvent }[]): MarketLife {
  const arrivals = [...life.arrivals];
  for (const { place: at, event } of additions.toSorted((a, b) => b.place - a.place)) arrivals.splice(at, 0, { event, reachedUs: life.arrivals[at]!.reachedUs });
  return { ...life, arrivals };
}

/** Where two events go, and the time of a fill that is in neither's future. */
function placesOf(life: MarketLife, one: number, other: number): { readonly first: number; readonly second: number; readonly earliest: number; readonly timestamp: string } {
  const [first, second] = [one % life.arrivals.length, other % life.arrivals.length];
  const earliest = Math.min(first, second);
  return { first, second, earliest, timestamp: justBefore(life.arrivals[earliest]!.event.timestamp) };
}

/** A fill of the life's first order, by one of its child orders where it has any. */
function fillOf(life: MarketLife, exec_id: string, timestamp: string, { quantity, price, fee, venue }: Terms): EventOf<'execution'> {
  const orderId = life.orderIds[0]!;
  const route = life.arrivals.find(({ event }) => event.type === 'route' && event.order_id === orderId)?.event as EventOf<'route'> | undefined;
  const child = route === undefined ? {} : { child_order_id: route.child_order_id };
  return { type: 'execution', timestamp, order_id: orderId, exec_id, venue: venue ?? 'BATS', quantity, price, liquidity: 'ADDED', ...child, ...(fee === undefined ? {} : { fee }) };
}

describe('laws of fills, whole answers', () => {
  for (const [name, unit] of [['whole quantities', (life: MarketLife) => life], ['tenths', inTenths]] as const) {
    test(`any arrival order of the fills, corrections and busts of an order gives the same answers, ${name}`, async () => {
      await check(fc.tuple(ofMarket.map(unit), fc.array(fc.nat(1_000), { minLength: 60, maxLength: 60 })), async ([life, ranks]) => {
        const isFillEvent = ({ event }: Arrival): boolean => event.type.startsWith('execution') && 'order_id' in event && event.order_id === life.orderIds[0];
        const slots = life.arrivals.flatMap((arrival, at) => (isFillEvent(arrival) ? [at] : []));
        const shuffled = slots.map((slot, i) => ({ event: life.arrivals[slot]!.event, rank: ranks[i % ranks.length]! })).sort((a, b) => a.rank - b.rank);
        const arrivals = [...life.arrivals];
        slots.forEach((slot, i) => (arrivals[slot] = { event: shuffled[i]!.event, reachedUs: arrivals[slot]!.reachedUs }));
        await assertSameAnswers(life, { ...life, arrivals }, 'unfit_events');
      });
    });
  }

  test('duplicates change nothing, not even what did not fit', async () => {
    await check(fc.tuple(ofMarket, fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 8 })), async ([life, again]) => {
      const known = life.arrivals.filter(({ event }) => hasIdentity(event));
      const arrivals = [...life.arrivals];
      for (const [which, where] of again) {
        const { event } = known[which % known.length]!;
        const first = arrivals.findIndex((arrival) => arrival.event === event);
        const at = first + 1 + (where % (arrivals.length - first));
        arrivals.splice(at, 0, { event, reachedUs: arrivals[at - 1]!.reachedUs });
      }
      await assertSameAnswers(life, { ...life, arrivals });
    });
  });

  test('bust(x) = never x, whichever of the two comes first', async () => {
    await check(fc.tuple(ofMarket, terms, place, place), async ([life, x, one, other]) => {
      const { first, second, timestamp } = placesOf(life, one, other);
      const bust: InputEvent = { type: 'execution_canceled', timestamp, order_id: life.orderIds[0]!, exec_id: 'x-bust', ref_exec_id: 'x' };
      await assertSameAnswers(life, withEvents(life, [{ place: first, event: fillOf(life, 'x', timestamp, x) }, { place: second, event: bust }]), 'unfit_events');
    });
  });

  test('correct(x -> y) = y, whichever of the two comes first', async () => {
    await check(fc.tuple(ofMarket, terms, terms, place, place), async ([life, x, y, one, other]) => {
      const { first, second, earliest, timestamp } = placesOf(life, one, other);
      const { fee, venue } = y;
      const correction = { type: 'execution_corrected' as const, timestamp, order_id: life.orderIds[0]!, exec_id: 'y', ref_exec_id: 'x', quantity: y.quantity, price: y.price };
      const given = { ...(fee === undefined ? {} : { fee }), ...(venue === undefined ? {} : { venue }) };
      const corrected = withEvents(life, [{ place: first, event: fillOf(life, 'x', timestamp, x) }, { place: second, event: { ...correction, ...given } }]);
      const direct = withEvents(life, [{ place: earliest, event: fillOf(life, 'y', timestamp, { ...y, fee: fee ?? x.fee, venue: venue ?? x.venue }) }]);
      await assertSameAnswers(direct, corrected, 'unfit_events');
    });
  });

  test('splitting a fill at one price changes only counts', async () => {
    await check(fc.tuple(ofMarket, terms, fc.integer({ min: 1, max: 400 }), place), async ([life, whole, rest, at]) => {
      const orderId = life.orderIds[0]!;
      const { earliest, timestamp } = placesOf(life, at, at);
      const fill = (exec_id: string, quantity: number): InputEvent => fillOf(life, exec_id, timestamp, { ...whole, quantity, fee: undefined });
      const one = withEvents(life, [{ place: earliest, event: fill('s', whole.quantity + rest) }]);
      const two = withEvents(life, [{ place: earliest, event: fill('s2', rest) }, { place: earliest, event: fill('s', whole.quantity) }]);
      if (isNearTie(one, orderId)) return;
      const [a, b] = [(await wholeAnswers(one)).get(orderId)!, (await wholeAnswers(two)).get(orderId)!];
      assertSameBits(b.execution_summary.fill_count, a.execution_summary.fill_count + 1);
      assertAllClose(numbersOf(b, 'fill_count'), numbersOf(a, 'fill_count'), orderId);
    });
  });
});

async function check<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, holds), { numRuns: FEWER_RUNS, includeErrorInReport: true });
}
