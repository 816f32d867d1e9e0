/** What the service says of an order, asked over HTTP. */

import { setTimeout as sleep } from 'node:timers/promises';

const ANSWER_MS_MAX = 10_000;
const POLL_MS = 20;

export type Json = Readonly<Record<string, unknown>>;

export interface Health {
  readonly rebuilding_shards: readonly number[];
  readonly shard_restarts: number;
  readonly journal: { readonly last_sequence: number };
  readonly storage: { readonly connected: boolean; readonly committed_sequence: number; readonly held_rows: number; readonly spilled_rows: number; readonly error?: string };
}

/** Undefined for an order that the service does not know. A 503 says "again". */
export async function getOrder(url: string, orderId: string, leaf: 'status' | 'analytics'): Promise<Json | undefined> {
  for (const untilMs = performance.now() + ANSWER_MS_MAX; ; await sleep(POLL_MS)) {
    const response = await fetch(new URL(`/api/v1/monitoring/${encodeURIComponent(orderId)}/${leaf}`, url), { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    const text = await response.text();
    if (response.status === 404) return undefined;
    if (response.status === 200) return JSON.parse(text) as Json;
    if (response.status !== 503 || performance.now() > untilMs) throw new Error(`GET ${leaf} of ${orderId}: ${response.status} ${text}`);
  }
}

/** Its body, ready or not. */
export async function getHealth(url: string): Promise<{ readonly status: number; readonly body: Health }> {
  const response = await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  return { status: response.status, body: (await response.json()) as Health };
}

/** Of all its state after some sequence. */
export async function getStateHash(url: string): Promise<{ readonly sequence: number; readonly hash: string }> {
  const response = await fetch(new URL('/health/ready?verbose', url), { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  return ((await response.json()) as { readonly state: { readonly sequence: number; readonly hash: string } }).state;
}

/** Resolves when rows up to a sequence are in the database; false when that takes too long. */
export async function isStoredThrough(url: string, sequence: number, limitMs: number): Promise<boolean> {
  for (const untilMs = performance.now() + limitMs; performance.now() < untilMs; await sleep(POLL_MS)) {
    if ((await getHealth(url)).body.storage?.committed_sequence >= sequence) return true;
  }
  return false;
}
