/**
 * More than the service takes: batches planned at a fixed rate on many connections. What has no credit, or no connection that
 * is free, when it is due is not sent at all, as by a client that sheds its load; what is refused for lack of room goes back
 * and is tried again later, as another batch's turn comes.
 *
 * It tells which fills were acknowledged: these must be there at the end, and no others.
 */

import { setTimeout as sleep } from 'node:timers/promises';

import { monotonicUs, wallUs } from '../measure/clock.ts';
import { type Batch, type BatchesSpec, encodeBatch, planBatches } from '../workload/batches.ts';
import { makeFills } from '../workload/fills.ts';
import { type BatchLane, REFUSED } from './batch-lane.ts';
import { openBatchLane } from './open-batch-lane.ts';
import { pace } from './pacer.ts';

export interface OverloadRequest {
  readonly url: string;
  /** Monotonic. */
  readonly startUs: number;
  readonly seconds: number;
  readonly batchesPerSecond: number;
}

export interface OverloadOutcome {
  /** By fill: 1 when its batch was acknowledged. */
  readonly acknowledged: Uint8Array;
  readonly plannedBatches: number;
  readonly acknowledgedBatches: number;
  /** Answers that said 503, or `overloaded`. */
  readonly refusedBatches: number;
  /** Not sent, because the connection's credit was used up. */
  readonly heldBackBatches: number;
  /** Not sent, because the generator had none left: it has offered less than planned. */
  readonly missingBatches: number;
  readonly faults: readonly string[];
}

interface Ready {
  readonly batch: Batch;
  readonly fillNos: readonly number[];
}

const FAULTS_MAX = 10;
const US_PER_SECOND = 1_000_000;
const US_PER_MS = 1_000;
const ANSWERS_MS_MAX = 60_000;
/** Connections are there so long before the first batch. */
const OPENED_BEFORE_US = 1_000_000;

export class Overload {
  private spec: BatchesSpec | undefined;
  private ready: Ready[][] = [];

  /** Encodes the batches, of which each is acknowledged at most once. */
  prepare(spec: BatchesSpec): void {
    const firstUs = wallUs();
    const fills = makeFills(spec);
    this.spec = spec;
    this.ready = Array.from({ length: spec.lanes }, () => []);
    for (const planned of planBatches(spec, fills)) {
      const batch = encodeBatch(spec, fills, planned, (fillNo) => firstUs + fillNo);
      this.ready[planned.laneNo]!.push({ batch, fillNos: planned.fillNos });
    }
    // The last ones are taken first.
    for (const lane of this.ready) lane.reverse();
  }

  async run({ url, startUs, seconds, batchesPerSecond }: OverloadRequest): Promise<OverloadOutcome> {
    const { spec, ready } = this;
    if (spec === undefined) throw new Error('nothing is prepared');
    this.spec = undefined;
    this.ready = [];
    const plannedBatches = Math.ceil(seconds * batchesPerSecond);
    const acknowledged = new Uint8Array(spec.fillCount);
    const faults: string[] = [];
    let [acknowledgedBatches, refusedBatches, heldBackBatches, missingBatches, unanswered, allSent] = [0, 0, 0, 0, 0, false];
    let fail: (error: Error) => void = () => undefined;
    let finish: () => void = () => undefined;
    const allAnswered = new Promise<void>((resolve, reject) => ([finish, fail] = [resolve, reject]));
    allAnswered.catch(() => undefined);
    // A server ends connections on which nothing comes for some time.
    await sleep(Math.max(0, (startUs - monotonicUs() - OPENED_BEFORE_US) / US_PER_MS));
    const laneOptions = { url, door: spec.door, checkAnswers: true, sendsAgain: false, onFailure: (error: Error) => fail(error) };
    const lanes = await Promise.all(Array.from({ length: spec.lanes }, () => openBatchLane(laneOptions)));

    const send = (lane: BatchLane, laneNo: number): void => {
      if (lane.waitingCount > 0) return void heldBackBatches++;
      const next = ready[laneNo]!.pop();
      if (next === undefined) return void missingBatches++;
      unanswered++;
      lane.send(next.batch, (fault) => {
        unanswered--;
        if (fault === REFUSED) {
          refusedBatches++;
          ready[laneNo]!.push(next);
        } else if (fault === undefined) {
          acknowledgedBatches++;
          for (const fillNo of next.fillNos) acknowledged[fillNo] = 1;
        } else if (faults.length < FAULTS_MAX) faults.push(fault);
        if (allSent && unanswered === 0) finish();
      });
    };
    let place = 0;
    await pace(startUs, Float64Array.from({ length: plannedBatches }, (_, i) => (i * US_PER_SECOND) / batchesPerSecond), (dueCount) => {
      for (; place < dueCount; place++) send(lanes[place % lanes.length]!, place % lanes.length);
    });
    allSent = true;
    if (unanswered === 0) finish();
    const late = setTimeout(() => fail(new Error(`${unanswered} batches were not answered within ${ANSWERS_MS_MAX} ms`)), ANSWERS_MS_MAX);
    try {
      await allAnswered;
    } finally {
      clearTimeout(late);
      for (const lane of lanes) lane.close();
    }
    return { acknowledged, plannedBatches, acknowledgedBatches, refusedBatches, heldBackBatches, missingBatches, faults };
  }
}
