/**
 * A parent order: what is asked (terms, replaced as a whole), how it is worked (style), and what has been done. It owns its
 * quantities; the laws that hold between them are asserted here:
 *
 *     filled + open <= quantity     at every route
 */

import type { Algorithm, Side } from '../../engine/domain/enums.ts';
import type { RandomStream } from '../random/random-stream.ts';
import { type Knot, type Plan, plannedShare } from './algorithms/plan.ts';
import type { ChildOrder } from './child-order.ts';
import type { Scenario } from './scenarios.ts';
import type { SymbolView } from './symbol-view.ts';
import type { TroubleLog } from './trouble-log.ts';

/** What a replace can change besides the quantity. NaN: not given. */
export interface Terms {
  readonly algorithm: Algorithm;
  readonly endUs: number;
  readonly limitPrice: number;
  readonly participationRate: number;
  readonly knots: readonly Knot[];
}

/** How the desk works it: never said to anyone. */
export interface WorkingStyle {
  readonly scenario: Scenario;
  /** NaN: any venue. */
  readonly onlyVenueNo: number;
  /** Shortfall that is left to the queue, as a share of the quantity. */
  readonly patience: number;
  /** Of what traded since its last take, how much it takes at once. */
  readonly takeShare: number;
  readonly wakeUs: number;
  readonly childLotsMax: number;
  /** Where the order has no end but its trader has one in mind; else NaN. */
  readonly workEndUs: number;
  readonly endsAs: 'order_expired' | 'order_done_for_day';
}

/**
 * waiting: announced, not begun. working. frozen: a request is pending. ending: its children are being called back.
 * filled: in whole, may open again by a bust. ended: for good.
 */
export type Phase = 'waiting' | 'working' | 'frozen' | 'ending' | 'filled' | 'ended';

/** What an order is from its beginning. */
export type ParentFacts = Pick<
  ParentOrder,
  'orderNo' | 'id' | 'sideWord' | 'view' | 'random' | 'firstUnits' | 'startUs' | 'arrivalPrice' | 'riskAversion' | 'style' | 'trouble' | 'terms' | 'plan'
>;

export class ParentOrder {
  readonly orderNo: number;
  readonly id: string;
  readonly sideWord: Side;
  readonly view: SymbolView;
  readonly random: RandomStream;
  readonly firstUnits: number;
  readonly startUs: number;
  readonly arrivalPrice: number;
  readonly riskAversion: number;
  readonly style: WorkingStyle;
  readonly trouble: TroubleLog;
  terms: Terms;
  plan: Plan;
  phase: Phase = 'waiting';
  units: number;
  /** The last replace of the quantity: what it asked for, and what is live of the fills up to it. */
  lastCut: { readonly us: number; readonly askedUnits: number; filledUnits: number } | undefined;
  filledUnits = 0;
  openUnits = 0;
  notional = 0;
  /** When it was last filled in whole; NaN while it is not. */
  completedUs = Number.NaN;
  readonly children: ChildOrder[] = [];
  childCount = 0;
  executionCount = 0;
  reportCount = 0;
  bustCount = 0;
  correctionCount = 0;
  replaceCount = 0;
  /** How it ended, by its event; FILLED is no end. */
  endedAs: 'order_rejected' | 'order_canceled' | 'order_expired' | 'order_done_for_day' | undefined;
  endedUs = Number.NaN;
  /** The symbol's volume when it took last, or began. */
  volumeAtTakeUnits = 0;
  /** A venue refused: nothing is routed before. */
  waitUntilUs = 0;
  isAwake = false;

  constructor(facts: ParentFacts) {
    this.orderNo = facts.orderNo;
    this.id = facts.id;
    this.sideWord = facts.sideWord;
    this.view = facts.view;
    this.random = facts.random;
    this.firstUnits = facts.firstUnits;
    this.startUs = facts.startUs;
    this.arrivalPrice = facts.arrivalPrice;
    this.riskAversion = facts.riskAversion;
    this.style = facts.style;
    this.trouble = facts.trouble;
    this.terms = facts.terms;
    this.plan = facts.plan;
    this.units = facts.firstUnits;
  }

  get side(): 1 | -1 {
    return this.sideWord === 'BUY' ? 1 : -1;
  }

  get leavesUnits(): number {
    return this.units - this.filledUnits;
  }

  /** What may still be routed. */
  get freeUnits(): number {
    return this.units - this.filledUnits - this.openUnits;
  }

  get isOver(): boolean {
    return this.phase === 'filled' || this.phase === 'ended';
  }

  plannedUnits(us: number, nowUs: number): number {
    return Math.floor(plannedShare(this.plan, this.view, this.units, us, nowUs) * this.units);
  }

  /** True where the order's limit forbids the price. */
  isBeyondLimit(price: number): boolean {
    return this.side * (price - this.terms.limitPrice) > this.view.grid.priceSlack;
  }

  /** The end its plan has, or the close. */
  deadlineUs(closeUs: number): number {
    return Number.isNaN(this.terms.endUs) ? closeUs : Math.min(this.terms.endUs, closeUs);
  }

  addChild(child: ChildOrder): void {
    if (child.units > this.freeUnits || !(child.units > 0)) throw new RangeError(`${child.id}: ${child.units} of ${this.freeUnits} free`);
    this.children.push(child);
    this.openUnits += child.units;
  }

  removeChild(child: ChildOrder): void {
    const place = this.children.indexOf(child);
    this.children.splice(place, 1);
  }
}
