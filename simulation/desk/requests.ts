/**
 * What people ask of orders that trade: cancels and replaces. A request freezes the order and calls its children back; it is answered
 * some time later, and a replace only when no child is open, so that nothing is ever routed beyond the new quantity or limit.
 */

import type { Algorithm } from '../../engine/domain/enums.ts';
import type { EventOf } from '../../engine/domain/events.ts';
import { plannedShare, riskScale } from './algorithms/plan.ts';
import type { Floor } from './floor.ts';
import type { OrderDesk } from './order-desk.ts';
import { scheduleOf, wordsOfTerms } from './order-ticket.ts';
import type { ParentOrder, Terms } from './parent-order.ts';
import type { Router } from './router.ts';
import { tightLimit, wideLimit } from './scenarios.ts';

const ASKED_AT = { low: 0.05, high: 0.9 } as const;
const ANSWERED_AFTER_US_LEAST = 50_000;
const US_PER_SECOND = 1_000_000;
const LOOK_AGAIN_US = 100_000;
const HORIZON_LEFT_LEAST_US = 1_000_000;
const TIGHTER_SHARE = 0.2;

const KINDS = ['up', 'down', 'below_filled', 'limit', 'end', 'algorithm', 'rate'] as const;
const KIND_WEIGHTS = [0.27, 0.2, 0.13, 0.14, 0.1, 0.1, 0.06];
type Kind = (typeof KINDS)[number];

/** What a replace asks for: a quantity in units or NaN, and the new terms with the words that say what changed. */
interface Change {
  readonly units: number;
  readonly terms: Terms;
  readonly words: Omit<EventOf<'order_replaced'>, 'type' | 'timestamp' | 'order_id' | 'quantity'>;
}

export class Requests {
  private readonly floor: Floor;
  private readonly desk: OrderDesk;
  private readonly router: Router;

  constructor(floor: Floor, desk: OrderDesk, router: Router) {
    this.floor = floor;
    this.desk = desk;
    this.router = router;
  }

  /** Decides, when an order begins, what will be asked of it. */
  plan(parent: ParentOrder): void {
    const { floor } = this;
    const { random } = parent;
    const horizonUs = parent.deadlineUs(floor.closeUs) - floor.nowUs;
    const isCanceled = random.chance(floor.rates.cancel);
    const isReplaced = random.chance(floor.rates.replace);
    const replacedUs = floor.nowUs + horizonUs * random.between(ASKED_AT.low, ASKED_AT.high);
    const canceledUs = floor.nowUs + horizonUs * random.between(ASKED_AT.low, ASKED_AT.high);
    if (isReplaced) floor.at(replacedUs, () => this.replace(parent));
    if (isCanceled) floor.at(canceledUs, () => this.cancel(parent));
  }

  private cancel(parent: ParentOrder): void {
    const { floor, desk } = this;
    if (parent.phase !== 'working') return;
    if (!parent.random.chance(floor.rates.pending)) {
      desk.endWhenFree(parent, 'order_canceled');
      return;
    }
    floor.send({ type: 'order_pending_cancel', timestamp: floor.now, order_id: parent.id });
    this.freeze(parent, () => {
      if (parent.leavesUnits === 0) this.refuse(parent, 'too late to cancel');
      else if (parent.random.chance(floor.rates.cancelReject)) this.refuse(parent, 'not allowed in this state');
      else {
        parent.phase = 'working';
        desk.endWhenFree(parent, 'order_canceled');
      }
    });
  }

  private replace(parent: ParentOrder): void {
    const { floor } = this;
    if (parent.phase !== 'working') return;
    const isSaid = parent.random.chance(floor.rates.pending);
    if (isSaid) floor.send({ type: 'order_pending_replace', timestamp: floor.now, order_id: parent.id });
    this.freeze(parent, () => {
      const isTooLate = parent.leavesUnits === 0;
      if (isTooLate || (isSaid && parent.random.chance(floor.rates.cancelReject))) {
        if (isSaid) this.refuse(parent, isTooLate ? 'too late to replace' : 'not allowed in this state');
        else this.desk.resume(parent);
        return;
      }
      this.apply(parent, this.changeOf(parent));
    });
  }

  private freeze(parent: ParentOrder, answer: () => void): void {
    const { floor } = this;
    parent.phase = 'frozen';
    this.router.requestCancelOfAll(parent);
    const answerWhenFree = (): void => {
      // The close was quicker.
      if (parent.phase !== 'frozen') return;
      if (parent.children.length > 0) floor.at(floor.nowUs + LOOK_AGAIN_US, answerWhenFree);
      else answer();
    };
    const longestUs = floor.rates.answerSecondsMax * US_PER_SECOND;
    floor.at(floor.nowUs + parent.random.between(ANSWERED_AFTER_US_LEAST, longestUs), answerWhenFree);
  }

