/**
 * The life of parent orders: announced, begun, looked after at jittered intervals, ended. Owns their phase; what is routed at
 * a look is decided in algorithms/tactics.ts, requests of people come from requests.ts.
 */

import { paceOf, work } from './algorithms/tactics.ts';
import type { Floor, ParentListener } from './floor.ts';
import type { Arrival } from './order-flow.ts';
import { writeTicket } from './order-ticket.ts';
import type { ParentOrder } from './parent-order.ts';
import type { Router } from './router.ts';
import { noteTrouble } from './truth.ts';

const TRY_AGAIN_US = 5_000_000;
const REFUSED_AFTER_US = { low: 2_000, high: 60_000 } as const;
const REFUSALS = ['unknown account', 'short sale without locate', 'notional limit exceeded', 'symbol is restricted', 'market is not permitted'];
const JITTER = { low: 0.7, high: 1.3 } as const;
const CLOSING_LOOK_US = 4_000_000;
const ENDED_AFTER_BUST_US = 500_000;

export type OrderEnd = 'order_canceled' | 'order_expired' | 'order_done_for_day';

export class OrderDesk implements ParentListener {
  /** Set once, when the parts that need each other are all made. */
  router!: Router;
  /** Called when an order begins to be worked, for what people will ask of it. */
  onBegin: (parent: ParentOrder) => void = () => {};

  private readonly floor: Floor;

  constructor(floor: Floor) {
    this.floor = floor;
  }

  expect(arrival: Arrival): void {
    let decisionPrice = Number.NaN;
    if (!Number.isNaN(arrival.decisionUs)) {
      this.floor.at(arrival.decisionUs, () => {
        const view = this.floor.views[arrival.symbolNo]!;
        if (view.isSound) decisionPrice = view.mid;
      });
    }
    this.floor.at(arrival.arrivalUs, () => this.announce(arrival, () => decisionPrice));
  }

  private announce(arrival: Arrival, decisionPrice: () => number): void {
    const { floor } = this;
    const ticket = writeTicket(arrival, decisionPrice(), floor);
    if (ticket === undefined) {
      if (floor.nowUs + TRY_AGAIN_US < floor.closeUs) floor.at(floor.nowUs + TRY_AGAIN_US, () => this.announce(arrival, decisionPrice));
      return;
    }
    const { event, parent } = ticket;
    floor.parents[arrival.orderNo] = parent;
    floor.send(event);
    if (parent.style.scenario === 'rejected') {
      floor.at(floor.nowUs + parent.random.between(REFUSED_AFTER_US.low, REFUSED_AFTER_US.high), () => {
        parent.phase = 'ended';
        parent.endedAs = 'order_rejected';
        parent.endedUs = floor.nowUs;
        floor.send({ type: 'order_rejected', timestamp: floor.now, order_id: parent.id, reason: parent.random.pick(REFUSALS) });
      });
      return;
    }
    floor.at(Math.max(floor.nowUs, parent.startUs), () => this.begin(parent));
  }

  private begin(parent: ParentOrder): void {
    const { view } = parent;
    parent.plan = { ...parent.plan, fromVolumeUnits: view.volumeUnits };
    parent.volumeAtTakeUnits = view.volumeUnits;
    parent.phase = 'working';
    this.watchDeadline(parent);
    this.onBegin(parent);
    this.wakeAfter(parent, parent.style.wakeUs * parent.random.uniform() * 0.5);
  }

  /** Ends the order at its deadline, wherever replaces have put it by then. */
  watchDeadline(parent: ParentOrder): void {
    const { floor } = this;
    // On-close orders wait for the print behind the close.
    if (parent.terms.algorithm === 'CLOSE' && Number.isNaN(parent.terms.endUs)) return;
    floor.at(parent.deadlineUs(floor.closeUs), () => {
      if (floor.nowUs < parent.deadlineUs(floor.closeUs)) return;
      if (floor.nowUs >= floor.closeUs) this.closeOut(parent);
      else this.endWhenFree(parent, 'order_expired');
    });
  }

