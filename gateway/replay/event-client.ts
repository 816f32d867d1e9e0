/**
 * Sends batches of input events to `POST /api/v1/events` and returns what the service acknowledged.
 *
 * It owns the retries. A batch keeps its Idempotency-Key until it is answered, so a batch that is sent again after a lost
 * connection, a lost answer or a 503 has one effect. It does not cut events into batches and keeps one batch in flight:
 * the caller waits for the answer before the next call, so events arrive in order.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReplayError } from './replay-event.ts';

/** What the service says about one batch, as far as a replay reads it. */
export interface BatchAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly RejectedEvent[];
  /** The service's last sequence. */
  readonly sequence: number;
}

export interface RejectedEvent {
  /** 0-based place in the batch. */
  readonly index: number;
  readonly code: string;
  readonly detail: string;
}

/** How long and how often one batch is tried. */
export interface RetryLimits {
  /** Without an answer for this long a request counts as lost. */
  readonly answerMsMax: number;
  /** From the first failure of a batch to giving up. */
  readonly givingUpMs: number;
  /** The same while the service has never answered: it is then more likely not there than restarting. */
  readonly firstContactMs: number;
  readonly backoffMsMin: number;
  readonly backoffMsMax: number;
}

export const RETRY_LIMITS: RetryLimits = {
  answerMsMax: 30_000,
  givingUpMs: 60_000,
  firstContactMs: 2_000,
  backoffMsMin: 50,
  backoffMsMax: 2_000,
};

/** Answers that say "later", also where they carry no Retry-After: 503 is the service's own, the others a proxy's. */
const RETRIED_STATUS: ReadonlySet<number> = new Set([429, 502, 503, 504]);

type Attempt =
  | { readonly kind: 'answer'; readonly answer: BatchAnswer }
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs: number | undefined };

export class EventClient {
  readonly #baseUrl: string;
  readonly #endpoint: URL;
  readonly #limits: RetryLimits;
  readonly #runId = randomUUID();
  #batchCount = 0;
  #everAnswered = false;

  /** How often a batch had to be sent again. */
  retries = 0;

  constructor(baseUrl: string, limits: RetryLimits = RETRY_LIMITS) {
    this.#baseUrl = baseUrl;
    this.#endpoint = new URL('/api/v1/events', baseUrl);
    this.#limits = limits;
  }

  /**
   * Sends one batch, each element one event as JSON on one line, until it is acknowledged. Throws ReplayError when the
   * service is not there, refuses the batch as a whole, answers something else, or the limits are reached.
   */
  async post(batch: readonly string[]): Promise<BatchAnswer> {
    const idempotencyKey = `replay-${this.#runId}-${++this.#batchCount}`;
    const body = `${batch.join('\n')}\n`;
    let firstFailureMs: number | undefined;
    let backoffMs = this.#limits.backoffMsMin;
    for (;;) {
      const attempt = await this.#attempt(body, idempotencyKey);
      if (attempt.kind === 'answer') return attempt.answer;
      const nowMs = performance.now();
      firstFailureMs ??= nowMs;
      const waitMs = attempt.retryAfterMs ?? backoffMs;
      const limitMs = this.#everAnswered ? this.#limits.givingUpMs : this.#limits.firstContactMs;
      if (nowMs - firstFailureMs + waitMs > limitMs) throw new ReplayError(this.#givingUp(attempt.reason, limitMs));
      await sleep(waitMs);
      backoffMs = Math.min(backoffMs * 2, this.#limits.backoffMsMax);
      this.retries++;
    }
  }

  async #attempt(body: string, idempotencyKey: string): Promise<Attempt> {
    let status: number;
    let retryAfter: string | null;
    let text: string;
    try {
      const response = await fetch(this.#endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': idempotencyKey },
        body,
        signal: AbortSignal.timeout(this.#limits.answerMsMax),
      });
      text = await response.text();
      status = response.status;
      retryAfter = response.headers.get('retry-after');
    } catch (error) {
      return { kind: 'later', reason: connectionFailure(error), retryAfterMs: undefined };
    }
    this.#everAnswered = true;
    if (status === 200) return { kind: 'answer', answer: this.#readAnswer(text) };
    if (RETRIED_STATUS.has(status) || retryAfter !== null) {
      return { kind: 'later', reason: refusal(status, text), retryAfterMs: retryAfterMs(retryAfter) };
    }
    const advice = status === 413 ? '; send smaller batches with --batch' : '';
    throw new ReplayError(`${this.#baseUrl} refused a batch: ${refusal(status, text)}${advice}`);
  }

  #readAnswer(text: string): BatchAnswer {
    const answer = parseJson(text) as Partial<Record<keyof BatchAnswer, unknown>> | null | undefined;
    const { accepted, duplicates, rejected, sequence } = answer ?? {};
    if (
      typeof accepted !== 'number' ||
      typeof duplicates !== 'number' ||
      typeof sequence !== 'number' ||
      !Array.isArray(rejected)
    ) {
      throw new ReplayError(`${this.#baseUrl} is no execution monitor: its answer to a batch was ${shorten(text)}`);
    }
    return { accepted, duplicates, rejected: rejected as RejectedEvent[], sequence };
  }

  #givingUp(reason: string, limitMs: number): string {
    return this.#everAnswered
      ? `gave up on ${this.#baseUrl} after ${limitMs / 1000} s: ${reason}`
      : `no service at ${this.#baseUrl}: ${reason}`;
  }
}

/** Retry-After in milliseconds: a count of seconds or an HTTP date (RFC 9110, 10.2.3); undefined when it is neither. */
export function retryAfterMs(header: string | null): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - Date.now());
}

/** The one line of a problem+json document, or the start of whatever else came. */
function refusal(status: number, text: string): string {
  const problem = parseJson(text) as { code?: unknown; title?: unknown; detail?: unknown } | null | undefined;
  const words = [problem?.code, problem?.detail ?? problem?.title].filter((word) => typeof word === 'string');
  return `HTTP ${status}: ${words.length > 0 ? words.join(': ') : shorten(text)}`;
}

function connectionFailure(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'no answer in time';
  const { message, cause } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ECONNREFUSED') return 'connection refused';
  return cause instanceof Error ? `${message} (${cause.message}${code === undefined ? '' : `, ${code}`})` : message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shorten(text: string): string {
  return text === '' ? 'empty' : JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}...` : text);
}
