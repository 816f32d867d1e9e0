/** One order as a shard has it, in a snapshot: its row, what does not fit into it, its child orders and its fills. */

import type { AlertLife } from '../alerts/lifecycle.ts';
import { NO_THRESHOLDS } from '../alerts/thresholds.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import type { Algorithm } from '../domain/enums.ts';
import type { PlanTerms, Replace } from '../orders/replaces.ts';
import type { AlertNotice } from '../shard/alert-notice.ts';
import { foldAgain } from '../shard/fold-fills.ts';
import type { Announcement, KeptEnd, OrderFacts, Shard } from '../shard/shard.ts';

/** What most orders have. */
const NO_THRESHOLDS_JSON = '{}';
const NO_ALERTS_JSON = '[]';

/** An order that is in memory. */
export function saveOrder(shard: Shard, orderNo: number, out: StateWriter): void {
  saveRow(shard, orderNo, out);
  saveFacts(shard.factsOf(orderNo), out);
  shard.written.save(out, orderNo);
  shard.children.save(out, orderNo);
  shard.fills.save(out, orderNo);
}

/** Returns its alerts that were firing. */
export function loadOrder(shard: Shard, orderNo: number, from: StateReader): Iterable<AlertNotice> {
  loadRow(shard, orderNo, from);
  const facts = loadFacts(from);
  shard.keepFacts(orderNo, facts);
  shard.written.load(from, orderNo);
  shard.children.load(from, orderNo);
  shard.fills.load(from, orderNo);
  const at = shard.orders.beginWrite(orderNo);
  foldAgain(shard, orderNo, at);
  shard.orders.endWrite(orderNo);
  return facts.firing?.values() ?? [];
}

/** The row without its version. */
export function saveRow(shard: Shard, orderNo: number, out: StateWriter): void {
  const { cells, rowDoubles } = shard.orders;
  const first = orderNo * rowDoubles;
  out.doubles(cells.subarray(first + 1, first + rowDoubles), rowDoubles - 1);
}

export function loadRow(shard: Shard, orderNo: number, from: StateReader): void {
  const { cells, rowDoubles } = shard.orders;
  shard.orders.clear(orderNo);
  const first = shard.orders.beginWrite(orderNo);
  from.doubles(cells, rowDoubles - 1, first + 1);
  shard.orders.endWrite(orderNo);
}

function saveFacts(facts: OrderFacts, out: StateWriter): void {
  out.text(JSON.stringify(facts.announcement));
  saveKnots(facts.knots, out);
  out.word(facts.firstTerms === undefined ? 0 : 1);
  if (facts.firstTerms !== undefined) saveTerms(facts.firstTerms, out);
  out.word(facts.replaces.length);
  for (const { us, quantity, terms } of facts.replaces) {
    out.double(us);
    out.double(quantity);
    saveTerms(terms, out);
  }
  out.text(JSON.stringify(facts.thresholds));
  // Numbers of an alert's life are never undefined; those of a notice can be.
  out.text(JSON.stringify([...(facts.alerts ?? [])]));
  out.word(facts.firing?.size ?? 0);
  for (const notice of facts.firing?.values() ?? []) saveNotice(notice, out);
  saveEnd(facts.keptEnd, out);
  out.double(facts.keptSequence);
}

function loadFacts(from: StateReader): OrderFacts {
  const announcement = JSON.parse(from.text()) as Announcement;
  const knots = loadKnots(from);
  const firstTerms = from.word() === 1 ? loadTerms(from) : undefined;
  // `filledAt` is made by the fold.
  const replaces: Replace[] = Array.from({ length: from.word() }, () => ({ us: from.double(), quantity: from.double(), terms: loadTerms(from), filledAt: 0 }));
  const thresholds = from.text();
  const alerts = from.text();
  const firing = Array.from({ length: from.word() }, () => loadNotice(from));
  return {
    announcement,
    knots,
    firstTerms,
    replaces,
    thresholds: thresholds === NO_THRESHOLDS_JSON ? NO_THRESHOLDS : (JSON.parse(thresholds) as Record<string, number>),
    alerts: alerts === NO_ALERTS_JSON ? undefined : new Map(JSON.parse(alerts) as [string, AlertLife][]),
    firing: firing.length === 0 ? undefined : new Map(firing.map((notice) => [notice.alertType, notice])),
    keptEnd: loadEnd(from),
    keptSequence: from.double(),
    trail: undefined,
  };
}

function saveTerms({ algorithm, plannedEndUs, participationRate, knots }: PlanTerms, out: StateWriter): void {
  out.text(algorithm);
  out.double(plannedEndUs);
  out.double(participationRate);
  saveKnots(knots, out);
}

function loadTerms(from: StateReader): PlanTerms {
  return { algorithm: from.text() as Algorithm, plannedEndUs: from.double(), participationRate: from.double(), knots: loadKnots(from) };
}

/** -1 for none. */
function saveKnots(knots: Float64Array | undefined, out: StateWriter): void {
  out.word(knots?.length ?? -1);
  if (knots !== undefined) out.doubles(knots, knots.length);
}

function loadKnots(from: StateReader): Float64Array | undefined {
  const count = from.word();
  if (count < 0) return undefined;
  const knots = new Float64Array(count);
  from.doubles(knots, count);
  return knots;
}

function saveEnd(kept: KeptEnd | undefined, out: StateWriter): void {
  out.word(kept?.mids.length ?? -1);
  if (kept === undefined) return;
  for (const mid of kept.mids) out.double(mid);
  out.double(kept.endedUs);
  out.double(kept.spreadBps);
}

function loadEnd(from: StateReader): KeptEnd | undefined {
  const count = from.word();
  if (count < 0) return undefined;
  const mids = Array.from({ length: count }, () => from.double());
  return { mids, endedUs: from.double(), spreadBps: from.double() };
}

/** JSON has no NaN, and null is no number of a notice: what is undefined comes back as it was. */
function saveNotice(notice: AlertNotice, out: StateWriter): void {
  out.text(JSON.stringify(notice));
}

function loadNotice(from: StateReader): AlertNotice {
  return JSON.parse(from.text(), (_field, value: unknown) => value ?? Number.NaN) as AlertNotice;
}
