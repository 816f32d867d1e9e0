/** What a trader can do about an alert: names the cause and a number. */

import type { AlertType } from '../domain/enums.ts';
import { US_PER_SECOND } from '../domain/units.ts';
import type { Measured } from './rules.ts';

export interface RecommendationFacts extends Measured {
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly participationRate: number;
}

export function recommend(type: AlertType, facts: RecommendationFacts): string {
  switch (type) {
    case 'SLOW_EXECUTION':
      return recommendSpeed(facts);
    case 'HIGH_COST':
      return (
        `Cost against arrival is ${bps(facts.slippageBps)}` +
        (Number.isNaN(facts.spreadBps) ? '' : ` at a quoted spread of ${bps(facts.spreadBps)}`) +
        `; ${percent(1 - facts.executionProgress)} is left: consider passive or slower execution, or review the limit price`
      );
    case 'MARKET_IMPACT':
      return `The mid has moved ${bps(facts.marketImpactBps)} against the order since arrival at ${percent(facts.participationRate)} participation: consider slowing down`;
    case 'VENUE_ISSUE':
      return `Fill rate is ${percent(facts.fillRate)}, reject ratio ${percent(facts.rejectRatio)}: consider rerouting to other venues`;
    case 'ALGORITHM_UNDERPERFORMANCE':
      return `Cost against the algorithm's own benchmark is ${bps(facts.ownBenchmarkCostBps)}: review the algorithm's parameters`;
  }
}

function recommendSpeed(facts: RecommendationFacts): string {
  const behind = facts.expectedProgress * facts.quantity - facts.filledQuantity;
  const start = `Behind plan by ${quantity(behind)} (${percent(facts.executionProgress)} done, ${percent(facts.expectedProgress)} expected)`;
  const secondsLeft = (facts.plannedEndUs - facts.nowUs) / US_PER_SECOND;
  const rateNow = (facts.filledQuantity / (facts.nowUs - facts.startUs)) * 60 * US_PER_SECOND;
  if (!(secondsLeft > 0)) return `${start}: consider completing the rest at once or extending the end time`;
  const rateNeeded = ((facts.quantity - facts.filledQuantity) / secondsLeft) * 60;
  const participation =
    rateNow > 0 && facts.participationRate > 0
      ? `, participation from ${percent(facts.participationRate)} to ${percent((facts.participationRate * rateNeeded) / rateNow)}`
      : '';
  return `${start}: consider raising the rate from ${quantity(rateNow)} to ${quantity(rateNeeded)} a minute${participation}`;
}

const bps = (value: number): string => `${value.toFixed(1)} bps`;
const percent = (ratio: number): string => (Number.isNaN(ratio) ? 'an unknown share' : `${(ratio * 100).toFixed(1)}%`);
const quantity = (value: number): string => String(Math.round(value * 100) / 100);
