/** The reference prices, and how much of their interval is known. */

import { priceOfFirst, timeWeightedMid, vwap } from '../../market/tape-averages.ts';
import { referencePrice } from '../../metrics/reference-price.ts';
import { intervalCoverage, knownVolume } from '../benchmarks.ts';
import { midOf } from '../fill-facts.ts';
import { type Formula, get, type Inputs, KISSELL, THIS_PRODUCT } from './formula.ts';

const TWAP_EXAMPLE = { mid_integral: 2_402_700_000_000, covered_us: 60_000_000_000, interval_us: 80_000_000_000, end_mid: 40.06 };
const twapOf = (inputs: Inputs) =>
  timeWeightedMid({ integral: get(inputs, 'mid_integral'), coveredUs: get(inputs, 'covered_us'), wholeUs: get(inputs, 'interval_us'), endMid: get(inputs, 'end_mid') });

const PWP_EXAMPLE = { wanted_volume: 7_000, traded_volume: 9_000, volume_before: 6_900, turnover_before: 276_205, last_price: 40.05 };
const firstOf = (inputs: Inputs) =>
  priceOfFirst(get(inputs, 'wanted_volume'), {
    traded: get(inputs, 'traded_volume'),
    volumeBefore: get(inputs, 'volume_before'),
    turnoverBefore: get(inputs, 'turnover_before'),
    lastPrice: get(inputs, 'last_price'),
  });

export const PWP_RATES = [10, 20, 30] as const;

export const PRICE_FORMULAS: readonly Formula[] = [
  price('arrival_price', 'Arrival price Pa', 'as given; else (bid + ask) / 2 of the last valid quote before the announcement; else the last trade', 'neither was known', [
    'cost_analysis.arrival_price',
    'benchmark_comparison.ARRIVAL.price',
    'benchmark_comparison.INDEX_ADJUSTED.price',
  ]),
  price('decision_price', 'Decision price Pd', 'as given; else (bid + ask) / 2 of the last valid quote at the decision time', 'neither was known; the arrival price then stands for it in shortfall', [
    'cost_analysis.decision_price',
    'benchmark_comparison.DECISION.price',
  ]),
  {
    name: 'interval_vwap',
    title: 'Interval VWAP',
    formula: 'turnover / volume of the eligible market trades in [start, min(now, end)]',
    unit: 'price',
    sign: '',
    undefinedWhen: 'no trade, or the interval begins before what is kept of the tape',
    source: KISSELL,
    paths: ['benchmark_comparison.INTERVAL_VWAP.price'],
    example: { inputs: { turnover: 280_290, volume: 7_000 }, value: 40.041429, digits: 6 },
    compute: (inputs) => vwap(get(inputs, 'turnover'), get(inputs, 'volume')),
  },
  {
    name: 'interval_volume',
    title: 'Interval volume V',
    formula: 'sum of the quantities of the eligible market trades in [start, min(now, end)]; 0 when it is not known',
    unit: 'quantity',
    sign: '',
    undefinedWhen: 'never',
    source: THIS_PRODUCT,
    paths: ['benchmark_comparison.INTERVAL_VWAP.volume'],
    example: { inputs: { volume: 7_000 }, value: 7_000, digits: 6 },
    compute: (inputs) => knownVolume(get(inputs, 'volume')),
  },
  coverage('interval_vwap_coverage', 'INTERVAL_VWAP', '1 when the trades of the interval are known, else 0', 'never', { volume: 7_000 }, 1, (inputs) => intervalCoverage(get(inputs, 'volume'))),
  {
    name: 'twap',
    title: 'TWAP',
    formula: 'integral of the last-carried mid over the known microseconds of [start, min(now, end)] / those; over no time the mid at the end',
    unit: 'price',
    sign: '',
    undefinedWhen: 'no mid was known',
    source: KISSELL,
    paths: ['benchmark_comparison.TWAP.price'],
    example: { inputs: TWAP_EXAMPLE, value: 40.045, digits: 6 },
    compute: (inputs) => twapOf(inputs).mid,
  },
  coverage('twap_coverage', 'TWAP', 'microseconds with a known mid / microseconds of the interval', 'never', TWAP_EXAMPLE, 0.75, (inputs) => twapOf(inputs).coverage),
  ...PWP_RATES.flatMap((rate): Formula[] => [
    {
      name: `pwp_${rate}`,
      title: `PWP at ${rate}%`,
      formula: `(turnover before + (wanted - volume before) * last price) / wanted, wanted = Q / ${rate}%: VWAP of the first wanted shares after the start, before: the trades before the one that reaches them`,
      unit: 'price',
      sign: '',
      undefinedWhen: 'no fill, or so much has not traded yet',
      source: KISSELL,
      paths: [`benchmark_comparison.PWP_${rate}.price`],
      example: { inputs: PWP_EXAMPLE, value: 40.03, digits: 6 },
      compute: (inputs) => firstOf(inputs).price,
    },
    coverage(
      `pwp_${rate}_coverage`,
      `PWP_${rate}`,
      'min(1, volume traded since the start / wanted volume)',
      'no fill, or the start is before what is kept of the tape',
      PWP_EXAMPLE,
      1,
      (inputs) => firstOf(inputs).reached,
    ),
  ]),
  auction('open', 'OPEN', 'first opening print of the session that the start is in', 'the feed marked none'),
  auction('close', 'CLOSE', 'first closing print of the (UTC) day at or after the start', 'there is none yet'),
  auction('previous_close', 'PREVIOUS_CLOSE', 'last closing print before the start', 'the feed marked none'),
];

function price(name: string, title: string, formula: string, undefinedWhen: string, paths: readonly string[]): Formula {
  return {
    name,
    title,
    formula: `${formula}; kept: what was found while that quote or trade was on the tape`,
    unit: 'price',
    sign: '',
    undefinedWhen,
    source: THIS_PRODUCT,
    paths,
    example: { inputs: { given: null, bid: 40.03, ask: 40.05 }, value: 40.04, digits: 6 },
    compute: (inputs) => referencePrice(get(inputs, 'given'), midOf({ bid: get(inputs, 'bid'), ask: get(inputs, 'ask') }), get(inputs, 'last_trade'), get(inputs, 'kept')),
  };
}

function coverage(name: string, benchmark: string, formula: string, undefinedWhen: string, inputs: Inputs, value: number, compute: Formula['compute']): Formula {
  return {
    name,
    title: `Coverage of ${benchmark}`,
    formula,
    unit: 'ratio',
    sign: '',
    undefinedWhen,
    source: THIS_PRODUCT,
    paths: [`benchmark_comparison.${benchmark}.coverage`],
    example: { inputs, value, digits: 6 },
    compute,
  };
}

function auction(name: string, benchmark: string, formula: string, undefinedWhen: string): Formula {
  return {
    name: `${name}_price`,
    title: `${benchmark} price`,
    formula,
    unit: 'price',
    sign: '',
    undefinedWhen,
    source: THIS_PRODUCT,
    paths: [`benchmark_comparison.${benchmark}.price`],
    example: { inputs: { print_price: 40.1 }, value: 40.1, digits: 6 },
    compute: (inputs) => get(inputs, 'print_price'),
  };
}
