/** One connection of the load, through whichever door: takes batches, gives each its answer. */

import type { Batch, Door } from '../workload/batches.ts';

export interface BatchLane {
  readonly retries: number;
  /** How many batches wait on this side. */
  readonly waitingCount: number;
  /** `onAnswer` is told what is wrong with the answer, if anything. */
  send(batch: Batch, onAnswer: (fault: string | undefined) => void): void;
  close(): void;
}

/** What is said of a batch that was refused for lack of room, where the lane does not send it again. */
export const REFUSED = 'refused as overloaded';

export interface LaneOptions {
  readonly url: string;
  readonly door: Door;
  /** False for a floor, which does not say what it took. */
  readonly checkAnswers: boolean;
  /** Whether a batch that is refused for lack of room is sent again after the time that it is told; else its answer is REFUSED. */
  readonly sendsAgain?: boolean;
  /** Told of a connection that breaks or an answer that cannot be read. */
  onFailure(error: Error): void;
}
