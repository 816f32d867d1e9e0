/** Writes one order at its arrival, of what is seen of the market then: what it asks for, and how the desk means to work it. */

import type { Algorithm, Side } from '../../engine/domain/enums.ts';
import type { OrderEvent } from '../../engine/domain/events.ts';
import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import type { RandomStream } from '../random/random-stream.ts';
import { type Knot, riskScale } from './algorithms/plan.ts';
import type { Floor } from './floor.ts';
import type { Arrival } from './order-flow.ts';
import { ParentOrder, type Terms, type WorkingStyle } from './parent-order.ts';
import { isStarvedByRate, pickScenario, type Scenario, STARVED_ALGORITHMS, starvedRate, starvedWakeUs, tightLimit, wideLimit } from './scenarios.ts';
import type { SymbolView } from './symbol-view.ts';
import { TroubleLog } from './trouble-log.ts';

const ALGORITHMS: readonly Algorithm[] = ['TWAP', 'VWAP', 'POV', 'IS', 'CLOSE', 'CUSTOM', 'NONE'];
const ALGORITHM_WEIGHTS = [0.2, 0.25, 0.15, 0.15, 0.06, 0.09, 0.1];
const SIDES: readonly Side[] = ['BUY', 'SELL', 'SELL_SHORT'];
const SIDE_WEIGHTS = [0.5, 0.41, 0.09];
const ACCOUNTS = ['ALPHA-01', 'ALPHA-02', 'PENSION-7', 'INDEX-3', 'HEDGE-11'];
const DESKS = ['program', 'cash', 'electronic'];
const TRADERS = ['jmeyer', 'aokafor', 'lchen', 'rsilva', 'ksato', 'mdupont'];
const STRATEGIES = ['rebalance', 'momentum', 'value', 'cash-flow', 'hedge'];

const HORIZON_SIGMA = 0.9;
const REST_OF_DAY_SHARE = 0.18;
const SIZE_SIGMA = 1.1;
const LOTS_LEAST = 6;
/** An order of the usual kind asks for no more than this of the volume to be expected; one that is starved for at least that. */
const PARTICIPATION_MOST = 0.1;
const STARVED_PARTICIPATION_LEAST = 0.02;
const STARVED_LOTS_LEAST = 20;
const CLOSE_SIZE_MOST = 0.004;
const LATER_START = { low: 0.005, high: 0.03 } as const;
const LIMIT_SHARE = 0.3;
const CAP_SHARE = 0.3;
const CAP_LEAST = 0.01;
const WAKES_PER_ORDER = 90;
const WAKE_US = { least: 2_000_000, most: 40_000_000 } as const;
const POV_WAKE_US_MOST = 12_000_000;
const POV_WITH_END_SHARE = 0.6;

/** A ticket: the event that announces the order and the order itself. */
export interface Ticket {
  readonly event: OrderEvent;
  readonly parent: ParentOrder;
}

