/** Shortfall and pre-trade model from their named inputs: several numbers are made of them. */

import { type ImplementationShortfall, implementationShortfall } from '../implementation-shortfall.ts';
import { type PreTradeCosts, preTradeCosts } from '../pre-trade-model.ts';
import { get, type Inputs, side } from './formula.ts';

export function shortfallOf(inputs: Inputs): ImplementationShortfall {
  return implementationShortfall({
    side: side(inputs),
    firstQuantity: get(inputs, 'first_quantity'),
    filledQuantity: get(inputs, 'filled_quantity'),
    notional: get(inputs, 'notional'),
    fees: get(inputs, 'fees'),
    arrivalPrice: get(inputs, 'arrival_price'),
    decisionPrice: get(inputs, 'decision_price'),
    endPrice: get(inputs, 'end_price'),
  });
}

/** `quantity` names the input that says what is traded. */
export function preTradeOf(inputs: Inputs, quantity = 'quantity'): PreTradeCosts {
  const model = {
    quantity: get(inputs, quantity),
    durationDays: get(inputs, 'duration_days'),
    averageDailyVolume: get(inputs, 'average_daily_volume'),
    dailyVolatility: get(inputs, 'daily_volatility'),
    sharesOutstanding: get(inputs, 'shares_outstanding'),
  };
  return preTradeCosts(model, { permanent: get(inputs, 'permanent_coefficient'), temporary: get(inputs, 'temporary_coefficient') });
}

export const SHORTFALL_EXAMPLE = {
  side: 1,
  first_quantity: 1_000,
  filled_quantity: 700,
  notional: 28_036,
  fees: 17,
  arrival_price: 40.04,
  decision_price: 40,
  end_price: 40.08,
};

/** As published for US equities. */
export const COEFFICIENTS_EXAMPLE = { permanent_coefficient: 0.314, temporary_coefficient: 0.142 };

export const PRE_TRADE_EXAMPLE = {
  quantity: 656_100,
  duration_days: 0.2,
  average_daily_volume: 6_561_000,
  daily_volatility: 0.0157,
  shares_outstanding: 1_728_000_000,
  ...COEFFICIENTS_EXAMPLE,
};
