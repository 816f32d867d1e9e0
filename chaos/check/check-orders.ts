/** Ledger against API: every order's status and analytics, number for number. */

import { setTimeout as sleep } from 'node:timers/promises';

import { type Account, accountsOf } from '../ledger/account.ts';
import type { LaneLedger } from '../ledger/ledger.ts';
import { getOrder, type Json } from './service-answers.ts';

/** An acknowledged event may be shown a moment later. */
const SHOWN_MS_MAX = 5_000;
const POLL_MS = 20;

/**
 * What a lane's orders must look like when nothing of it is known but what was acknowledged: that, and the first so many of
 * the batches without an answer, each whole or not at all and none before another. Returns how many those are, or undefined with
 * a fault told.
 */
export async function takenOfOpen(url: string, ledger: LaneLedger, onFault: (fault: string) => void): Promise<number | undefined> {
  const candidates = Array.from({ length: ledger.open.length + 1 }, (_, count) => accountsOf(ledger.events(count)));
  const statuses = new Map<string, Json | undefined>();
  for (const orderId of candidates.at(-1)!.keys()) statuses.set(orderId, await getOrder(url, orderId, 'status'));
  const faults = candidates.map((accounts) => [...statuses].flatMap(([orderId, status]) => statusFaults(orderId, accounts.get(orderId), status)));
  const fits = faults.findIndex((found) => found.length === 0);
  if (fits >= 0) return fits;
  onFault(`${ledger.lane}: what is there is not what was acknowledged, with none to ${ledger.open.length} of the unanswered batches behind it; with none: ${faults[0]!.slice(0, 5).join('; ')}; with all: ${faults.at(-1)!.slice(0, 5).join('; ')}`);
  return undefined;
}

/** Everything was answered: every number of every order. Returns how many orders there are. */
export async function checkOrders(url: string, ledger: LaneLedger, onFault: (fault: string) => void): Promise<number> {
  let orders = 0;
  // One patience for all of them.
  const untilMs = performance.now() + SHOWN_MS_MAX;
  for (const [orderId, account] of accountsOf(ledger.events(0))) {
    orders++;
    let faults: string[] = [];
    for (; ; await sleep(POLL_MS)) {
      const [status, analytics] = [await getOrder(url, orderId, 'status'), await getOrder(url, orderId, 'analytics')];
      faults = [...statusFaults(orderId, account, status), ...analyticsFaults(account, analytics)];
      if (faults.length === 0 || performance.now() > untilMs) break;
    }
    for (const fault of faults) onFault(`${ledger.lane}: ${fault}`);
  }
  return orders;
}

function statusFaults(orderId: string, account: Account | undefined, status: Json | undefined): string[] {
  if (account === undefined) return status === undefined ? [] : [`order ${orderId} is known, but was not announced`];
  if (status === undefined) return [`order ${orderId} is unknown`];
  const expected = {
    state: account.state,
    quantity: account.quantity,
    filled_quantity: account.filledQuantity,
    leaves_quantity: account.leavesQuantity,
    average_price: account.averagePrice,
    overfilled: account.overfilled,
    execution_progress: account.filledQuantity / account.quantity,
  };
  return differences(`status of ${orderId}`, expected, status);
}

function analyticsFaults(account: Account, analytics: Json | undefined): string[] {
  if (analytics === undefined) return [`analytics of ${account.orderId} are unknown`];
  const summary = analytics['execution_summary'] as Json;
  const expected = {
    symbol: account.symbol,
    state: account.state,
    quantity: account.quantity,
    filled_quantity: account.filledQuantity,
    leaves_quantity: account.leavesQuantity,
    average_price: account.averagePrice,
    notional: account.notional,
    fees: account.fees,
    fill_count: account.fillCount,
    overfilled: account.overfilled,
    unmatched_amendments: account.unmatchedAmendments,
  };
  const shares = sorted(summary['venue_distribution'] as Json);
  return [
    ...differences(`analytics of ${account.orderId}`, expected, summary),
    ...differences(`analytics of ${account.orderId}`, { arrival_price: account.arrivalPrice }, analytics['cost_analysis'] as Json),
    ...differences(`analytics of ${account.orderId}`, { venues: sorted(account.venues) }, { venues: shares }),
  ];
}

/** In words: each field that is not as expected, to the last bit. */
export function differences(label: string, expected: Json, actual: Json): string[] {
  return Object.entries(expected)
    .filter(([field, value]) => !Object.is(actual[field], value))
    .map(([field, value]) => `${label}: ${field} is ${String(actual[field])}, must be ${String(value)}`);
}

function sorted(shares: Json): string {
  return JSON.stringify(Object.entries(shares).sort(([a], [b]) => (a < b ? -1 : 1)));
}
