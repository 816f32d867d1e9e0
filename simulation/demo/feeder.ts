/**
 * Feeds simulated events into a running service at a multiple of their own time, with a first stretch as fast as it is
 * acknowledged. One batch is in flight at a time, so events arrive in order. It owns the pace.
 */

import { setTimeout as sleep } from 'node:timers/promises';

import type { EventClient } from '../../gateway/replay/event-client.ts';
import type { Delivered } from '../delivery/delivery.ts';

const BATCH_EVENTS_MAX = 2_000;
const SLEEP_MS = 20;
const US_PER_MS = 1_000;

export interface FeedOptions {
  readonly client: EventClient;
  /** Event time passes this many times as fast as the wall clock. */
  readonly speed: number;
  /** Events that arrive before this moment are sent without waiting. */
  readonly fastUntilUs: number;
  readonly signal: AbortSignal;
  onSent(batch: readonly Delivered[]): void;
}

/** Returns when all is sent or the signal says so. Throws what the client throws. */
export async function feed(events: Iterable<Delivered>, { client, speed, fastUntilUs, signal, onSent }: FeedOptions): Promise<void> {
  let batch: Delivered[] = [];
  let fromUs = Number.NaN;
  let fromMs = Number.NaN;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await client.post(batch.map(({ event }) => JSON.stringify(event)));
    onSent(batch);
    batch = [];
  };
  for (const delivered of events) {
    if (signal.aborted) return;
    if (delivered.arrivalUs >= fastUntilUs) {
      if (Number.isNaN(fromUs)) [fromUs, fromMs] = [delivered.arrivalUs, performance.now()];
      while (performance.now() - fromMs < (delivered.arrivalUs - fromUs) / US_PER_MS / speed && !signal.aborted) {
        await flush();
        await sleep(SLEEP_MS);
      }
    }
    batch.push(delivered);
    if (batch.length >= BATCH_EVENTS_MAX) await flush();
  }
  await flush();
}
