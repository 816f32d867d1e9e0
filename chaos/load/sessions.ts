/** The monitoring sessions of one client: what was asked for and what the service promised. */

import type { RandomStream } from '../../simulation/random/random-stream.ts';

const ANSWER_MS_MAX = 10_000;

export interface SessionAnswer {
  readonly session_id: string;
  readonly order_id: string;
  readonly alert_thresholds: Readonly<Record<string, number>>;
  readonly real_time_updates: boolean;
  readonly started_at: string;
}

export class SessionBook {
  readonly acknowledged = new Map<string, SessionAnswer>();
  /** Asked for, and nobody knows whether it was taken. */
  readonly unanswered = new Set<string>();
  private readonly onFault: (fault: string) => void;

  constructor(onFault: (fault: string) => void) {
    this.onFault = onFault;
  }

  /** Asks for a session of some order that has none. */
  async start(url: string, orderIds: readonly string[], random: RandomStream): Promise<void> {
    const free = orderIds.filter((orderId) => !this.acknowledged.has(orderId) && !this.unanswered.has(orderId));
    if (free.length === 0) return;
    const orderId = random.pick(free);
    const request = { order_id: orderId, alert_thresholds: { SLIPPAGE: random.integer(10, 900) }, real_time_updates: random.chance(0.5) };
    this.unanswered.add(orderId);
    const session = await post(url, request).catch(() => undefined);
    if (session === undefined) return;
    this.unanswered.delete(orderId);
    this.acknowledged.set(orderId, session.answer);
    if (session.status !== 201) this.onFault(`the first session of ${orderId} was answered ${session.status}`);
  }

  /** Starts each acknowledged session again, changing nothing: the answer must be the session as it was. */
  async check(url: string): Promise<number> {
    for (const [orderId, before] of this.acknowledged) {
      const again = await post(url, { order_id: orderId });
      const same = JSON.stringify([again.answer.session_id, again.answer.alert_thresholds, again.answer.real_time_updates, again.answer.started_at]);
      const was = JSON.stringify([before.session_id, before.alert_thresholds, before.real_time_updates, before.started_at]);
      if (again.status !== 200 || same !== was) this.onFault(`session of ${orderId} was ${was}, is ${again.status} ${same}`);
    }
    return this.acknowledged.size;
  }
}

async function post(url: string, request: unknown): Promise<{ readonly status: number; readonly answer: SessionAnswer }> {
  const response = await fetch(new URL('/api/v1/monitoring/start', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST start: ${response.status} ${text}`);
  return { status: response.status, answer: JSON.parse(text) as SessionAnswer };
}
