/** The day's list of orders: when each comes, in which symbol, and when it was decided. What it asks for is written at its arrival. */

import type { MarketSource } from '../market/market-source.ts';
import { exactPower } from '../random/exact-math.ts';
import { RandomStream } from '../random/random-stream.ts';
import type { FlowShape } from './desk-options.ts';

/** Nothing comes in the last part of the session. */
const ARRIVALS_UNTIL = 0.97;
const DECIDED_BEFORE_SHARE = 0.6;
const DECIDED_EARLIER_US_MEAN = 90_000_000;
/** Behind the opening print. */
const FIRST_AFTER_US = 200_000;

export interface Arrival {
  readonly orderNo: number;
  readonly symbolNo: number;
  readonly arrivalUs: number;
  /** NaN when the portfolio manager says no time of decision. */
  readonly decisionUs: number;
  /** All that this order ever draws comes from here, so that orders do not disturb each other. */
  readonly random: RandomStream;
}

/** By order number, not by time: the first orders of a longer list are those of a shorter one. */
export function arrivalsOfDay(market: MarketSource, seed: number, orders: number, flow: FlowShape): Arrival[] {
  const { openUs, closeUs, tradableSymbolNos } = market;
  return Array.from({ length: orders }, (_, orderNo) => {
    const random = new RandomStream(seed, `desk/order/${orderNo}`);
    const share = exactPower(1 - random.uniform(), flow.arrivalExponent) * ARRIVALS_UNTIL;
    const arrivalUs = Math.round(openUs + FIRST_AFTER_US + share * (closeUs - openUs));
    const symbolNo = random.pick(tradableSymbolNos);
    const earlierUs = random.exponential(DECIDED_EARLIER_US_MEAN);
    const isSaid = random.chance(DECIDED_BEFORE_SHARE);
    const decisionUs = isSaid ? Math.round(Math.max(openUs + FIRST_AFTER_US / 2, arrivalUs - earlierUs)) : Number.NaN;
    return { orderNo, symbolNo, arrivalUs, decisionUs, random };
  });
}
