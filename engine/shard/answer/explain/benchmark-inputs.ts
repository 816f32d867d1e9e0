/** What the numbers of `benchmark_comparison` are made of, by the name of their formula; the arrival and decision prices too. */

import type { Inputs } from '../../../analytics/catalogue/formula.ts';
import { PWP_RATES } from '../../../analytics/catalogue/prices.ts';
import type { ExecutionAnalytics } from '../../../domain/monitoring.ts';
import { ARRIVAL_BASES, OrderCell as C } from '../../../orders/order-row.ts';
import { decisionMoment } from '../../order-view.ts';
import { pwpStretch } from '../benchmark-answer.ts';
import type { OrderInHand } from '../order-in-hand.ts';

type Answer = ExecutionAnalytics['benchmark_comparison'];

export function benchmarkInputs(order: OrderInHand, answer: Answer): Record<string, Inputs> {
  const { cell, side, market, startUs, untilUs, shard } = order;
  const volume = market.trades.volumeBetween(startUs, untilUs);
  const { integral, coveredUs, wholeUs, endMid } = market.quotes.midIntegral(startUs, order.untilNowUs);
  const twap = { mid_integral: integral, covered_us: coveredUs, interval_us: wholeUs, end_mid: endMid };
  const costs = Object.entries(answer).filter(([benchmark]) => benchmark !== 'INDEX_ADJUSTED');
  return {
    arrival_price: arrivalInputs(order),
    decision_price: decisionInputs(order),
    interval_vwap: { turnover: market.trades.notionalBetween(startUs, untilUs), volume },
    interval_volume: { volume },
    interval_vwap_coverage: { volume },
    twap,
    twap_coverage: twap,
    ...Object.assign({}, ...PWP_RATES.map((percent) => pwpInputs(order, percent))),
    open_price: { print_price: answer.OPEN.price },
    close_price: { print_price: answer.CLOSE.price },
    previous_close_price: { print_price: answer.PREVIOUS_CLOSE.price },
    ...Object.fromEntries(
      costs.map(([benchmark, { price }]) => [`cost_against_${benchmark.toLowerCase()}`, { side, average_price: cell(C.AVERAGE_PRICE), reference_price: price }]),
    ),
    index_adjusted_cost: { side, arrival_cost_bps: cell(C.SLIPPAGE_BPS), beta: shard.indexOf(market)?.beta ?? Number.NaN },
  };
}

function pwpInputs(order: OrderInHand, percent: (typeof PWP_RATES)[number]): Record<string, Inputs> {
  const { wanted, fromUs, untilUs } = pwpStretch(order, percent / 100);
  const first = order.market.trades.firstVolume(wanted, fromUs, untilUs);
  const inputs = {
    wanted_volume: wanted,
    traded_volume: first.traded,
    volume_before: first.volumeBefore,
    turnover_before: first.turnoverBefore,
    last_price: first.lastPrice,
  };
  return { [`pwp_${percent}`]: inputs, [`pwp_${percent}_coverage`]: inputs };
}

/** Only what it was made of: nothing when there is no arrival price. */
function arrivalInputs({ cell, market }: OrderInHand): Inputs {
  const price = cell(C.ARRIVAL_PRICE);
  const [us, sequence] = [cell(C.ANNOUNCED_US), cell(C.ANNOUNCED_SEQUENCE)];
  switch (ARRIVAL_BASES[cell(C.ARRIVAL_BASIS)]) {
    case 'given':
      return { given: price };
    case 'mid':
      return market.quotes.hasLeft(us) ? { kept: price } : { ...market.quotes.quoteBefore(us, sequence) };
    case 'last_trade':
      return market.quotes.hasLeft(us) || market.trades.hasLeft(us) ? { kept: price } : { last_trade: market.trades.priceBefore(us, sequence) };
    default:
      return {};
  }
}

function decisionInputs({ cell, market, announcement }: OrderInHand): Inputs {
  if (announcement.decision_price !== undefined) return { given: announcement.decision_price };
  const moment = decisionMoment(announcement, cell(C.ANNOUNCED_US), cell(C.ANNOUNCED_SEQUENCE));
  if (moment === undefined) return {};
  if (market.quotes.hasLeft(moment.us)) return { kept: cell(C.DECISION_PRICE) };
  return { ...market.quotes.quoteBefore(moment.us, moment.sequence) };
}
