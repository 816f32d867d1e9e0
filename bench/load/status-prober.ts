/** Asks GET status at planned times while somebody else makes the load, and takes the time from the planned one. */

import { monotonicUs } from '../measure/clock.ts';
import { HttpLane } from './http-lane.ts';
import { pace } from './pacer.ts';

export interface ProbeRequest {
  readonly url: string;
  /** Asked in turn. */
  readonly orderIds: readonly string[];
  readonly requestsPerSecond: number;
  readonly requestCount: number;
  /** Monotonic. */
  readonly startUs: number;
}

export interface ProbeOutcome {
  readonly answeredUs: Float64Array;
  readonly faults: readonly string[];
}

const CONNECTIONS = 4;
const FAULTS_MAX = 10;
const US_PER_SECOND = 1_000_000;

export async function probeStatus({ url, orderIds, requestsPerSecond, requestCount, startUs }: ProbeRequest): Promise<ProbeOutcome> {
  const dueUs = Float64Array.from({ length: requestCount }, (_, i) => (i * US_PER_SECOND) / requestsPerSecond);
  const answeredUs = new Float64Array(requestCount).fill(Number.NaN);
  const faults: string[] = [];
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const lanes = await Promise.all(Array.from({ length: CONNECTIONS }, () => HttpLane.open(url, (error) => fail(error))));
  const answers: Promise<void>[] = [];
  const ask = (requestNo: number): Promise<void> =>
    new Promise((resolve) => {
      lanes[requestNo % CONNECTIONS]!.get(`/api/v1/monitoring/${orderIds[requestNo % orderIds.length]!}/status`, ({ status, body }) => {
        answeredUs[requestNo] = monotonicUs() - startUs - dueUs[requestNo]!;
        if (status !== 200 && faults.length < FAULTS_MAX) faults.push(`GET status: HTTP ${status} ${body}`);
        resolve();
      });
    });
  try {
    const paced = pace(startUs, dueUs, (dueCount) => {
      while (answers.length < dueCount) answers.push(ask(answers.length));
    });
    await Promise.race([paced, failed]);
    await Promise.race([Promise.all(answers), failed]);
  } finally {
    for (const lane of lanes) lane.close();
  }
  return { answeredUs, faults };
}
