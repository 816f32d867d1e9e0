/** What a desk is made with, and how often things happen on it. */

import type { MarketSource } from '../market/market-source.ts';
import type { Emit } from './desk-contract.ts';

export interface DeskRates {
  /** Share of orders that are refused at once. */
  readonly rejectedOrder: number;
  /** Share of orders that somebody tries to cancel. */
  readonly cancel: number;
  /** Share of orders that somebody tries to replace. */
  readonly replace: number;
  /** Share of these requests that are announced (PENDING_CANCEL, PENDING_REPLACE), and of those the share that is refused. */
  readonly pending: number;
  readonly cancelReject: number;
  /** A request that is announced is answered after up to so long, s. */
  readonly answerSecondsMax: number;
  /** Of each execution. */
  readonly bust: number;
  readonly correction: number;
  /** Share of orders with a limit price that the market would have to come back to. */
  readonly tightLimit: number;
  /** Share of orders whose participation rate or child size cannot do the quantity in the time. */
  readonly badParameter: number;
  /** Of orders that meet the degraded venue's bad time: share that may go nowhere else. */
  readonly directed: number;
  /** Share of orders that work only some time after they are announced. */
  readonly laterStart: number;
  /** Of orders that nothing else ends before the close: share that is done for the day, the others expire. */
  readonly doneForDay: number;
}

export const DESK_RATES: DeskRates = {
  rejectedOrder: 0.012,
  cancel: 0.05,
  replace: 0.12,
  pending: 0.75,
  cancelReject: 0.15,
  answerSecondsMax: 3,
  bust: 0.002,
  correction: 0.003,
  tightLimit: 0.03,
  badParameter: 0.035,
  directed: 0.25,
  laterStart: 0.1,
  doneForDay: 0.4,
};

/** What the orders are like. Times are shares of the session, so that a recording of minutes has whole orders too. */
export interface FlowShape {
  /** An arrival is at u to this power of the session, u uniform: above 1 for more in the morning. */
  readonly arrivalExponent: number;
  /** Horizon of an order: log-normal, from the least to what is left of the session. */
  readonly horizonMedian: number;
  readonly horizonLeast: number;
  /** Quantity: log-normal, in average daily volumes. */
  readonly sizeMedian: number;
  readonly sizeMost: number;
}

export const FLOW_SHAPE: FlowShape = {
  arrivalExponent: 1.5,
  horizonMedian: 0.115,
  horizonLeast: 5 / 390,
  sizeMedian: 0.0007,
  sizeMost: 0.03,
};

export interface DeskOptions {
  readonly market: MarketSource;
  readonly seed: number;
  readonly orders: number;
  readonly emit: Emit;
  /** Before every order id, so that several days can go to one monitor. */
  readonly idPrefix?: string;
  readonly rates?: Partial<DeskRates>;
  readonly flow?: Partial<FlowShape>;
}
