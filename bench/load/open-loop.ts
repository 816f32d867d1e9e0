/**
 * The open-loop load: sends each fill and each batch of quotes when the timetable says so, however the service does.
 *
 * Each fill is a request of its own. The fills of an order always take the same connection, so that they arrive in their
 * order; what waits for its connection waits on the clock of the one who asked for it, which is the planned time.
 */

import { monotonicUs, wallUs } from '../measure/clock.ts';
import { fillEvent, quoteEvent } from '../workload/events.ts';
import { markHeader, markOf } from '../workload/fill-mark.ts';
import { makeFills } from '../workload/fills.ts';
import { FEEDS, makeTimetable, type OpenLoopSpec, plannedFillUs, type QuoteBatch, quoteSymbolNo } from '../workload/timetable.ts';
import { type Answer, HttpLane } from './http-lane.ts';
import { JSON_HEADERS, EVENTS_PATH, faultOf } from './post-events.ts';
import { pace } from './pacer.ts';

export interface OpenLoopRequest {
  readonly url: string;
  readonly spec: OpenLoopSpec;
  readonly connections: number;
  /** Monotonic. */
  readonly startUs: number;
  /** False for a floor, which does not say what it took. */
  readonly checkAnswers: boolean;
}

export interface OpenLoopOutcome {
  /** From each fill's planned time to its answer. */
  readonly acknowledgedUs: Float64Array;
  /** From each fill's planned time to when it was given to its connection: how late the generator itself was. */
  readonly lagUs: Float64Array;
  readonly sentBytes: number;
  readonly quoteCount: number;
  /** Most fills that waited for one connection. */
  readonly waitingMax: number;
  readonly retries: number;
  /** Answers that do not say "all accepted"; the first few. */
  readonly faults: readonly string[];
}

const FAULTS_MAX = 10;
const ANSWERS_MS_MAX = 30_000;

export async function runOpenLoop(request: OpenLoopRequest): Promise<OpenLoopOutcome> {
  const { url, spec, startUs } = request;
  const fills = makeFills(spec);
  const timetable = makeTimetable(spec);
  const wallStartUs = wallUs() + startUs - monotonicUs();
  const acknowledgedUs = new Float64Array(spec.fillCount).fill(Number.NaN);
  const lagUs = new Float64Array(spec.fillCount);
  const faults: string[] = [];
  let [sentBytes, quoteCount, waitingMax, unanswered] = [0, 0, 0, timetable.steps.length];
  let fail: (error: Error) => void = () => undefined;
  let finish: () => void = () => undefined;
  const allAnswered = new Promise<void>((resolve, reject) => ([finish, fail] = [resolve, reject]));
  allAnswered.catch(() => undefined);
  const openLanes = (count: number): Promise<HttpLane[]> => Promise.all(Array.from({ length: count }, () => HttpLane.open(url, (error) => fail(error))));
  const fillLanes = await openLanes(request.connections);
  const quoteLanes = await openLanes(FEEDS);

  const take = (answer: Answer, eventCount: number): void => {
    const fault = faultOf(answer, request.checkAnswers ? eventCount : undefined);
    if (fault !== undefined && faults.length < FAULTS_MAX) faults.push(fault);
    if (--unanswered === 0) finish();
  };
  const sendFill = (fillNo: number): void => {
    const plannedUs = plannedFillUs(spec, fillNo);
    const orderNo = fills.orderNos[fillNo]!;
    const lane = fillLanes[orderNo % fillLanes.length]!;
    const body = Buffer.from(JSON.stringify([fillEvent(spec, fills, fillNo, wallStartUs + plannedUs)]));
    sentBytes += body.length;
    lane.post(EVENTS_PATH, JSON_HEADERS + markHeader(markOf(spec.roundId, [orderNo])), body, (answer) => {
      acknowledgedUs[fillNo] = monotonicUs() - startUs - plannedUs;
      take(answer, 1);
    });
    lagUs[fillNo] = monotonicUs() - startUs - plannedUs;
    waitingMax = Math.max(waitingMax, lane.waitingCount);
  };
  const sendQuotes = (batch: QuoteBatch, dueUs: number): void => {
    const quotes = Array.from({ length: batch.quoteCount }, (_, i) => {
      const quoteNo = batch.firstQuoteNo + i;
      return quoteEvent(quoteSymbolNo(spec, batch.feed, quoteNo), quoteNo, wallStartUs + dueUs);
    });
    const body = Buffer.from(JSON.stringify(quotes));
    sentBytes += body.length;
    quoteCount += quotes.length;
    quoteLanes[batch.feed]!.post(EVENTS_PATH, JSON_HEADERS, body, (answer) => take(answer, quotes.length));
  };

  let next = 0;
  await pace(startUs, timetable.dueUs, (dueCount) => {
    for (; next < dueCount; next++) {
      const step = timetable.steps[next]!;
      if (typeof step === 'number') sendFill(step);
      else sendQuotes(step, timetable.dueUs[next]!);
    }
  });
  const late = setTimeout(() => fail(new Error(`${unanswered} requests were not answered within ${ANSWERS_MS_MAX} ms`)), ANSWERS_MS_MAX);
  const lanes = [...fillLanes, ...quoteLanes];
  try {
    await allAnswered;
  } finally {
    clearTimeout(late);
    for (const lane of lanes) lane.close();
  }
  const retries = lanes.reduce((sum, lane) => sum + lane.retries, 0);
  return { acknowledgedUs, lagUs, sentBytes, quoteCount, waitingMax, retries, faults };
}
