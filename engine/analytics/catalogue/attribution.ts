/** The shortfall by cause and by bucket of fills, and the cost against VWAP by slice. */

import { attributionByCause, contributionBps, type DriftParts, driftParts, type FillTerms, fillTerms, paperPortfolio } from '../attribution.ts';
import { vwapAttribution } from '../vwap-attribution.ts';
import { type Formula, get, type Inputs, POSITIVE_IS_COST, side, THIS_PRODUCT } from './formula.ts';
import { COEFFICIENTS_EXAMPLE, preTradeOf, SHORTFALL_EXAMPLE, shortfallOf } from './model-inputs.ts';
import { bucketPaths, fillsOf, type Rows, slicesOf } from './rows.ts';

const NO_MID = 'a fill met no valid quote, or no arrival price';

const termsOf = (inputs: Inputs, rows: Rows): FillTerms => fillTerms(side(inputs), get(inputs, 'arrival_price'), fillsOf(rows));

const DRIFT_EXAMPLE = {
  side: 1,
  arrival_price: 40.04,
  beta: 1.2,
  filled_quantity: 700,
  duration_days: 0.01,
  average_daily_volume: 500_000,
  daily_volatility: 0.02,
  shares_outstanding: 10_000_000,
  ...COEFFICIENTS_EXAMPLE,
};

/** The drift of the fills and its parts; beta null: no index. */
function partsOf(inputs: Inputs, rows: Rows): DriftParts {
  const beta = get(inputs, 'beta');
  return driftParts({
    side: side(inputs),
    arrivalPrice: get(inputs, 'arrival_price'),
    drift: termsOf(inputs, rows).drift,
    index: Number.isNaN(beta) ? undefined : { beta, fills: fillsOf(rows) },
    filledQuantity: get(inputs, 'filled_quantity'),
    permanentImpactBps: preTradeOf(inputs, 'filled_quantity').permanentBps,
  });
}

type Told = Pick<Formula, 'name' | 'title' | 'formula' | 'undefinedWhen' | 'paths'>;

function overFills(told: Told, inputs: Inputs, value: number, compute: Formula['compute'], unit: 'money' | 'bps' = 'money'): Formula {
  return { ...told, unit, sign: POSITIVE_IS_COST, source: THIS_PRODUCT, rows: 'explained_fills', example: { inputs, value, digits: 6 }, compute };
}

function againstVwap(name: string, title: string, formula: string, path: string, value: number, compute: Formula['compute']): Formula {
  return {
    name,
    title,
    formula: `${formula} / VWAP * 10,000 over the slices k; w the share of the order, v that of the market in a slice, pbar the price of the order; a slice without market trades is joined to the one before it`,
    unit: 'bps',
    sign: POSITIVE_IS_COST,
    undefinedWhen: 'no fill, or no market trade in the interval',
    source: THIS_PRODUCT,
    paths: [`performance_attribution.vwap.${path}`],
    rows: 'explained_slices',
    example: { inputs: { side: 1 }, value, digits: 6 },
    compute,
  };
}

const causePath = (field: string): string => `performance_attribution.by_cause.${field}`;

export const ATTRIBUTION_FORMULAS: readonly Formula[] = [
  overFills(
    { name: 'attribution_spread', title: 'Spread', formula: 's sum q (p - mid), the mid that the fill met', undefinedWhen: 'a fill met no valid quote', paths: [causePath('spread'), ...bucketPaths('spread')] },
    { side: 1 },
    4,
    (inputs, rows) => termsOf(inputs, rows).spread,
  ),
  overFills(
    { name: 'attribution_drift', title: 'Drift', formula: 's sum q (mid - Pa)', undefinedWhen: NO_MID, paths: [causePath('drift'), ...bucketPaths('drift')] },
    { side: 1, arrival_price: 40.04 },
    4,
    (inputs, rows) => termsOf(inputs, rows).drift,
  ),
  overFills(
    { name: 'drift_index', title: 'Drift: index', formula: 'beta s Pa sum q (index move up to the fill)', undefinedWhen: 'no index and beta, or a level is not known', paths: [causePath('drift_parts.index')] },
    DRIFT_EXAMPLE,
    15.37536,
    (inputs, rows) => partsOf(inputs, rows).index,
  ),
  overFills(
    {
      name: 'drift_own_impact',
      title: 'Drift: own impact',
      formula: 'I/2 Q Pa, I = g volatility (Q/ADV) (shares outstanding/ADV)^(1/4), g the permanent coefficient: half the permanent impact that the model expects of what was executed',
      undefinedWhen: 'as the pre-trade model; no arrival price',
      paths: [causePath('drift_parts.own_impact')],
    },
    DRIFT_EXAMPLE,
    0.26056,
    (inputs, rows) => partsOf(inputs, rows).ownImpact,
  ),
  overFills(
    { name: 'drift_remainder', title: 'Drift: remainder', formula: 'drift - index - own impact, an undefined part as 0', undefinedWhen: NO_MID, paths: [causePath('drift_parts.remainder')] },
    DRIFT_EXAMPLE,
    -11.63592,
    (inputs, rows) => partsOf(inputs, rows).remainder,
  ),
  overFills(
    {
      name: 'attribution_residual',
      title: 'Residual',
      formula: 'shortfall - (delay + spread + drift + opportunity + fees), delay and opportunity as in cfa: 0 but for rounding',
      undefinedWhen: `${NO_MID}, or no shortfall`,
      paths: [causePath('residual')],
    },
    SHORTFALL_EXAMPLE,
    0,
    (inputs, rows) => attributionByCause({ side: side(inputs), arrivalPrice: get(inputs, 'arrival_price'), fills: fillsOf(rows), shortfall: shortfallOf(inputs) }).residual,
  ),
  overFills(
    {
      name: 'bucket_contribution',
      title: 'Contribution of a bucket',
      formula: '(s sum q (p - Pa) + fees) / (S0 Pd) * 10,000 over the fills of the bucket; without a decision price Pd = Pa',
      undefinedWhen: 'no arrival price',
      paths: bucketPaths('contribution_bps'),
    },
    { side: 1, arrival_price: 40.04, first_quantity: 1_000, decision_price: 40 },
    6.25,
    (inputs, rows) => contributionBps(termsOf(inputs, rows), paperPortfolio(get(inputs, 'first_quantity'), get(inputs, 'arrival_price'), get(inputs, 'decision_price'))),
    'bps',
  ),
  againstVwap('vwap_scheduling', 'Against VWAP: scheduling', 's sum (w - v) VWAP of the slice', 'scheduling_bps', 1.07032, (inputs, rows) => vwapAttribution(side(inputs), slicesOf(rows)).schedulingBps),
  againstVwap('vwap_execution', 'Against VWAP: execution', 's sum w (pbar - VWAP of the slice)', 'execution_bps', 1.427093, (inputs, rows) => vwapAttribution(side(inputs), slicesOf(rows)).executionBps),
];
