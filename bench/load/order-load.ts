/**
 * Announces many orders through the fast door, as fast as it takes them. Their numbers are made from their places, so that
 * whoever asks for one later knows what it must say.
 */

import { Packr } from 'msgpackr';

import type { EventOf } from '../../engine/domain/events.ts';
import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import { monotonicUs, wallUs } from '../measure/clock.ts';
import type { Batch } from '../workload/batches.ts';
import { symbolOf } from '../workload/events.ts';
import { msgpackFrame } from '../workload/fill-mark.ts';
import { openBatchLane } from './open-batch-lane.ts';

export interface OrdersSpec {
  /** Orders are numbered from 0 behind it. */
  readonly prefix: string;
  readonly orderCount: number;
  readonly symbolCount: number;
  readonly batchOrders: number;
}

export interface OrdersRequest extends OrdersSpec {
  readonly url: string;
}

export interface OrdersOutcome {
  /** From the first send to the last answer; the encoding is in it, batch by batch. */
  readonly seconds: number;
  readonly retries: number;
  readonly faults: readonly string[];
}

const IN_FLIGHT_MAX = 8;
const FAULTS_MAX = 10;
const US_PER_SECOND = 1_000_000;
const QUANTITY_MIN = 1_000_000;
const QUANTITY_KINDS = 977;
const packr = new Packr({ useRecords: false });

export const orderIdAt = ({ prefix }: Pick<OrdersSpec, 'prefix'>, orderNo: number): string => `${prefix}-${orderNo}`;

/** More than fills of a benchmark add up to, so that the order stays active. */
export const quantityAt = (orderNo: number): number => QUANTITY_MIN + (orderNo % QUANTITY_KINDS);

export async function loadOrders(request: OrdersRequest): Promise<OrdersOutcome> {
  const { url, orderCount, batchOrders } = request;
  const faults: string[] = [];
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const lane = await openBatchLane({ url, door: 'ws-msgpack', checkAnswers: true, onFailure: (error) => fail(error) });
  const startUs = monotonicUs();
  let next = 0;
  const sendNext = (done: () => void): void => {
    if (next >= orderCount) return done();
    const first = next;
    next = Math.min(orderCount, next + batchOrders);
    lane.send(batchOf(request, first, next), (fault) => {
      if (fault !== undefined && faults.length < FAULTS_MAX) faults.push(fault);
      sendNext(done);
    });
  };
  await Promise.race([Promise.all(Array.from({ length: IN_FLIGHT_MAX }, () => new Promise<void>(sendNext))), failed]);
  const { retries } = lane;
  lane.close();
  return { seconds: (monotonicUs() - startUs) / US_PER_SECOND, retries, faults };
}

function batchOf({ prefix, symbolCount }: OrdersSpec, first: number, end: number): Batch {
  const timestamp = formatTimestamp(wallUs());
  const events = Array.from({ length: end - first }, (_, i): EventOf<'order'> => {
    const orderNo = first + i;
    return {
      type: 'order', timestamp, order_id: orderIdAt({ prefix }, orderNo), symbol: symbolOf(orderNo % symbolCount),
      side: orderNo % 2 === 0 ? 'BUY' : 'SELL', quantity: quantityAt(orderNo),
    };
  });
  return { body: msgpackFrame('', packr.pack(events)), mark: '', eventCount: events.length };
}
