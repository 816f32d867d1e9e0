/** Batches that are sent one at a time, each when it is asked for: the sweeps of the fan-out, one fill of every order. */

import { wallUs } from '../measure/clock.ts';
import { type Batch, type BatchesSpec, makeLanes } from '../workload/batches.ts';
import type { BatchLane } from './batch-lane.ts';
import { openBatchLane } from './open-batch-lane.ts';

export interface SweepsRequest {
  readonly url: string;
  /** One lane; each batch is a sweep. */
  readonly spec: BatchesSpec;
  readonly checkAnswers: boolean;
}

export class SweepLoad {
  private lane: BatchLane | undefined;
  private batches: Batch[] = [];
  private failed: Promise<never> | undefined;

  async open({ url, spec, checkAnswers }: SweepsRequest): Promise<void> {
    this.batches = makeLanes(spec, wallUs())[0]!;
    let fail: (error: Error) => void = () => undefined;
    this.failed = new Promise<never>((_, reject) => (fail = reject));
    this.failed.catch(() => undefined);
    this.lane = await openBatchLane({ url, door: spec.door, checkAnswers, onFailure: (error) => fail(error) });
  }

  /** Resolves when it is answered, with what is wrong with the answer, if anything. */
  async send(sweepNo: number): Promise<string | undefined> {
    const { lane, failed } = this;
    if (lane === undefined || failed === undefined) throw new Error('no sweeps are open');
    const answered = new Promise<string | undefined>((resolve) => lane.send(this.batches[sweepNo]!, resolve));
    return Promise.race([answered, failed]);
  }

  close(): void {
    this.lane?.close();
    this.lane = undefined;
    this.batches = [];
  }
}
