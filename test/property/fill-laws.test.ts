/**
 * What fills, corrections and busts must not depend on: the order in which they come, repetitions, and their history.
 * All to the last bit: the state is a fold over the live set, whatever way led to it.
 *
 * Fields of the plan are left out in lives where known-differences.ts says so.
 */
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import type { InputEvent } from '../../engine/domain/events.ts';
import { type Arrival, type Life, lives } from '../support/engine-lives.ts';
import { assertSameBits, claimed, CLOCKS, FEWER_RUNS, outcomes, runLife } from '../support/engine-runs.ts';

const NO_NEED_OF_CHILD = 'no-route-ever';

/** Runs lives under both clocks and tells whether their claimed numbers are the same, bit for bit. */
async function assertSameNumbers(lives: readonly Life[], without: readonly string[] = []): Promise<void> {
  for (const clock of CLOCKS) {
    const all = await Promise.all(
      lives.map(async (life) => {
        const pipeline = await runLife(life, { clock });
        const found = outcomes(pipeline, life.orderIds);
        await pipeline.close();
        return found;
      }),
    );
    for (const orderId of lives[0]!.orderIds) {
      const [first, ...others] = all.map((found) => claimed(found.get(orderId)!, without));
      for (const other of others) assertSameBits(other, first);
    }
  }
}

function isFillEvent({ event }: Arrival, orderId: string): boolean {
  return event.type.startsWith('execution') && 'order_id' in event && event.order_id === orderId;
}

/** Puts events into a life at given places; they arrive together with what stands there. */
function withEvents(life: Life, additions: readonly { readonly place: number; readonly event: (timestamp: string) => InputEvent }[]): Life {
  const arrivals = [...life.arrivals];
  const timestamp = life.arrivals[Math.min(...additions.map(({ place }) => place)) % life.arrivals.length]!.event.timestamp;
  for (const { place, event } of [...additions].sort((a, b) => b.place - a.place)) {
    const at = place % life.arrivals.length;
    arrivals.splice(at, 0, { event: event(timestamp), reachedUs: life.arrivals[at]!.reachedUs });
  }
  return { ...life, arrivals };
}

const place = fc.nat(200);
const terms = fc.record({ quantity: fc.integer({ min: 1, max: 400 }), price: fc.integer({ min: 9_950, max: 10_050 }).map((cents) => cents / 100), fee: fc.constantFrom(undefined, 0.25, -1.5) });

/** `place` modulo the life's length, so that additions keep their order. */
function places(life: Life, ...wanted: number[]): number[] {
  return wanted.map((one) => one % life.arrivals.length);
}

function execution(orderId: string, exec_id: string, { quantity, price, fee }: { quantity: number; price: number; fee: number | undefined }, more: object = {}) {
  return (timestamp: string): InputEvent =>
    ({ type: 'execution', timestamp, order_id: orderId, exec_id, venue: 'XLON', quantity, price, ...(fee === undefined ? {} : { fee }), ...more }) as InputEvent;
}

describe('laws of fills', () => {
  test('any arrival order of the fills, corrections and busts of an order gives the same numbers', async () => {
    await check(fc.tuple(lives(), fc.array(fc.nat(1_000), { minLength: 60, maxLength: 60 })), async ([life, ranks]) => {
      const orderId = life.orderIds[0]!;
      const slots = life.arrivals.flatMap((arrival, at) => (isFillEvent(arrival, orderId) ? [at] : []));
      const shuffled = slots.map((slot, i) => ({ event: life.arrivals[slot]!.event, rank: ranks[i % ranks.length]! })).sort((a, b) => a.rank - b.rank);
      const arrivals = [...life.arrivals];
      slots.forEach((slot, i) => (arrivals[slot] = { event: shuffled[i]!.event, reachedUs: arrivals[slot]!.reachedUs }));
      await assertSameNumbers([life, { ...life, arrivals }]);
    });
  });

  test('duplicates of orders, routes, executions, corrections and busts change nothing', async () => {
    await check(fc.tuple(lives(), fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 8 })), async ([life, again]) => {
      const known = life.arrivals.filter(({ event }) => event.type === 'order' || event.type === 'route' || event.type.startsWith('execution'));
      const arrivals = [...life.arrivals];
      for (const [which, where] of again) {
        const { event } = known[which % known.length]!;
        const first = arrivals.findIndex((arrival) => arrival.event === event);
        const at = first + 1 + (where % (arrivals.length - first));
        arrivals.splice(at, 0, { event, reachedUs: arrivals[at - 1]!.reachedUs });
      }
      await assertSameNumbers([life, { ...life, arrivals }]);
    });
  });

  test('bust(x) = never x, whichever of the two comes first', async () => {
    await check(fc.tuple(lives(), terms, place, place, fc.boolean()), async ([life, fill, one, other, hasChild]) => {
      const orderId = life.orderIds[0]!;
      const [fillAt, bustAt] = places(life, one, other);
      const child = hasChild ? { child_order_id: NO_NEED_OF_CHILD } : {};
      const busted = withEvents(life, [
        { place: fillAt!, event: execution(orderId, 'x', fill, child) },
        { place: bustAt!, event: (timestamp) => ({ type: 'execution_canceled', timestamp, order_id: orderId, exec_id: 'x-bust', ref_exec_id: 'x' }) },
      ]);
      await assertSameNumbers([life, busted]);
    });
  });

  test('correct(x -> y) = y, whichever of the two comes first', async () => {
    await check(fc.tuple(lives(), terms, terms, place, place), async ([life, x, y, one, other]) => {
      const orderId = life.orderIds[0]!;
      const [fillAt, correctionAt] = places(life, one, other);
      const earliest = Math.min(fillAt!, correctionAt!);
      const corrected = withEvents(life, [
        { place: fillAt!, event: execution(orderId, 'x', x) },
        {
          place: correctionAt!,
          event: (timestamp) => ({ type: 'execution_corrected', timestamp, order_id: orderId, exec_id: 'y', ref_exec_id: 'x', quantity: y.quantity, price: y.price, ...(y.fee === undefined ? {} : { fee: y.fee }) }),
        },
      ]);
      const direct = withEvents(life, [{ place: earliest, event: execution(orderId, 'y', { ...y, fee: y.fee ?? x.fee }) }]);
      await assertSameNumbers([direct, corrected]);
    });
  });
});

async function check<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, holds), { numRuns: FEWER_RUNS, includeErrorInReport: true });
}
