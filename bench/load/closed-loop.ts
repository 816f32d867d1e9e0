/**
 * The closed-loop load: a few connections, over HTTP each with one batch in flight and the next one ready, over the
 * WebSocket intake with IN_FLIGHT_MAX. The highest rate that the target sustains, because it alone
 * says when the next batch goes.
 */

import { monotonicUs, wallUs } from '../measure/clock.ts';
import { type Batch, type BatchesSpec, makeLanes } from '../workload/batches.ts';
import { openBatchLane } from './open-batch-lane.ts';

export interface ClosedLoopRequest {
  readonly url: string;
  /** How often the batches are sent; more than once only to who does not know an event again. */
  readonly laps: number;
  /** Batches acknowledged before so many events are the warm-up and not measured. */
  readonly warmupEvents: number;
  readonly checkAnswers: boolean;
}

export interface ClosedLoopOutcome {
  readonly eventCount: number;
  /** Events acknowledged after the warm-up, and how long that took. */
  readonly measuredEvents: number;
  readonly measuredUs: number;
  /** When the warm-up was over, monotonic. */
  readonly measuredFromUs: number;
  readonly sentBytes: number;
  readonly retries: number;
  readonly faults: readonly string[];
}

const FAULTS_MAX = 10;
/** Batches of a lane without an answer; of these an HTTP connection sends one and keeps the others ready. */
const IN_FLIGHT_MAX = 8;

export class ClosedLoop {
  private prepared: Batch[][] = [];
  private spec: BatchesSpec | undefined;

  /** Encodes the round's batches, so that the run itself only sends them. */
  prepare(spec: BatchesSpec): void {
    this.spec = spec;
    this.prepared = makeLanes(spec, wallUs());
  }

  /** Sends what was prepared. */
  async run({ url, laps, warmupEvents, checkAnswers }: ClosedLoopRequest): Promise<ClosedLoopOutcome> {
    const { prepared, spec } = this;
    if (spec === undefined) throw new Error('nothing is prepared');
    this.spec = undefined;
    this.prepared = [];
    const faults: string[] = [];
    let [eventCount, sentBytes, retries, measuredFromUs, measuredFromCount] = [0, 0, 0, Number.NaN, 0];
    const runLane = async (batches: readonly Batch[]): Promise<void> => {
      let fail: (error: Error) => void = () => undefined;
      const failed = new Promise<never>((_, reject) => (fail = reject));
      const lane = await openBatchLane({ url, door: spec.door, checkAnswers, onFailure: (error) => fail(error) });
      let next = 0;
      const sendNext = (done: () => void): void => {
        const batch = batches[next++];
        if (batch === undefined) return done();
        lane.send(batch, (fault) => {
          if (fault !== undefined && faults.length < FAULTS_MAX) faults.push(fault);
          eventCount += batch.eventCount;
          sentBytes += batch.body.length;
          if (Number.isNaN(measuredFromUs) && eventCount >= warmupEvents) [measuredFromUs, measuredFromCount] = [monotonicUs(), eventCount];
          sendNext(done);
        });
      };
      const answered = Array.from({ length: IN_FLIGHT_MAX }, () => new Promise<void>(sendNext));
      await Promise.race([Promise.all(answered), failed]);
      retries += lane.retries;
      lane.close();
    };
    await Promise.all(prepared.map((batches) => runLane(Array.from({ length: laps }, () => batches).flat())));
    const measuredUs = monotonicUs() - measuredFromUs;
    return { eventCount, measuredEvents: eventCount - measuredFromCount, measuredUs, measuredFromUs, sentBytes, retries, faults };
  }
}
