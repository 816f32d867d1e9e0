/**
 * Holds a whole answer of the service against what is expected of it: every field at any depth, in both directions. What is left
 * out is named here.
 */
import type { ExecutionAnalytics, ExecutionStatus } from '../../engine/domain/monitoring.ts';
import type { ExpectedAnswer } from './expected-answer.ts';
import type { Mismatches } from './mismatches.ts';

const AS_OF = '.execution_summary.as_of_sequence';
const RPM = '.cost_analysis.relative_performance_measure';
/** Sums and quotients that both sides make in the same way, and counts: the same to the last bit. */
const EXACT = ['.quantity', '.first_quantity', '.filled_quantity', '.leaves_quantity', '.fill_count', '.execution_progress', '.arrival_price', '.volume'];
const MONEY = ['.notional', '.delay', '.trading', '.opportunity', '.fees', '.total', '.spread', '.drift', '.index', '.own_impact', '.remainder', '.residual'];
/** What sums of fills lose by rounding, as a part of what the order is worth. */
const MONEY_ERROR_MAX = 1e-12;

export class AnswerComparison {
  /** How many numbers were compared, those that are null on both sides among them. */
  numbers = 0;
  private readonly mismatches: Mismatches;

  constructor(mismatches: Mismatches) {
    this.mismatches = mismatches;
  }

  analytics(label: string, actual: ExecutionAnalytics, expected: ExpectedAnswer): void {
    this.compare(label, '', actual, expected.answer, expected);
  }

  /** What a status and the analytics both say, bit for bit. */
  status(label: string, status: ExecutionStatus, { execution_summary: summary, cost_analysis: cost }: ExecutionAnalytics): void {
    const { current_metrics: metrics } = status;
    const pairs: [string, unknown, unknown][] = [
      ['state', status.state, summary.state],
      ['execution_progress', status.execution_progress, summary.execution_progress],
      ['expected_progress', status.expected_progress, summary.expected_progress],
      ['EXECUTION_SPEED', metrics.EXECUTION_SPEED, summary.execution_speed],
      ['COST_EFFICIENCY', metrics.COST_EFFICIENCY, cost.cost_efficiency],
      ['MARKET_IMPACT', metrics.MARKET_IMPACT, cost.market_impact.in_flight_bps],
      ['FILL_RATE', metrics.FILL_RATE, summary.fill_rate],
      ['SLIPPAGE', metrics.SLIPPAGE, cost.slippage_bps],
      ['performance_score', status.performance_score, summary.performance_score],
      ['quantity', status.quantity, summary.quantity],
      ['filled_quantity', status.filled_quantity, summary.filled_quantity],
      ['leaves_quantity', status.leaves_quantity, summary.leaves_quantity],
      ['average_price', status.average_price, summary.average_price],
      ['overfilled', status.overfilled, summary.overfilled],
    ];
    for (const [field, shown, analyzed] of pairs) this.mismatches.unlessSame(label, `status ${field}`, shown, analyzed);
    this.numbers += pairs.length;
  }

  private compare(label: string, path: string, actual: unknown, expected: unknown, whole: ExpectedAnswer): void {
    if (path === AS_OF || (path === RPM && whole.isNearTie)) return;
    if (isTree(actual) && isTree(expected)) {
      for (const key of new Set([...Object.keys(actual), ...Object.keys(expected)])) this.compare(label, `${path}.${key}`, actual[key], expected[key], whole);
      return;
    }
    const wanted = typeof expected === 'number' && Number.isNaN(expected) ? null : expected;
    if (typeof wanted !== 'number' && typeof actual !== 'number') {
      if (wanted === null) this.numbers++;
      this.mismatches.unlessSame(label, path, actual, wanted);
      return;
    }
    this.numbers++;
    const field = path.slice(path.lastIndexOf('.'));
    const isMoney = MONEY.includes(field) && typeof actual === 'number' && typeof wanted === 'number';
    if (isMoney && Math.abs(actual - wanted) <= MONEY_ERROR_MAX * whole.notional) return;
    if (EXACT.includes(field)) this.mismatches.unlessSame(label, path, actual, wanted);
    else this.mismatches.unlessClose(label, path, actual as number | null, wanted as number | null);
  }
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