  private refuse(parent: ParentOrder, reason: string): void {
    this.floor.send({ type: 'order_cancel_rejected', timestamp: this.floor.now, order_id: parent.id, reason });
    this.desk.resume(parent);
  }

  /** As metrics.md says: the expected quantity stays where it is, and a quantity below what is filled is what is filled. */
  private apply(parent: ParentOrder, { units: asked, terms, words }: Change): void {
    const { floor, desk } = this;
    const { view, plan } = parent;
    const { nowUs } = floor;
    const units = Number.isNaN(asked) ? parent.units : Math.max(asked, parent.filledUnits);
    const expected = plannedShare(plan, view, parent.units, nowUs, nowUs);
    const isOfIs = !Number.isNaN(plan.urgencyPerDay);
    const endUs = Number.isNaN(terms.endUs) ? plan.endUs : terms.endUs;
    parent.plan = {
      ...plan,
      algorithm: terms.algorithm,
      endUs,
      participationRate: terms.participationRate,
      knots: terms.knots,
      urgencyPerDay: isOfIs ? Math.sqrt(parent.riskAversion / riskScale(view, units, plan.startUs, endUs, parent.arrivalPrice, nowUs)) : Number.NaN,
      fromUs: Math.max(plan.startUs, nowUs),
      base: Math.min(1, (expected * parent.units) / units),
      fromVolumeUnits: view.volumeUnits,
    };
    parent.terms = terms;
    parent.units = units;
    if (!Number.isNaN(asked)) parent.lastCut = { us: nowUs, askedUnits: asked, filledUnits: parent.filledUnits };
    parent.replaceCount++;
    floor.send({
      type: 'order_replaced',
      timestamp: floor.now,
      order_id: parent.id,
      ...(Number.isNaN(asked) ? {} : { quantity: view.grid.shares(asked) }),
      ...words,
    });
    if (parent.leavesUnits === 0) parent.completedUs = nowUs;
    desk.watchDeadline(parent);
    desk.resume(parent);
  }

  private changeOf(parent: ParentOrder): Change {
    const { random, terms, view, side } = parent;
    const kind = KINDS[random.weighted(KIND_WEIGHTS)]!;
    const horizonUs = Math.max(HORIZON_LEFT_LEAST_US, parent.deadlineUs(this.floor.closeUs) - this.floor.nowUs);
    const ofTerms = (changed: Partial<Terms>): Change => {
      const { endUs = Number.NaN, limitPrice = Number.NaN, participationRate = Number.NaN, knots = [], algorithm } = changed;
      const words = wordsOfTerms({ algorithm: algorithm ?? terms.algorithm, endUs, limitPrice, participationRate, knots });
      return { units: Number.NaN, terms: { ...terms, ...changed }, words: { ...words, ...(algorithm === undefined ? {} : { algorithm }) } };
    };
    if (kind === 'limit') {
      const limitPrice = (random.chance(TIGHTER_SHARE) ? tightLimit : wideLimit)(random, view, side, horizonUs);
      if (view.isSound) return ofTerms({ limitPrice });
    }
    if (kind === 'end' && !Number.isNaN(terms.endUs)) {
      const endUs = Math.round(Math.min(this.floor.closeUs, this.floor.nowUs + horizonUs * random.between(0.6, 1.5)));
      return ofTerms(terms.algorithm === 'CUSTOM' ? { endUs, knots: scheduleOf(random, this.floor.nowUs, endUs) } : { endUs });
    }
    if (kind === 'algorithm' && !Number.isNaN(terms.endUs) && terms.algorithm !== 'CLOSE') {
      const others: Algorithm[] = (['TWAP', 'VWAP'] as const).filter((other) => other !== terms.algorithm);
      return ofTerms({ algorithm: random.pick(others) });
    }
    if (kind === 'rate' && !Number.isNaN(terms.participationRate)) {
      return ofTerms({ participationRate: Number(Math.min(0.5, terms.participationRate * random.between(0.6, 2)).toPrecision(2)) });
    }
    return { units: this.unitsOf(parent, kind), terms, words: {} };
  }

  private unitsOf(parent: ParentOrder, kind: Kind): number {
    const { random, units, filledUnits, view: { grid } } = parent;
    const atLeastALot = (wanted: number): number => Math.max(grid.lotUnits, grid.wholeLots(wanted));
    if (kind === 'below_filled' && filledUnits > grid.lotUnits) return atLeastALot(filledUnits * random.between(0.3, 0.95));
    return atLeastALot(units * (kind === 'down' ? random.between(0.4, 0.9) : random.between(1.1, 1.5)));
  }
}
