/**
 * The thread of one shard as the main thread sees it: started, told which shard it is, watched, told dead. What it shares is in its
 * channels; what is to be done when it dies is its owner's to decide (supervisor.ts).
 */

import { Worker } from 'node:worker_threads';

import { SHARD_PATIENT_LOOKS_MAX, SHARD_SILENT_LOOKS_MAX } from './domain/limits.ts';
import type { ShardBegin, ShardChannels, ShardMessage, ShardWorkerData } from './shard/channels.ts';
import { SHARD_COUNTERS, ShardCounter } from './shard/counters.ts';

const SILENT_LOOKS = 2;

export interface ShardListener {
  onMessage(shard: number, message: ShardMessage): void;
  /** It threw, ran out of memory, or hung and was ended. No message of it follows. */
  onDeath(shard: number, error: Error): void;
}

export class ShardThread {
  private readonly worker: Worker;
  private readonly listener: ShardListener;
  private channels: ShardChannels | undefined;
  private counters: Float64Array = new Float64Array(SHARD_COUNTERS);
  private beatSeen = 0;
  private inHandSeen = 0;
  private silentLooks = 0;
  private failure: Error | undefined;
  private hasStopped = false;
  private isGone = false;

  /** A spare is kept until a shard dies, and then begins with what that one knew. */
  constructor(listener: ShardListener, isSpare = false) {
    this.listener = listener;
    this.worker = new Worker(new URL('./shard-worker.js', import.meta.url), { workerData: { isSpare } satisfies ShardWorkerData, name: 'shard' });
    this.worker.on('message', (message: ShardMessage) => {
      if (message.type === 'stopped') this.hasStopped = true;
      listener.onMessage(this.channels!.shard, message);
    });
    // Told of twice: what was thrown, and then that the thread has ended.
    this.worker.on('error', (error) => (this.failure ??= error as Error));
    this.worker.on('exit', (code) => {
      this.failure ??= new Error(`its thread ended with code ${code}`);
      this.isGone = true;
      this.tellDeath();
    });
  }

  /**
   * Lets it begin as the shard of these channels, with a snapshot or with nothing; or, where its channels say so, with what its dead
   * predecessor knew. Before that it works for each of `practice`, until told to stop.
   */
  begin(channels: ShardChannels, snapshotPath?: string, practice: readonly ShardChannels[] = []): void {
    this.channels = channels;
    this.counters = new Float64Array(channels.counters);
    this.worker.postMessage({ channels, snapshotPath, practice } satisfies ShardBegin);
    // One that ended before it began dies of it now, to its listener.
    if (this.isGone) setImmediate(() => this.tellDeath());
  }

  private tellDeath(): void {
    if (!this.hasStopped && this.channels !== undefined) this.listener.onDeath(this.channels.shard, this.failure!);
  }

  /** Ends it; its listener hears nothing of that. */
  async end(): Promise<void> {
    this.hasStopped = true;
    await this.worker.terminate();
  }

  /** Whatever it is to be told, nobody hears it. */
  get hasEnded(): boolean {
    return this.isGone;
  }

  /** Sequence of the record that it is applying, 0 while it is applying none. */
  get sequenceInHand(): number {
    return this.counters[ShardCounter.SEQUENCE_IN_HAND]!;
  }

  /** It has not moved for some looks: time does not wait for it. */
  get isSilent(): boolean {
    return this.silentLooks >= SILENT_LOOKS;
  }

  counted(counter: number): number {
    return this.counters[counter]!;
  }

  /**
   * To be called at even distances: ends a thread that has not moved, within a record or on to another, for so many looks in a row, or so many more while it may take
   * its time. A machine that stood still does not count.
   */
  look(isPatient: boolean): void {
    const silentLooksMax = isPatient || this.counters[ShardCounter.IS_ANSWERING] === 1 ? SHARD_PATIENT_LOOKS_MAX : SHARD_SILENT_LOOKS_MAX;
    const beat = this.counters[ShardCounter.HEARTBEAT]!;
    const inHand = this.sequenceInHand;
    this.silentLooks = beat === this.beatSeen && inHand === this.inHandSeen ? this.silentLooks + 1 : 0;
    this.beatSeen = beat;
    this.inHandSeen = inHand;
    if (this.silentLooks < silentLooksMax || this.failure !== undefined) return;
    this.failure = new Error('its thread has hung');
    void this.worker.terminate();
  }
}
