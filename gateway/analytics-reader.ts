/**
 * ExecutionAnalytics of an order, from where the order is: its shard while it is in memory, the database afterwards. The
 * database has them explained; without `explain` those parts are left out, and every number stays as it is written.
 */

import type { ErrorCode } from '../engine/domain/errors.ts';
import type { ExecutionAnalytics } from '../engine/domain/monitoring.ts';
import type { AnalyticsAnswer } from '../engine/domain/question.ts';
import type { OrderReader } from './order-reader.ts';

export interface AnalyticsSources {
  /** Asks the order's shard; undefined when it does not answer in time. */
  ofShard(orderNo: number, isExplained: boolean): Promise<AnalyticsAnswer | undefined>;
  /** Asks the database; undefined where they are not written yet. Throws when it cannot be asked. */
  stored(orderId: string): Promise<string | undefined>;
}

export type AnalyticsFound = { readonly json: string } | { readonly failure: ErrorCode; readonly detail: string };

export class AnalyticsReader {
  private readonly orders: OrderReader;
  private readonly sources: AnalyticsSources;

  constructor(orders: OrderReader, sources: AnalyticsSources) {
    this.orders = orders;
    this.sources = sources;
  }

  async find(orderNo: number, orderId: string, isExplained: boolean): Promise<AnalyticsFound> {
    if (this.orders.isEvicted(orderNo)) return this.findStored(orderId, isExplained);
    const answer = await this.sources.ofShard(orderNo, isExplained);
    if (answer === undefined) return { failure: 'shard_silent', detail: 'the shard of this order did not answer in time' };
    return answer === 'evicted' ? this.findStored(orderId, isExplained) : answer;
  }

  private async findStored(orderId: string, isExplained: boolean): Promise<AnalyticsFound> {
    let explained: string | undefined;
    try {
      explained = await this.sources.stored(orderId);
    } catch (error) {
      return { failure: 'database_unavailable', detail: `the order has left memory and the database does not answer: ${(error as Error).message}` };
    }
    if (explained === undefined) return { failure: 'database_unavailable', detail: 'the order has left memory a moment ago and is still being written' };
    return { json: isExplained ? explained : withoutExplanation(explained) };
  }
}

function withoutExplanation(explained: string): string {
  const { explanation: _, explained_fills: _fills, explained_slices: _slices, explained_plans: _plans, ...answer } = JSON.parse(explained) as ExecutionAnalytics;
  return JSON.stringify(answer);
}
