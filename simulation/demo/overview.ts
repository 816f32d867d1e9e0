/** What is to be seen in the running demo: counts of orders by state and algorithm, and orders that are worth a look. */

import type { Delivered } from '../delivery/delivery.ts';

const ORDERS_ASKED_MAX = 400;
const ALERTS_SHOWN_MAX = 5;

interface Status {
  readonly order_id: string;
  readonly state: string;
  readonly execution_progress: number;
  readonly expected_progress: number | null;
  readonly active_alerts: readonly { readonly alert_type: string; readonly severity: string; readonly recommendation: string }[];
  readonly last_updated: string;
}

export interface Overview {
  readonly now: string;
  readonly orders: number;
  readonly states: Readonly<Record<string, number>>;
  readonly algorithms: Readonly<Record<string, number>>;
  readonly alerts: readonly { readonly orderId: string; readonly text: string }[];
  /** For each state an order that is in it. */
  readonly examples: Readonly<Record<string, string>>;
}

export class OrderBook {
  private readonly algorithms = new Map<string, string>();
  /** Arrival of the newest event that was sent. */
  newestUs = 0;

  note(batch: readonly Delivered[]): void {
    this.newestUs = batch.at(-1)?.arrivalUs ?? this.newestUs;
    for (const { event } of batch) if (event.type === 'order') this.algorithms.set(event.order_id, event.algorithm ?? 'NONE');
  }

  /** Asks the service for the newest orders, each by its own status. */
  async look(url: string): Promise<Overview> {
    const states: Record<string, number> = {};
    const algorithms: Record<string, number> = {};
    const examples: Record<string, string> = {};
    const alerts: { orderId: string; text: string }[] = [];
    let now = '';
    const newest = [...this.algorithms].slice(-ORDERS_ASKED_MAX);
    for (const [orderId, algorithm] of newest) {
      const status = await statusOf(url, orderId);
      if (status === undefined) continue;
      states[status.state] = (states[status.state] ?? 0) + 1;
      algorithms[algorithm] = (algorithms[algorithm] ?? 0) + 1;
      examples[status.state] = orderId;
      if (status.last_updated > now) now = status.last_updated;
      for (const alert of status.active_alerts) alerts.push({ orderId, text: `${alert.alert_type} ${alert.severity}: ${alert.recommendation}` });
    }
    return { now, orders: newest.length, states, algorithms, alerts, examples };
  }
}

async function statusOf(url: string, orderId: string): Promise<Status | undefined> {
  const answer = await fetch(`${url}/api/v1/monitoring/${encodeURIComponent(orderId)}/status`);
  return answer.ok ? ((await answer.json()) as Status) : undefined;
}

export function describeOverview({ now, orders, states, algorithms, alerts }: Overview): string {
  const counts = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    `${now.slice(0, 19).replace('T', ' ')} UTC of the simulated day, ${orders} orders`,
    `  states      ${counts(states)}`,
    `  algorithms  ${counts(algorithms)}`,
    `  alerts      ${alerts.length} active${alerts.length === 0 ? '' : ':'}`,
    ...alerts.slice(0, ALERTS_SHOWN_MAX).map(({ orderId, text }) => `    ${orderId}  ${text}`),
    ...(alerts.length > ALERTS_SHOWN_MAX ? [`    and ${alerts.length - ALERTS_SHOWN_MAX} more`] : []),
  ].join('\n');
}

export function whatToLookAt(url: string, { alerts, examples }: Overview): string {
  const trading = alerts[0]?.orderId ?? examples['PARTIALLY_FILLED'] ?? Object.values(examples)[0] ?? 'ORDER';
  const ended = examples['FILLED'] ?? trading;
  return [
    'Look at',
    `  an order with an alert    curl -s ${url}/api/v1/monitoring/${trading}/status`,
    `  what a finished one cost  curl -s '${url}/api/v1/monitoring/${ended}/analytics?explain=true'`,
    `  its stream, live          ${url.replace('http', 'ws')}/api/v1/monitoring/${trading}/stream`,
    `  the service itself        curl -s ${url}/health/ready`,
    `  everything it answers     ${url}/openapi.json`,
    'Ctrl-C ends it; nothing of it stays.',
  ].join('\n');
}
