/**
 * Execution reports: fills with their exec_ids, and what becomes of a few of them minutes later, a bust (ExecType TRADE_CANCEL) or
 * a correction (TRADE_CORRECT) of price or quantity. Owns a parent's filled quantity and notional: those of its live executions.
 */

import type { ChildOrder } from './child-order.ts';
import type { Floor, ParentListener } from './floor.ts';
import type { ParentOrder } from './parent-order.ts';
import { VENUES } from './venues.ts';

const AMENDED_AFTER_US_MEAN = 6 * 60_000_000;
const CORRECTED_AGAIN_PROBABILITY = 0.1;
const PRICE_CORRECTION_SHARE = 0.6;
/** Fees have decimals of a cent, not of a double. */
const FEE_STEPS = 1e6;

export type FillLiquidity = 'ADDED' | 'REMOVED' | 'AUCTION';

/** A live execution as its last report says it. */
interface LiveExecution {
  readonly execId: string;
  readonly filledUs: number;
  readonly units: number;
  readonly price: number;
}

export class ExecutionReports {
  private readonly floor: Floor;
  private readonly listener: ParentListener;

  constructor(floor: Floor, listener: ParentListener) {
    this.floor = floor;
    this.listener = listener;
  }

  fill(parent: ParentOrder, child: ChildOrder, units: number, price: number, liquidity: FillLiquidity): void {
    const { grid } = parent.view;
    if (!(units > 0) || units > child.openUnits) throw new RangeError(`${child.id}: fill of ${units}, open ${child.openUnits}`);
    if (parent.isBeyondLimit(price)) throw new RangeError(`${child.id}: fill at ${price}, limit ${parent.terms.limitPrice}`);
    const venue = VENUES[child.venueNo]!;
    const execId = nextExecId(parent);
    const quantity = grid.shares(units);
    const perShare = liquidity === 'ADDED' ? venue.addFee : liquidity === 'REMOVED' ? venue.removeFee : venue.auctionFee;
    child.filledUnits += units;
    parent.openUnits -= units;
    parent.executionCount++;
    this.floor.send({
      type: 'execution',
      timestamp: this.floor.now,
      exec_id: execId,
      order_id: parent.id,
      child_order_id: child.id,
      venue: venue.name,
      quantity,
      price,
      liquidity,
      fee: Math.round(perShare * quantity * FEE_STEPS) / FEE_STEPS,
    });
    this.book(parent, this.floor.nowUs, units, price);
    this.planAmendment(parent, { execId, filledUs: this.floor.nowUs, units, price });
  }

  /** `filledUs` is the time of the execution that this is about. */
  private book(parent: ParentOrder, filledUs: number, units: number, price: number): void {
    const wasWhole = parent.filledUnits >= parent.units;
    parent.filledUnits += units;
    const { lastCut } = parent;
    if (lastCut !== undefined && filledUs <= lastCut.us) {
      // A replace below what was filled made that the quantity: with the fill the quantity goes too.
      lastCut.filledUnits += units;
      parent.units = Math.max(lastCut.askedUnits, lastCut.filledUnits);
    }
    parent.notional += parent.view.grid.shares(units) * price;
    const isWhole = parent.filledUnits >= parent.units;
    if (isWhole && !wasWhole) {
      parent.completedUs = this.floor.nowUs;
      this.listener.onFilled(parent);
    } else if (wasWhole && !isWhole) {
      parent.completedUs = Number.NaN;
      this.listener.onReopened(parent);
    }
  }

  /** Decides at the time of an execution what will become of it. */
  private planAmendment(parent: ParentOrder, execution: LiveExecution): void {
    const { rates, nowUs, closeUs } = this.floor;
    const { random } = parent;
    const draw = random.uniform();
    if (draw >= rates.bust + rates.correction) return;
    const atUs = nowUs + random.exponential(AMENDED_AFTER_US_MEAN);
    // Behind the close nobody is there to send it.
    if (atUs >= closeUs) return;
    this.floor.at(atUs, () => (draw < rates.bust ? this.bust(parent, execution) : this.correct(parent, execution)));
  }

  private bust(parent: ParentOrder, { execId, filledUs, units, price }: LiveExecution): void {
    parent.bustCount++;
    this.floor.send({ type: 'execution_canceled', timestamp: this.floor.now, exec_id: nextExecId(parent), ref_exec_id: execId, order_id: parent.id });
    this.book(parent, filledUs, -units, price);
  }

  /** The price gets better by a tick, or the quantity smaller: neither can break the limit or fill more than was routed. */
  private correct(parent: ParentOrder, { execId, filledUs, units, price }: LiveExecution): void {
    const { view, random, side } = parent;
    const isOfPrice = units === 1 || random.chance(PRICE_CORRECTION_SHARE);
    const corrected: LiveExecution = {
      execId: nextExecId(parent),
      filledUs,
      units: isOfPrice ? units : random.integer(Math.ceil(units / 2), units - 1),
      price: isOfPrice ? view.grid.onTick(price - side * view.grid.tick) : price,
    };
    parent.correctionCount++;
    this.floor.send({
      type: 'execution_corrected',
      timestamp: this.floor.now,
      exec_id: corrected.execId,
      ref_exec_id: execId,
      order_id: parent.id,
      quantity: view.grid.shares(corrected.units),
      price: corrected.price,
    });
    parent.notional += view.grid.shares(units) * (corrected.price - price);
    if (corrected.units !== units) this.book(parent, filledUs, corrected.units - units, corrected.price);
    if (random.chance(CORRECTED_AGAIN_PROBABILITY)) this.planAmendment(parent, corrected);
  }
}

function nextExecId(parent: ParentOrder): string {
  parent.reportCount++;
  return `${parent.id}-X${parent.reportCount}`;
}
