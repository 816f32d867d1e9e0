/**
 * What the alert rules look at, of the order in hand: read from its row, and looked up in its market, when a rule asks. One object
 * is used again and again: every order is judged in every second, and of most rules only a number or two are wanted.
 */

import type { RecommendationFacts } from '../alerts/recommendation.ts';
import { benchmarkCosts } from '../analytics/benchmarks.ts';
import { ALGORITHMS, wordOf } from '../domain/enums.ts';
import type { Market } from '../market/market.ts';
import { participationRate } from '../metrics/participation-rate.ts';
import { OrderCell as C, sideSign } from '../orders/order-row.ts';
import { intervalEndUs } from './order-view.ts';
import type { Shard } from './shard.ts';

export class AlertFacts implements RecommendationFacts {
  private shard!: Shard;
  private market!: Market;
  private orderNo = 0;
  private at = 0;

  /** They hold until the next call. `at` is the first cell of the order's row. */
  of(shard: Shard, orderNo: number, at: number): this {
    this.shard = shard;
    this.orderNo = orderNo;
    this.at = at;
    this.market = shard.market(this.cell(C.SYMBOL_NO));
    return this;
  }

  get nowUs(): number {
    return this.shard.nowUs;
  }

  get startUs(): number {
    return this.cell(C.START_US);
  }

  get plannedEndUs(): number {
    return this.cell(C.PLANNED_END_US);
  }

  get quantity(): number {
    return this.cell(C.QUANTITY);
  }

  get filledQuantity(): number {
    return this.cell(C.FILLED_QUANTITY);
  }

  get executionProgress(): number {
    return this.cell(C.EXECUTION_PROGRESS);
  }

  get expectedProgress(): number {
    return this.cell(C.EXPECTED_PROGRESS);
  }

  get executionSpeed(): number {
    return this.cell(C.EXECUTION_SPEED);
  }

  get slippageBps(): number {
    return this.cell(C.SLIPPAGE_BPS);
  }

  get costEfficiency(): number {
    return this.cell(C.COST_EFFICIENCY);
  }

  get marketImpactBps(): number {
    return this.cell(C.MARKET_IMPACT_BPS);
  }

  get fillRate(): number {
    return this.cell(C.FILL_RATE);
  }

  /** NaN where no threshold asks for it, as `ownBenchmarkCostBps`. */
  get rejectRatio(): number {
    if (this.thresholds['VENUE_ISSUE'] === undefined) return Number.NaN;
    const { count, rejectedCount } = this.shard.children.totals(this.orderNo);
    return count === 0 ? Number.NaN : rejectedCount / count;
  }

  /** Cost against what the algorithm itself aims at: TWAP, interval VWAP for VWAP and POV, arrival for the others. */
  get ownBenchmarkCostBps(): number {
    if (this.thresholds['ALGORITHM_UNDERPERFORMANCE'] === undefined) return Number.NaN;
    const { market, shard } = this;
    const costs = benchmarkCosts({
      side: sideSign(this.cell(C.SIDE)),
      averagePrice: this.cell(C.AVERAGE_PRICE),
      arrivalPrice: this.cell(C.ARRIVAL_PRICE),
      quotes: market.quotes,
      trades: market.trades,
      startUs: this.startUs,
      endUs: this.endUs,
      nowUs: shard.nowUs,
    });
    switch (wordOf(ALGORITHMS, this.cell(C.ALGORITHM))) {
      case 'TWAP':
        return costs.twap.costBps;
      case 'VWAP':
      case 'POV':
        return costs.intervalVwap.costBps;
      default:
        return costs.arrival.costBps;
    }
  }

  get spreadBps(): number {
    return this.market.spreadBpsUpTo(this.endUs);
  }

  get isHalted(): boolean {
    return this.market.isHalted;
  }

  get participationRate(): number {
    return participationRate(this.filledQuantity, this.market.trades.volumeBetween(this.startUs, this.endUs));
  }

  private get endUs(): number {
    return intervalEndUs(this.shard, this.cell(C.ENDED_US));
  }

  private get thresholds(): Readonly<Record<string, number>> {
    return this.shard.factsOf(this.orderNo).thresholds;
  }

  private cell(cell: number): number {
    return this.shard.orders.cells[this.at + cell]!;
  }
}