  private wakeAfter(parent: ParentOrder, us: number): void {
    parent.isAwake = true;
    this.floor.at(this.floor.nowUs + us, () => this.wake(parent));
  }

  private wake(parent: ParentOrder): void {
    const { floor } = this;
    if (parent.phase !== 'working' && parent.phase !== 'frozen') {
      parent.isAwake = false;
      parent.trouble.pause();
      return;
    }
    const pace = paceOf(parent, floor);
    noteTrouble(parent, pace, floor);
    if (parent.phase === 'working') work(parent, pace, floor, this.router);
    this.wakeAfter(parent, this.nextLookUs(parent) * parent.random.between(JITTER.low, JITTER.high));
  }

  /** Looks come closer together towards the end. */
  private nextLookUs(parent: ParentOrder): number {
    const { wakeUs, childLotsMax } = parent.style;
    if (Number.isFinite(childLotsMax)) return wakeUs;
    const leftUs = parent.deadlineUs(this.floor.closeUs) - this.floor.nowUs;
    return Math.max(Math.min(wakeUs, leftUs / 10), Math.min(CLOSING_LOOK_US, wakeUs));
  }

  onFilled(parent: ParentOrder): void {
    if (parent.phase === 'working') parent.phase = 'filled';
  }

  onReopened(parent: ParentOrder): void {
    const { floor } = this;
    if (parent.phase !== 'filled') return;
    if (floor.nowUs >= parent.deadlineUs(floor.closeUs)) {
      parent.trouble.bustedLateUs = floor.nowUs;
      floor.at(floor.nowUs + ENDED_AFTER_BUST_US, () => {
        if (parent.phase === 'filled' && parent.leavesUnits > 0) this.end(parent, 'order_expired');
      });
      return;
    }
    this.resume(parent);
  }

  /** Back to work, after a request was answered or a bust. */
  resume(parent: ParentOrder): void {
    parent.phase = parent.leavesUnits > 0 ? 'working' : 'filled';
    if (parent.phase === 'working' && !parent.isAwake) this.wakeAfter(parent, this.nextLookUs(parent) * parent.random.uniform());
  }

  onChildEnded(parent: ParentOrder): void {
    if (parent.children.length > 0) return;
    if (parent.phase !== 'ending') return;
    if (parent.leavesUnits > 0) this.end(parent, this.endingAs(parent));
    else parent.phase = 'filled';
  }

  /** Calls all children back; the order ends when the last of them has. Filled meanwhile, it is filled. */
  endWhenFree(parent: ParentOrder, as: OrderEnd): void {
    if (parent.isOver || parent.phase === 'ending') return;
    parent.phase = 'ending';
    parent.endedAs = as;
    if (parent.children.length === 0) this.onChildEnded(parent);
    else this.router.requestCancelOfAll(parent);
  }

  /** At the close the venues end all that rests, and the desk what is not done. */
  closeOut(parent: ParentOrder): void {
    if (parent.phase === 'ended') return;
    const as = parent.phase === 'ending' ? this.endingAs(parent) : parent.style.endsAs;
    // Not 'ending': the last child must not end the order before it is asked for here.
    parent.phase = 'frozen';
    this.router.expireAll(parent);
    if (parent.leavesUnits > 0) this.end(parent, as);
    else parent.phase = 'filled';
  }

  private endingAs(parent: ParentOrder): OrderEnd {
    return parent.endedAs === undefined || parent.endedAs === 'order_rejected' ? 'order_expired' : parent.endedAs;
  }

  private end(parent: ParentOrder, type: OrderEnd): void {
    const { floor } = this;
    parent.phase = 'ended';
    parent.endedAs = type;
    parent.endedUs = floor.nowUs;
    const reason = type === 'order_canceled' ? 'canceled by the trader' : type === 'order_expired' ? 'end of its time' : 'done for the day';
    floor.send({ type, timestamp: floor.now, order_id: parent.id, reason });
  }
}
