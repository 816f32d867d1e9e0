/**
 * What is measured: a server that takes batches of events and pushes a frame when a fill changes an order.
 *
 * The service itself is one, the floor another, the naive service a third.
 */

import type { FrameReading } from '../load/follow-orders.ts';
import type { CpuReaders } from '../measure/cpu.ts';
import type { Door } from '../workload/batches.ts';
import type { FillsSpec, LedgerEntry } from '../workload/fills.ts';

export const TARGET_NAMES = ['service', 'floor', 'naive'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

/** What a target was sent in one round, and what it must therefore say at its end. */
export interface RoundSent {
  readonly ledger: readonly LedgerEntry[];
  readonly fillCount: number;
  readonly sentBytes: number;
}

export interface RoundCheck {
  /** Everything that is not as it must be, in words; empty when all is right. */
  readonly faults: readonly string[];
  /** When everything sent was to be seen in the answers, monotonic; NaN where a target has no answers. */
  readonly shownAtUs: number;
}

export interface Target {
  readonly name: TargetName;
  readonly url: string;
  readonly reading: FrameReading;
  /** Whether its answers say how many events were accepted. */
  readonly countsEvents: boolean;
  /** The ways in that it has. */
  readonly doors: readonly Door[];
  /** CPU time by who used it. */
  readonly cpu: CpuReaders;
  /** Makes the orders of a round known before its load begins. */
  announce(spec: FillsSpec, ledger: readonly LedgerEntry[]): Promise<void>;
  /** Compares what it says after a round with what it was sent. */
  check(sent: RoundSent): Promise<RoundCheck>;
  /** Waits until it has nothing left to do from the round. Returns the seconds; NaN when it took too long, or was not waited for. */
  settle(): Promise<number>;
  /** Ends it; what went wrong with that, in words. */
  stop(): Promise<readonly string[]>;
}
