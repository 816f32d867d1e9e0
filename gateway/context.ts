/** What routes and streams work with. Made once at start (gateway.ts). */

import type { Registry } from '../engine/sequencer/registry.ts';
import type { Sequencer } from '../engine/sequencer/sequencer.ts';
import type { StateHash } from '../engine/snapshot/state-hash.ts';
import type { AnalyticsReader } from './analytics-reader.ts';
import type { HistoryAnswer, HistoryQuestion } from './history/question.ts';
import type { OrderReader } from './order-reader.ts';

/** What the service knows of its own parts. */
export interface HealthReport {
  readonly isReady: boolean;
  /** Why not, when it is not. */
  readonly reason: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface GatewayContext {
  readonly sequencer: Sequencer;
  readonly registry: Registry;
  readonly orders: OrderReader;
  readonly analytics: AnalyticsReader;
  /** What was known of an order then; undefined when too many ask. */
  history(question: Pick<HistoryQuestion, 'orderId' | 'asOfUs' | 'leaf'>): Promise<HistoryAnswer | undefined>;
  /** True while the order's shard has died and does not know yet again what it knew. */
  isRebuilding(orderNo: number): boolean;
  /** Brings an announced order's row up to what its market has done by now; undefined when it is there already. */
  broughtUpToDate(orderNo: number): Promise<unknown> | undefined;
  /** Tells when all that is acknowledged by now about an order is in its row. */
  visibility(orderNo: number): () => boolean;
  health(): HealthReport;
  /** Of all state after the newest input; undefined when a shard does not answer. */
  stateHash(): Promise<StateHash | undefined>;
  /** Why no input is taken now, or undefined. */
  intakeClosed(): 'not_ready' | 'disk_full' | 'journal_failed' | undefined;
}
