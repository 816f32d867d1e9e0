/** Questions to shards that are answered out of band, each with the time that it may take. */

import type { Router } from './sequencer/router.ts';
import type { Question, ShardAnswer } from './domain/question.ts';

const QUERY_MS_MAX = 5_000;

interface Asked {
  readonly shard: number;
  settle(answer: ShardAnswer | undefined): void;
}

export class ShardQueries {
  private readonly router: Router;
  private readonly asked = new Map<number, Asked>();
  private queryCount = 0;

  constructor(router: Router) {
    this.router = router;
  }

  /** Undefined when the shard cannot be asked or does not answer in time. */
  ask(shard: number, orderNo: number, question: Question, msMax = QUERY_MS_MAX): Promise<ShardAnswer | undefined> {
    const queryId = ++this.queryCount;
    if (!this.router.query(shard, queryId, orderNo, question)) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.settle(queryId, undefined), msMax);
      this.asked.set(queryId, {
        shard,
        settle: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
      });
    });
  }

  settle(queryId: number, answer: ShardAnswer | undefined): void {
    this.asked.get(queryId)?.settle(answer);
    this.asked.delete(queryId);
  }

  /** A shard will not answer any more. */
  giveUp(shard: number): void {
    for (const [queryId, asked] of this.asked) if (asked.shard === shard) this.settle(queryId, undefined);
  }
}
