/**
 * The replay itself: recordings -> merge -> pace -> batches -> service, and a count of what became of the events.
 *
 * It is a client of the public API like any other and knows nothing of the engine. It owns the cutting into batches; the
 * next batch is gathered while one is in flight.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { EventClient } from './event-client.ts';
import { mergeSources } from './merge-sources.ts';
import { openSources, type Format } from './open-sources.ts';
import { Pace, type Speed } from './pace.ts';
import type { ReplayEvent } from './replay-event.ts';

export interface ReplayOptions {
  readonly files: readonly string[];
  readonly url: string;
  readonly speed: Speed;
  readonly format: Format;
  /** Most events in one batch, 1 to BATCH_EVENTS_MAX. */
  readonly batchEventsMax: number;
  readonly symbol?: string | undefined;
  readonly date?: string | undefined;
}

/** One event that the service refused. */
export interface Rejection {
  /** 0-based place among all events of the replay. */
  readonly index: number;
  readonly code: string;
  readonly detail: string;
  readonly file: string;
  readonly line: number;
}

export interface ReplaySummary {
  readonly events: number;
  readonly batches: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** The first REJECTIONS_KEPT_MAX of the rejected. */
  readonly rejections: readonly Rejection[];
  /** The last sequence the service named; null when no batch was sent. */
  readonly sequence: number | null;
  readonly retries: number;
  readonly elapsedMs: number;
  /** The furthest behind the asked pace, ms. */
  readonly lagMsMax: number;
}

export const BATCH_EVENTS_DEFAULT = 1_000;
export const BATCH_EVENTS_MAX = 10_000;
/** A batch ends before this size too: half of what a service takes by default. A single larger event goes alone. */
export const BATCH_BYTES_MAX = 512 * 1024;
export const REJECTIONS_KEPT_MAX = 10;

/** A single timer may not be longer than 2^31 ms. */
const SLEEP_MS_MAX = 60_000;

/** Plays the files and returns when the last batch is acknowledged. Throws ReplayError; what was acknowledged stays. */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const startMs = performance.now();
  const sources = await openSources(options.files, options.format, options);
  const pace = new Pace(options.speed);
  const sender = new BatchSender(new EventClient(options.url), options.batchEventsMax);
  for await (const event of mergeSources(sources)) {
    if (pace.delayMs(event.timestampNs) > 0) {
      await sender.flush();
      await untilDue(pace, event);
    }
    if (!sender.hasRoomFor(event)) await sender.flush();
    sender.add(event);
  }
  await sender.flush();
  return { ...(await sender.finish()), elapsedMs: performance.now() - startMs, lagMsMax: pace.lagMsMax };
}

async function untilDue(pace: Pace, event: ReplayEvent): Promise<void> {
  for (;;) {
    const delayMs = pace.delayMs(event.timestampNs);
    if (delayMs === 0) return;
    await sleep(Math.min(delayMs, SLEEP_MS_MAX));
  }
}

/** Gathers events and sends them, one batch in flight. */
class BatchSender {
  readonly #client: EventClient;
  readonly #batchEventsMax: number;
  readonly #rejections: Rejection[] = [];
  #pending: ReplayEvent[] = [];
  #pendingBytes = 0;
  #inFlight: Promise<void> = Promise.resolve();
  #events = 0;
  #batches = 0;
  #accepted = 0;
  #duplicates = 0;
  #rejected = 0;
  #sequence: number | null = null;

  constructor(client: EventClient, batchEventsMax: number) {
    this.#client = client;
    this.#batchEventsMax = batchEventsMax;
  }

  hasRoomFor(event: ReplayEvent): boolean {
    const isSmallEnough = this.#pendingBytes + sentBytes(event) <= BATCH_BYTES_MAX;
    return this.#pending.length === 0 || (isSmallEnough && this.#pending.length < this.#batchEventsMax);
  }

  add(event: ReplayEvent): void {
    this.#pending.push(event);
    this.#pendingBytes += sentBytes(event);
  }

  /** Waits for the batch in flight and sends what is pending, without waiting for its answer. Throws what the last one threw. */
  async flush(): Promise<void> {
    await this.#inFlight;
    if (this.#pending.length === 0) return;
    const batch = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#inFlight = this.#send(batch);
    // It is awaited, and its failure thrown, at the next flush or at the end; until then it is not unhandled.
    this.#inFlight.catch(() => undefined);
  }

  async finish(): Promise<Omit<ReplaySummary, 'elapsedMs' | 'lagMsMax'>> {
    await this.#inFlight;
    return {
      events: this.#events,
      batches: this.#batches,
      accepted: this.#accepted,
      duplicates: this.#duplicates,
      rejected: this.#rejected,
      rejections: this.#rejections,
      sequence: this.#sequence,
      retries: this.#client.retries,
    };
  }

  async #send(batch: readonly ReplayEvent[]): Promise<void> {
    const firstIndex = this.#events;
    this.#events += batch.length;
    this.#batches++;
    const answer = await this.#client.post(batch.map(({ json }) => json));
    this.#accepted += answer.accepted;
    this.#duplicates += answer.duplicates;
    this.#rejected += answer.rejected.length;
    this.#sequence = answer.sequence;
    for (const { index, code, detail } of answer.rejected) {
      if (this.#rejections.length >= REJECTIONS_KEPT_MAX) return;
      const { file = '?', line = 0 } = batch[index] ?? {};
      this.#rejections.push({ index: firstIndex + index, code, detail, file, line });
    }
  }
}

/** With its line end. */
function sentBytes({ json }: ReplayEvent): number {
  return Buffer.byteLength(json) + 1;
}
