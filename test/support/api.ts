/**
 * A small typed client of the public API for tests: each call is one request, and its answer is the parsed body.
 *
 * It owns the paths and the turning of an error answer into ApiError. It retries nothing and checks no numbers.
 */
import type { MonitoringMetric } from '../../engine/domain/enums.ts';
import type {
  BatchAnswer,
  ExecutionAnalytics,
  ExecutionMonitoringRequest,
  ExecutionStatus,
  MonitoringSession,
  Problem,
} from '../../engine/domain/monitoring.ts';

/** An answer other than 2xx. `problem` is its body where that was JSON. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Partial<Problem>;

  constructor(request: string, status: number, body: string) {
    super(`${request}: HTTP ${status} ${body}`);
    this.status = status;
    this.problem = parseProblem(body);
  }
}

/** Of `current_metrics` only what was asked for at `start` is there. */
export type StatusAnswer = Omit<ExecutionStatus, 'current_metrics'> & {
  readonly current_metrics: Partial<Record<MonitoringMetric, number | null>>;
};

export interface PostOptions {
  readonly idempotencyKey?: string;
}

export interface Api {
  /** The events as one NDJSON batch. */
  postEvents(events: readonly object[], options?: PostOptions): Promise<BatchAnswer>;
  status(orderId: string): Promise<StatusAnswer>;
  analytics(orderId: string): Promise<ExecutionAnalytics>;
  start(request: ExecutionMonitoringRequest): Promise<MonitoringSession>;
}

const ANSWER_MS_MAX = 30_000;

/** A client of the service at `baseUrl`. Every call rejects with ApiError when the answer is not 2xx. */
export function createApi(baseUrl: string): Api {
  const call = async <T>(method: 'GET' | 'POST', path: string, init: RequestInit = {}): Promise<T> => {
    const response = await fetch(new URL(path, baseUrl), { method, signal: AbortSignal.timeout(ANSWER_MS_MAX), ...init });
    const body = await response.text();
    if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, body);
    return JSON.parse(body) as T;
  };
  const ofOrder = (orderId: string): string => `/api/v1/monitoring/${encodeURIComponent(orderId)}`;
  return {
    postEvents: (events, { idempotencyKey } = {}) =>
      call('POST', '/api/v1/events', {
        headers: {
          'content-type': 'application/x-ndjson',
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        body: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
      }),
    status: (orderId) => call('GET', `${ofOrder(orderId)}/status`),
    analytics: (orderId) => call('GET', `${ofOrder(orderId)}/analytics`),
    start: (request) =>
      call('POST', '/api/v1/monitoring/start', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      }),
  };
}

function parseProblem(body: string): Partial<Problem> {
  try {
    return JSON.parse(body) as Partial<Problem>;
  } catch {
    return {};
  }
}
