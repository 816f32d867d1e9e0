/** Orders of a round at a target that answers like the service: announced before it, compared with the ledger after it. */

import { setTimeout as sleep } from 'node:timers/promises';

import { type Api, ApiError, createApi, type StatusAnswer } from '../../test/support/api.ts';
import { monotonicUs, wallUs } from '../measure/clock.ts';
import { orderEvent } from '../workload/events.ts';
import type { FillsSpec, LedgerEntry } from '../workload/fills.ts';
import type { RoundCheck } from './target.ts';

const SHOWN_MS_MAX = 60_000;
const POLL_MS = 2;
const FAULTS_MAX = 10;
const UNAVAILABLE = 503;

export async function announceOrders(url: string, spec: FillsSpec, ledger: readonly LedgerEntry[]): Promise<void> {
  const api = createApi(url);
  const answer = await api.postEvents(ledger.map((entry, orderNo) => orderEvent(spec, entry, orderNo, wallUs())));
  if (answer.accepted !== ledger.length) throw new Error(`orders were not accepted: ${JSON.stringify(answer.rejected.slice(0, 1))}`);
  await Promise.all(ledger.map((entry) => api.start({ order_id: entry.orderId, real_time_updates: true })));
  // A stream may be opened once its order is known to its shard too.
  for (const entry of ledger) await untilKnown(() => api.status(entry.orderId));
}

export async function checkOrders(url: string, ledger: readonly LedgerEntry[]): Promise<RoundCheck> {
  const api = createApi(url);
  const untilUs = monotonicUs() + SHOWN_MS_MAX * 1_000;
  /** The status once it has the quantity, or the last answer when that takes too long. */
  const shownStatus = async (entry: LedgerEntry): Promise<StatusAnswer | ApiError> => {
    for (;;) {
      const status = await statusOf(api, entry.orderId);
      if (monotonicUs() > untilUs || (!(status instanceof ApiError) && status.filled_quantity === entry.filledQuantity)) return status;
      await sleep(POLL_MS);
    }
  };
  const statuses: (StatusAnswer | ApiError)[] = [];
  for (const entry of ledger) statuses.push(await shownStatus(entry));
  const shownAtUs = monotonicUs();
  const faults = ledger.flatMap((entry, orderNo) => faultsOf(entry, statuses[orderNo]!));
  return { faults: faults.slice(0, FAULTS_MAX), shownAtUs };
}

/** A 503 says that a shard does not keep up for now: an answer like another, to be asked again. */
async function statusOf(api: Api, orderId: string): Promise<StatusAnswer | ApiError> {
  try {
    return await api.status(orderId);
  } catch (error) {
    if (error instanceof ApiError && error.status === UNAVAILABLE) return error;
    throw error;
  }
}

function faultsOf(entry: LedgerEntry, status: StatusAnswer | ApiError): string[] {
  if (status instanceof ApiError) return [`order ${entry.orderId}: ${status.message}`];
  const faults: string[] = [];
  const compare = (field: 'filled_quantity' | 'average_price', expected: number | null): void => {
    if (status[field] !== expected) faults.push(`order ${entry.orderId}: ${field} is ${status[field]}, the ledger has ${expected}`);
  };
  compare('filled_quantity', entry.filledQuantity);
  compare('average_price', entry.averagePrice);
  return faults;
}

async function untilKnown(ask: () => Promise<unknown>): Promise<void> {
  const untilUs = monotonicUs() + SHOWN_MS_MAX * 1_000;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (monotonicUs() > untilUs) throw error;
      await sleep(POLL_MS);
    }
  }
}
