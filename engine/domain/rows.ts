/**
 * What the engine hands to the database: one interface per table, in the engine's own units.
 *
 * Every row carries the sequence of the journaled input that caused it. Replaying the journal makes the same rows with
 * the same sequences, which is what lets storage write each of them exactly once (see storage/watermark.ts).
 * NaN means undefined and becomes SQL NULL.
 */

import type { TextInPlace } from './text.ts';

/**
 * Shares of the filled quantity by venue name: the first `count` of both lists, in the order of first fill. They add up to
 * 1; there is none before the first fill.
 */
export interface VenueDistribution {
  readonly count: number;
  readonly names: readonly string[];
  readonly shares: readonly number[];
}

/** One line of `execution_monitoring_ts`: an order's numbers as they were after input `sequence`. */
export interface MonitoringRow {
  readonly kind: 'monitoring';
  readonly sequence: number;
  readonly timestampUs: number;
  readonly orderId: string;
  readonly executionProgress: number;
  readonly expectedProgress: number;
  readonly fillRate: number;
  readonly averagePrice: number;
  /** In-flight market impact, bps. */
  readonly marketImpact: number;
  readonly costEfficiency: number;
  /** Arrival slippage, bps. */
  readonly slippage: number;
  readonly venueDistribution: VenueDistribution;
  /** Alert types that are firing. */
  readonly alerts: readonly string[];
}

/** One line of `executions`, append-only: a fill, a correction or a bust as it was reported. */
export interface ExecutionRow {
  readonly kind: 'execution';
  readonly sequence: number;
  readonly timestampUs: number;
  readonly receivedUs: number;
  /** Each is new: where it stands in its record, so that no string need be made of it, or as a string. */
  readonly execId: TextInPlace | string;
  readonly execType: 'TRADE' | 'TRADE_CORRECT' | 'TRADE_CANCEL';
  /** The exec_id that a correction or a bust names, else null. */
  readonly refExecId: string | null;
  readonly orderId: string;
  readonly symbol: string;
  readonly venue: string | null;
  readonly childOrderId: string | null;
  readonly liquidity: string | null;
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
}

/** One line of `orders`, the newest wins: what was announced and where the order stands. */
export interface OrderRow {
  readonly kind: 'order';
  readonly sequence: number;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL' | 'SELL_SHORT';
  readonly algorithm: string;
  readonly currency: string | null;
  readonly account: string | null;
  readonly desk: string | null;
  readonly trader: string | null;
  readonly strategy: string | null;
  /** FIX OrdStatus by name. */
  readonly state: string;
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly averagePrice: number;
  readonly limitPrice: number;
  readonly arrivalPrice: number;
  readonly decisionPrice: number;
  readonly announcedUs: number;
  readonly startUs: number;
  /** Planned end; NaN when none was given. */
  readonly plannedEndUs: number;
  /** When it ended: last live fill, or the terminal event. NaN while it trades. */
  readonly endedUs: number;
}

/** One line of `alerts`, append-only: each revision of an alert's episode. */
export interface AlertRow {
  readonly kind: 'alert';
  readonly sequence: number;
  readonly timestampUs: number;
  /** Stable for one episode (UUIDv5). */
  readonly eventId: string;
  /** Counts the changes of the episode, from 1. */
  readonly revision: number;
  readonly orderId: string;
  readonly alertType: string;
  readonly scope: string;
  readonly alertState: 'FIRING' | 'ACKNOWLEDGED' | 'RESOLVED' | 'RETRACTED';
  readonly severity: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
  readonly currentProgress: number;
  readonly expectedProgress: number;
  readonly executionSpeed: number;
  readonly costEfficiency: number;
  readonly recommendation: string;
}

/** One line of `order_analytics`: a part of the explained ExecutionAnalytics of an order that has left memory. */
export interface AnalyticsRow {
  readonly kind: 'analytics';
  readonly sequence: number;
  readonly orderId: string;
  /** From 0. The parts of an answer, one behind the other, are its JSON text. */
  readonly part: number;
  readonly parts: number;
  readonly content: string;
}

export type Row = MonitoringRow | ExecutionRow | OrderRow | AlertRow | AnalyticsRow;
