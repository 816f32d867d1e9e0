/** Progress, speed, participation, and the score. */

import { executionProgress } from '../../metrics/execution-progress.ts';
import { executionSpeed } from '../../metrics/execution-speed.ts';
import { participationRate } from '../../metrics/participation-rate.ts';
import { performanceScore } from '../../metrics/performance-score.ts';
import { type Formula, get } from './formula.ts';

export const PROGRESS_FORMULAS: readonly Formula[] = [
  {
    name: 'execution_progress',
    title: 'Execution progress',
    formula: 'Q / S: filled quantity over the order quantity now',
    unit: 'ratio',
    sign: '',
    undefinedWhen: 'never',
    source: 'FIX: CumQty / OrderQty',
    paths: ['execution_summary.execution_progress'],
    example: { inputs: { filled_quantity: 2_140, quantity: 3_000 }, value: 0.713333, digits: 6 },
    compute: (inputs) => executionProgress(get(inputs, 'filled_quantity'), get(inputs, 'quantity')),
  },
  {
    name: 'execution_speed',
    title: 'Execution speed',
    formula: 'execution progress / expected progress; 0/0 = 1, x/0 = 10',
    unit: 'ratio',
    sign: 'above 1 is ahead of the plan',
    undefinedWhen: 'no expected progress',
    source: 'this product',
    paths: ['execution_summary.execution_speed'],
    example: { inputs: { execution_progress: 0.57, expected_progress: 0.96625 }, value: 0.589909, digits: 6 },
    compute: (inputs) => executionSpeed(get(inputs, 'execution_progress'), get(inputs, 'expected_progress')),
  },
  {
    name: 'participation_rate',
    title: 'Participation rate',
    formula: 'Q / V: filled quantity over the eligible market volume of the interval',
    unit: 'ratio',
    sign: '',
    undefinedWhen: 'no market volume in the interval',
    source: 'Kissell and Glantz (2003), Optimal Trading Strategies',
    paths: ['execution_summary.participation_rate'],
    example: { inputs: { filled_quantity: 5_700, interval_volume: 50_800 }, value: 0.112205, digits: 6 },
    compute: (inputs) => participationRate(get(inputs, 'filled_quantity'), get(inputs, 'interval_volume')),
  },
  {
    name: 'performance_score',
    title: 'Performance score',
    formula: '100 * weighted mean of min(1, speed) .40, cost efficiency .45, min(1, fill rate) .15, over the defined ones',
    unit: 'score',
    sign: 'higher is better',
    undefinedWhen: 'none of the three is defined',
    source: 'this product',
    paths: ['execution_summary.performance_score'],
    example: { inputs: { execution_speed: 0.589909, cost_efficiency: 0.559055, fill_rate: 0.622222 }, value: 58.087, digits: 3 },
    compute: (inputs) => performanceScore(get(inputs, 'execution_speed'), get(inputs, 'cost_efficiency'), get(inputs, 'fill_rate')),
  },
];