/** Undefined while the market does not show what a trader needs: a sound quote, and some volume where no average is known. */
export function writeTicket({ orderNo, symbolNo, arrivalUs, decisionUs, random }: Arrival, decisionPrice: number, floor: Floor): Ticket | undefined {
  const { nowUs, rates, flow, closeUs, market } = floor;
  const view = floor.views[symbolNo]!;
  const advUnits = view.advUnits(nowUs);
  const sessionUs = closeUs - market.openUs;
  const leastUs = flow.horizonLeast * sessionUs;
  if (!view.isSound || !(advUnits > 0) || closeUs - nowUs < leastUs) return undefined;

  const scenario = pickScenario(random, rates, arrivalUs, floor.venues);
  const algorithm = scenario === 'bad_parameter' ? random.pick(STARVED_ALGORITHMS) : ALGORITHMS[random.weighted(ALGORITHM_WEIGHTS)]!;
  const sideWord = SIDES[random.weighted(SIDE_WEIGHTS)]!;
  const side = sideWord === 'BUY' ? 1 : -1;
  const startsLater = algorithm !== 'CLOSE' && random.chance(rates.laterStart);
  const startUs = wholeMs(Math.min(nowUs + (startsLater ? random.between(LATER_START.low, LATER_START.high) * sessionUs : 0), closeUs - leastUs));
  const beginUs = Math.max(nowUs, startUs);

  const longestUs = closeUs - beginUs;
  let horizonUs = Math.max(leastUs, random.logNormal(flow.horizonMedian * sessionUs, HORIZON_SIGMA));
  if (random.chance(REST_OF_DAY_SHARE)) horizonUs = longestUs;
  const drawnUnits = advUnits * Math.min(flow.sizeMost, random.logNormal(flow.sizeMedian, SIZE_SIGMA));
  // What is too large for its time gets more time first, then less quantity.
  const affordable = (us: number): number => PARTICIPATION_MOST * view.usualUnits(beginUs, beginUs + us, nowUs);
  while (horizonUs < longestUs && affordable(horizonUs) < drawnUnits) horizonUs *= 1.5;
  horizonUs = Math.min(horizonUs, longestUs);
  const endUs = horizonUs === longestUs ? closeUs : wholeMs(beginUs + horizonUs);
  const usualUnits = view.usualUnits(beginUs, endUs, nowUs);
  const units = sizeOf(scenario, algorithm, drawnUnits, usualUnits, advUnits, view);

  const terms = termsOf({ random, scenario, algorithm, side, view, beginUs, endUs, units, usualUnits });
  const arrivalPrice = view.mid;
  const scale = algorithm === 'IS' ? riskScale(view, units, beginUs, endUs, arrivalPrice, nowUs) : Number.NaN;
  // Between hardly front-loaded and nearly all in the first third.
  const urgency = (random.between(0.5, 4) * view.tradingDayUs) / (endUs - beginUs);
  const riskAversion = Number((urgency * urgency * scale).toPrecision(3));
  const style = styleOf({ random, scenario, algorithm, beginUs, endUs, units, floor, view });
  const id = `${floor.idPrefix}O-${String(orderNo + 1).padStart(6, '0')}`;
  const parent = new ParentOrder({
    orderNo, id, sideWord, view, random, startUs, arrivalPrice, riskAversion, style, terms,
    firstUnits: units,
    trouble: new TroubleLog(),
    plan: {
      algorithm,
      startUs,
      endUs: Number.isNaN(terms.endUs) ? style.workEndUs : terms.endUs,
      participationRate: terms.participationRate,
      knots: terms.knots,
      urgencyPerDay: Math.sqrt(riskAversion / scale),
      fromUs: startUs,
      base: 0,
      fromVolumeUnits: view.volumeUnits,
    },
  });
  const event: OrderEvent = {
    type: 'order',
    timestamp: floor.now,
    order_id: id,
    symbol: view.symbol,
    side: sideWord,
    quantity: view.grid.shares(units),
    algorithm,
    ...(startsLater ? { start_time: formatTimestamp(startUs) } : {}),
    ...wordsOfTerms(terms),
    ...(Number.isNaN(riskAversion) ? {} : { risk_aversion: riskAversion }),
    ...(Number.isNaN(decisionPrice) ? {} : { decision_price: decisionPrice, decision_time: formatTimestamp(decisionUs) }),
    ...(random.chance(0.15) ? { arrival_price: arrivalPrice } : {}),
    currency: view.instrument.currency ?? 'USD',
    account: random.pick(ACCOUNTS),
    desk: random.pick(DESKS),
    trader: random.pick(TRADERS),
    strategy: random.pick(STRATEGIES),
  };
  return { event, parent };
}

/** Terms as an order or a replace says them. */
export function wordsOfTerms(terms: Terms): Pick<OrderEvent, 'end_time' | 'limit_price' | 'participation_rate' | 'schedule'> {
  const { endUs, limitPrice, participationRate, knots } = terms;
  return {
    ...(Number.isNaN(endUs) ? {} : { end_time: formatTimestamp(endUs) }),
    ...(Number.isNaN(limitPrice) ? {} : { limit_price: limitPrice }),
    ...(Number.isNaN(participationRate) ? {} : { participation_rate: participationRate }),
    ...(knots.length === 0 ? {} : { schedule: knots.map(({ us, fraction }) => ({ time: formatTimestamp(us), fraction })) }),
  };
}

function sizeOf(scenario: Scenario, algorithm: Algorithm, drawnUnits: number, usualUnits: number, advUnits: number, view: SymbolView): number {
  const { grid } = view;
  const most = algorithm === 'CLOSE' ? CLOSE_SIZE_MOST * advUnits : PARTICIPATION_MOST * usualUnits;
  const least = scenario === 'bad_parameter' ? Math.max(STARVED_LOTS_LEAST * grid.lotUnits, STARVED_PARTICIPATION_LEAST * usualUnits) : LOTS_LEAST * grid.lotUnits;
  return grid.wholeLots(Math.max(least, Math.min(most, drawnUnits)));
}

