/**
 * The steady load: encoded batches sent when the plan says so, however the target does. What waits for its connection or
 * for credit waits on the clock of the one who asked for it, which is the planned time.
 */

import { monotonicUs, wallUs } from '../measure/clock.ts';
import { type Batch, encodeBatch } from '../workload/batches.ts';
import { planSteady, type SteadyPlan, type SteadySpec } from '../workload/steady.ts';
import { openBatchLane } from './open-batch-lane.ts';
import { pace } from './pacer.ts';

export interface SteadyRequest {
  readonly url: string;
  /** Monotonic. */
  readonly startUs: number;
  readonly checkAnswers: boolean;
}

export interface SteadyOutcome {
  /** From the planned time of each fill's batch to its answer. */
  readonly acknowledgedUs: Float64Array;
  /** From the planned time of each fill's batch to when it was given to its connection. */
  readonly lagUs: Float64Array;
  readonly sentBytes: number;
  /** From the planned time of the last batch to the last answer: what the backlog at the end was worth. */
  readonly drainUs: number;
  readonly retries: number;
  readonly faults: readonly string[];
}

const FAULTS_MAX = 10;
const ANSWERS_MS_MAX = 60_000;

export class SteadyLoad {
  private spec: SteadySpec | undefined;
  private plan: SteadyPlan | undefined;
  private batches: Batch[] = [];

  /** Encodes the round's batches. */
  prepare(spec: SteadySpec): void {
    const firstUs = wallUs();
    const plan = planSteady(spec);
    this.spec = spec;
    this.plan = plan;
    this.batches = plan.batches.map((planned) => encodeBatch(spec, plan.fills, planned, (fillNo) => firstUs + plan.fillDueUs[fillNo]!));
  }

  /** Sends what was prepared. */
  async run({ url, startUs, checkAnswers }: SteadyRequest): Promise<SteadyOutcome> {
    const { spec, plan, batches } = this;
    if (spec === undefined || plan === undefined) throw new Error('nothing is prepared');
    this.spec = this.plan = undefined;
    this.batches = [];
    const acknowledgedUs = new Float64Array(spec.fillCount).fill(Number.NaN);
    const lagUs = new Float64Array(spec.fillCount);
    const faults: string[] = [];
    let [sentBytes, unanswered] = [0, batches.length];
    let fail: (error: Error) => void = () => undefined;
    let finish: () => void = () => undefined;
    const allAnswered = new Promise<void>((resolve, reject) => ([finish, fail] = [resolve, reject]));
    allAnswered.catch(() => undefined);
    const laneOptions = { url, door: spec.door, checkAnswers, onFailure: (error: Error) => fail(error) };
    const lanes = await Promise.all(Array.from({ length: spec.lanes }, () => openBatchLane(laneOptions)));

    const sendBatch = (place: number): void => {
      const { laneNo, fillNos } = plan.batches[place]!;
      const sinceDueUs = (): number => monotonicUs() - startUs - plan.dueUs[place]!;
      sentBytes += batches[place]!.body.length;
      lanes[laneNo]!.send(batches[place]!, (fault) => {
        const us = sinceDueUs();
        for (const fillNo of fillNos) acknowledgedUs[fillNo] = us;
        if (fault !== undefined && faults.length < FAULTS_MAX) faults.push(fault);
        if (--unanswered === 0) finish();
      });
      const us = sinceDueUs();
      for (const fillNo of fillNos) lagUs[fillNo] = us;
    };
    let next = 0;
    await pace(startUs, plan.dueUs, (dueCount) => {
      for (; next < dueCount; next++) sendBatch(next);
    });
    const late = setTimeout(() => fail(new Error(`${unanswered} batches were not answered within ${ANSWERS_MS_MAX} ms`)), ANSWERS_MS_MAX);
    try {
      await allAnswered;
    } finally {
      clearTimeout(late);
      for (const lane of lanes) lane.close();
    }
    const drainUs = monotonicUs() - startUs - plan.dueUs[plan.dueUs.length - 1]!;
    return { acknowledgedUs, lagUs, sentBytes, drainUs, retries: lanes.reduce((sum, lane) => sum + lane.retries, 0), faults };
  }
}
