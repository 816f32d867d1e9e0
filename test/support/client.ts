/**
 * A strict client for black-box tests: each answer is kept as it came (status, headers, bytes), and every body that has a
 * schema is held against it, so that no test has to think of it.
 *
 * It polls where the contract allows the service to lag (an acknowledged event may be shown a moment later), never longer
 * than SETTLE_MS_MAX.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TSchema } from '@sinclair/typebox';
import {
  BatchAnswer,
  ExecutionAnalytics,
  ExecutionStatus,
  MonitoringSession,
  Problem,
} from '../../engine/domain/monitoring.ts';
import { compileValidator } from '../../engine/domain/validate.ts';

export const SETTLE_MS_MAX = 5_000;
const POLL_MS = 5;
const ANSWER_MS_MAX = 20_000;
const SILENT_TRIES_MAX = 100;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly body: unknown;
}

export interface RequestParts {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

type Event = Readonly<Record<string, unknown>>;

const checkedBy = <S extends TSchema>(schema: S) => {
  const validate = compileValidator(schema);
  return (answer: Answer): void => {
    const checked = validate(answer.body);
    assert.ok(checked.ok, `answer does not fit its schema: ${checked.ok ? '' : `${checked.fault.field} ${checked.fault.detail}`}: ${answer.text.slice(0, 2_000)}`);
  };
};

const assertProblem = checkedBy(Problem);
const assertBatch = checkedBy(BatchAnswer);
const assertSession = checkedBy(MonitoringSession);
const assertStatus = checkedBy(ExecutionStatus);
const assertAnalytics = checkedBy(ExecutionAnalytics);

export class Client {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async request(method: string, path: string, parts: RequestParts = {}): Promise<Answer> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { ...parts.headers },
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      ...(parts.body === undefined ? {} : { body: parts.body as string }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }

  /** POST /api/v1/events with a body as it is. */
  postRaw(body: string | Uint8Array, contentType: string | undefined, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.request('POST', '/api/v1/events', { body, headers: { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...headers } });
  }

  /** A batch as a JSON array; its answer must be 200. */
  async post(events: readonly Event[], headers: Readonly<Record<string, string>> = {}): Promise<BatchAnswer> {
    const answer = await this.postRaw(JSON.stringify(events), 'application/json', headers);
    assert.equal(answer.status, 200, answer.text);
    assertBatch(answer);
    return answer.body as BatchAnswer;
  }

  /** A batch of which every event must be accepted; returns the sequence of the last. */
  async accept(...events: readonly Event[]): Promise<number> {
    const answer = await this.post(events);
    assert.deepEqual(answer.rejected, []);
    assert.equal(answer.accepted, events.length);
    return answer.sequence;
  }

  async start(request: unknown): Promise<{ readonly status: number; readonly session: MonitoringSession }> {
    const answer = await this.startRaw(JSON.stringify(request));
    assert.ok(answer.status === 200 || answer.status === 201, answer.text);
    assertSession(answer);
    return { status: answer.status, session: answer.body as MonitoringSession };
  }

  startRaw(body: string | Uint8Array, contentType = 'application/json'): Promise<Answer> {
    return this.request('POST', '/api/v1/monitoring/start', { body, headers: { 'content-type': contentType } });
  }

  path(orderId: string, leaf: 'status' | 'analytics' | 'stream'): string {
    return `/api/v1/monitoring/${encodeURIComponent(orderId)}/${leaf}`;
  }

  async status(orderId: string): Promise<ExecutionStatus> {
    const answer = await this.statusAnswer(orderId);
    assert.equal(answer.status, 200, answer.text);
    assertStatus(answer);
    return answer.body as ExecutionStatus;
  }

  /** GET status; a 503, which says "again" with its Retry-After, is asked again (test/integration/api/silence.test.ts). */
  private async statusAnswer(orderId: string): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await this.request('GET', this.path(orderId, 'status'));
      if (answer.status !== 503 || tries === SILENT_TRIES_MAX) return answer;
      await sleep(POLL_MS);
    }
  }

  async analytics(orderId: string): Promise<ExecutionAnalytics> {
    const answer = await this.request('GET', this.path(orderId, 'analytics'));
    assert.equal(answer.status, 200, answer.text);
    assertAnalytics(answer);
    return answer.body as ExecutionAnalytics;
  }

  /** The first status for which `holds`; the order may be on its way still. */
  async statusWhen(orderId: string, holds: (status: ExecutionStatus) => boolean): Promise<ExecutionStatus> {
    let newest = 'never answered';
    for (const deadlineMs = performance.now() + SETTLE_MS_MAX; performance.now() < deadlineMs; await sleep(POLL_MS)) {
      const answer = await this.statusAnswer(orderId);
      newest = answer.text;
      if (answer.status === 404) continue;
      assert.equal(answer.status, 200, answer.text);
      assertStatus(answer);
      if (holds(answer.body as ExecutionStatus)) return answer.body as ExecutionStatus;
    }
    assert.fail(`status of ${orderId} not as expected within ${SETTLE_MS_MAX} ms; the last: ${newest}`);
  }

  /** The status that has taken in the input with this sequence, which is about the order or its symbol. */
  statusAfter(orderId: string, sequence: number): Promise<ExecutionStatus> {
    return this.statusWhen(orderId, (status) => status.as_of_sequence >= sequence);
  }
}

/** The answer is this error: status, media type, code, and the field at fault where one is given. */
export function assertRefused(answer: Answer, status: number, code: string, field?: string): void {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  assertProblem(answer);
  const problem = answer.body as Problem;
  assert.equal(problem.code, code, answer.text);
  assert.equal(problem.status, status);
  if (field !== undefined) assert.deepEqual(problem.errors?.map((fault) => fault.field), [field], answer.text);
}

export async function eventually(what: string, check: () => Promise<boolean>, limitMs = SETTLE_MS_MAX): Promise<void> {
  const deadlineMs = performance.now() + limitMs;
  while (!(await check())) {
    assert.ok(performance.now() < deadlineMs, `not within ${limitMs} ms: ${what}`);
    await sleep(20);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
