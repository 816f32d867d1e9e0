/**
 * Asks all shards for the hash of their state at one sequence. The question goes into every mailbox in one turn, behind the same
 * record, and the main thread's own part is made in that turn: so all parts are of the newest sequence then, whenever they come.
 *
 * It costs every thread time in proportion to what it has in memory. Who asks while a round is under way gets its answer.
 */

import type { Router } from './sequencer/router.ts';
import type { Sequencer } from './sequencer/sequencer.ts';
import type { ShardHash } from './shard/state-hash.ts';
import { hashOfParts, hashSequencer, type StateHash } from './snapshot/state-hash.ts';

const ROUND_MS_MAX = 30_000;

export class HashRounds {
  private readonly router: Router;
  private readonly sequencer: Sequencer;
  private rounds = 0;
  private answers: (ShardHash | undefined)[] = [];
  private running: Promise<StateHash | undefined> | undefined;
  private onComplete: (() => void) | undefined;

  constructor(router: Router, sequencer: Sequencer) {
    this.router = router;
    this.sequencer = sequencer;
  }

  /** Undefined when a mailbox is full or a shard does not answer in time. Rejects when the shards contradict one another. */
  ask(): Promise<StateHash | undefined> {
    this.running ??= this.run().finally(() => (this.running = undefined));
    return this.running;
  }

  onHashed(round: number, shard: number, hash: ShardHash): void {
    if (round !== this.rounds) return;
    this.answers[shard] = hash;
    if (this.answers.every((answer) => answer !== undefined)) this.onComplete?.();
  }

  private async run(): Promise<StateHash | undefined> {
    this.answers = Array.from({ length: this.router.shardCount }, () => undefined);
    if (!this.router.askForHash(++this.rounds)) return undefined;
    const { lastSequence } = this.sequencer;
    const ofSequencer = hashSequencer(this.sequencer);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.onComplete = resolve;
      timer = setTimeout(resolve, ROUND_MS_MAX);
    });
    clearTimeout(timer);
    const shards = this.answers.filter((answer) => answer !== undefined);
    return shards.length < this.router.shardCount ? undefined : hashOfParts(lastSequence, ofSequencer, shards);
  }
}
