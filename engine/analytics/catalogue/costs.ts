/** Costs against reference prices, and drift in flight. */

import { costBps } from '../../metrics/cost-bps.ts';
import { inFlightImpactBps } from '../../metrics/market-impact.ts';
import { indexAdjustedCostBps } from '../index-adjusted.ts';
import { type Formula, get, PEROLD, POSITIVE_IS_COST, side, THIS_PRODUCT } from './formula.ts';
import { fillsOf } from './rows.ts';

export const COST_FORMULAS: readonly Formula[] = [
  costAgainst('arrival_slippage', 'Arrival slippage', 'cost_analysis.slippage_bps'),
  ...['ARRIVAL', 'DECISION', 'INTERVAL_VWAP', 'TWAP', 'PWP_10', 'PWP_20', 'PWP_30', 'OPEN', 'CLOSE', 'PREVIOUS_CLOSE'].map((benchmark) =>
    costAgainst(`cost_against_${benchmark.toLowerCase()}`, `Cost against ${benchmark}`, `benchmark_comparison.${benchmark}.cost_bps`),
  ),
  {
    name: 'index_adjusted_cost',
    title: 'Cost adjusted for the index',
    formula: 'arrival cost - beta s sum q (index move up to the fill) / Q * 10,000',
    unit: 'bps',
    sign: POSITIVE_IS_COST,
    undefinedWhen: 'no arrival cost; the instrument names no index and beta; a level of the index is not known',
    source: THIS_PRODUCT,
    paths: ['benchmark_comparison.INDEX_ADJUSTED.cost_bps'],
    rows: 'explained_fills',
    example: { inputs: { side: 1, arrival_cost_bps: 7.5, beta: 1.2 }, value: 2.014286, digits: 6 },
    compute: (inputs, rows) => indexAdjustedCostBps({ side: side(inputs), arrivalCostBps: get(inputs, 'arrival_cost_bps'), beta: get(inputs, 'beta'), fills: fillsOf(rows) }),
  },
  {
    name: 'in_flight_impact',
    title: 'Market impact in flight',
    formula: 's (m - Pa) / Pa * 10,000 - beta s (index move since arrival) * 10,000',
    unit: 'bps',
    sign: 'positive: the market moved against the order',
    undefinedWhen: 'no valid quote, no arrival price, or the index level at arrival is not known',
    source: 'this product: drift since arrival, cause not identified',
    paths: ['cost_analysis.market_impact.in_flight_bps'],
    example: { inputs: { side: 1, mid: 84.29, arrival_price: 84.21, beta: 0, index_move: 0 }, value: 9.500059, digits: 6 },
    compute: (inputs) => inFlightImpactBps(side(inputs), get(inputs, 'mid'), get(inputs, 'arrival_price'), get(inputs, 'beta'), get(inputs, 'index_move')),
  },
];

function costAgainst(name: string, title: string, path: string): Formula {
  return {
    name,
    title,
    formula: 's (P - R) / R * 10,000, P the average price, R the reference price',
    unit: 'bps',
    sign: POSITIVE_IS_COST,
    undefinedWhen: 'no fill, or the reference price is undefined',
    source: PEROLD,
    paths: [path],
    example: { inputs: { side: -1, average_price: 585.49, reference_price: 585.59 }, value: 1.707679, digits: 6 },
    compute: (inputs) => costBps(side(inputs), get(inputs, 'average_price'), get(inputs, 'reference_price')),
  };
}