interface TermsInputs {
  readonly random: RandomStream;
  readonly scenario: Scenario;
  readonly algorithm: Algorithm;
  readonly side: 1 | -1;
  readonly view: SymbolView;
  readonly beginUs: number;
  readonly endUs: number;
  readonly units: number;
  readonly usualUnits: number;
}

function termsOf({ random, scenario, algorithm, side, view, beginUs, endUs, units, usualUnits }: TermsInputs): Terms {
  const hasEnd = algorithm === 'POV' ? scenario === 'bad_parameter' || random.chance(POV_WITH_END_SHARE) : algorithm === 'NONE' ? random.chance(0.4) : algorithm !== 'CLOSE';
  const isCapped = algorithm === 'TWAP' || algorithm === 'VWAP' || algorithm === 'IS' ? random.chance(CAP_SHARE) : false;
  const isLimited = random.chance(LIMIT_SHARE);
  const horizonUs = endUs - beginUs;
  const isStarved = scenario === 'bad_parameter' && isStarvedByRate(algorithm);
  const needed = units / usualUnits;
  // IS trades early: its first pace is a multiple of its mean.
  const peak = algorithm === 'IS' ? 2 : 1;
  const usualRate = algorithm === 'POV' ? Number(Math.min(0.3, Math.max(0.01, needed * random.between(1.3, 2))).toPrecision(2)) : Number(Math.max(CAP_LEAST, peak * needed * random.between(1.6, 3.5)).toFixed(3));
  return {
    algorithm,
    endUs: hasEnd ? endUs : Number.NaN,
    limitPrice: scenario === 'tight_limit' ? tightLimit(random, view, side, horizonUs) : isLimited ? wideLimit(random, view, side, horizonUs) : Number.NaN,
    participationRate: isStarved ? starvedRate(random, units, usualUnits) : isCapped || algorithm === 'POV' ? usualRate : Number.NaN,
    knots: algorithm === 'CUSTOM' ? scheduleOf(random, beginUs, endUs) : [],
  };
}

/** Three to six knots at uneven times, with slopes between half and one and a half of the straight line's. */
export function scheduleOf(random: RandomStream, fromUs: number, toUs: number): Knot[] {
  const steps = random.integer(2, 5);
  const lengths = Array.from({ length: steps }, () => random.between(1, 3));
  const amounts = lengths.map((length) => length * random.between(0.5, 1.5));
  const total = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0);
  const [wholeLength, wholeAmount] = [total(lengths), total(amounts)];
  return Array.from({ length: steps + 1 }, (_, i) => {
    if (i === steps) return { us: toUs, fraction: 1 };
    return {
      us: i === 0 ? fromUs : wholeMs(fromUs + ((toUs - fromUs) * total(lengths.slice(0, i))) / wholeLength),
      fraction: Number((total(amounts.slice(0, i)) / wholeAmount).toFixed(3)),
    };
  });
}

interface StyleInputs extends Pick<TermsInputs, 'random' | 'scenario' | 'algorithm' | 'beginUs' | 'endUs' | 'units' | 'view'> {
  readonly floor: Floor;
}

function styleOf({ random, scenario, algorithm, beginUs, endUs, units, floor, view }: StyleInputs): WorkingStyle {
  const horizonUs = endUs - beginUs;
  const isSlow = scenario === 'bad_parameter' && !isStarvedByRate(algorithm);
  const usualWakeUs = Math.min(algorithm === 'POV' ? POV_WAKE_US_MOST : WAKE_US.most, Math.max(WAKE_US.least, horizonUs / WAKES_PER_ORDER));
  return {
    scenario,
    onlyVenueNo: scenario === 'directed' ? floor.venues.degradedVenueNo : Number.NaN,
    patience: random.between(0.01, 0.03),
    takeShare: random.between(0.1, 0.3),
    wakeUs: isSlow ? starvedWakeUs(random, units / view.grid.lotUnits, horizonUs) : usualWakeUs,
    childLotsMax: isSlow ? 1 : Number.POSITIVE_INFINITY,
    workEndUs: algorithm === 'NONE' ? endUs : Number.NaN,
    endsAs: random.chance(floor.rates.doneForDay) ? 'order_done_for_day' : 'order_expired',
  };
}

/** Whole milliseconds, as people and their systems write times. */
function wholeMs(us: number): number {
  return Math.ceil(us / 1_000) * 1_000;
}
