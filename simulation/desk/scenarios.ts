/**
 * What is wrong with some orders from the beginning. The truth about them is not in these words but in what then happens
 * (truth.ts): a tight limit may be reached after all.
 */

import type { Algorithm } from '../../engine/domain/enums.ts';
import type { RandomStream } from '../random/random-stream.ts';
import type { DeskRates } from './desk-options.ts';
import type { SymbolView } from './symbol-view.ts';
import type { Venues } from './venues.ts';

export type Scenario = 'ordinary' | 'tight_limit' | 'bad_parameter' | 'directed' | 'rejected';

/** Algorithms whose participation rate can starve them; the others are starved by the size of their children. */
const RATE_ALGORITHMS: readonly Algorithm[] = ['POV', 'TWAP', 'VWAP', 'IS'];
export const STARVED_ALGORITHMS: readonly Algorithm[] = [...RATE_ALGORITHMS, 'CUSTOM'];

const STARVED_SHARE = { low: 0.1, high: 0.35 } as const;
const PARTICIPATION_LEAST = 0.0001;
const TIGHT_DEVIATIONS = { low: 0.3, high: 1 } as const;
const WIDE_DEVIATIONS = { low: 1.5, high: 3 } as const;
const VOLATILITY_DEFAULT = 0.02;
/** A directed order comes while its venue is bad, or this share of the bad time before. */
const DIRECTED_LEAD = 0.1;

export function pickScenario(random: RandomStream, rates: DeskRates, arrivalUs: number, venues: Venues): Scenario {
  const lengthUs = venues.degradedToUs - venues.degradedFromUs;
  const draw = random.uniform();
  const directedDraw = random.uniform();
  const meets = arrivalUs >= venues.degradedFromUs - DIRECTED_LEAD * lengthUs && arrivalUs < venues.degradedFromUs + lengthUs / 2;
  if (draw < rates.rejectedOrder) return 'rejected';
  if (draw < rates.rejectedOrder + rates.tightLimit) return 'tight_limit';
  if (draw < rates.rejectedOrder + rates.tightLimit + rates.badParameter) return 'bad_parameter';
  return meets && directedDraw < rates.directed ? 'directed' : 'ordinary';
}

export function isStarvedByRate(algorithm: Algorithm): boolean {
  return RATE_ALGORITHMS.includes(algorithm);
}

/** A participation rate that gets only a part of the quantity done in the time: as if a digit were lost. */
export function starvedRate(random: RandomStream, units: number, usualUnits: number): number {
  return Math.max(PARTICIPATION_LEAST, Number(((units / usualUnits) * random.between(STARVED_SHARE.low, STARVED_SHARE.high)).toPrecision(2)));
}

/** Slow small children that get only a part of the quantity done in the time: one lot at each wake. */
export function starvedWakeUs(random: RandomStream, lots: number, horizonUs: number): number {
  return horizonUs / (lots * random.between(STARVED_SHARE.low, STARVED_SHARE.high));
}

/** A limit on the wrong side of the touch by some of the price's deviation over the order's time. */
export function tightLimit(random: RandomStream, view: SymbolView, side: 1 | -1, horizonUs: number): number {
  return view.grid.onTick(view.near(side) - side * deviation(view, horizonUs) * random.between(TIGHT_DEVIATIONS.low, TIGHT_DEVIATIONS.high));
}

/** A limit that an ordinary day does not reach. */
export function wideLimit(random: RandomStream, view: SymbolView, side: 1 | -1, horizonUs: number): number {
  const room = deviation(view, horizonUs) * random.between(WIDE_DEVIATIONS.low, WIDE_DEVIATIONS.high);
  return view.grid.onTick(view.far(side) + side * Math.max(room, 5 * view.grid.tick));
}

/** Standard deviation of the price over a time, in money. */
function deviation(view: SymbolView, horizonUs: number): number {
  return view.mid * (view.instrument.daily_volatility ?? VOLATILITY_DEFAULT) * Math.sqrt(horizonUs / view.tradingDayUs);
}
