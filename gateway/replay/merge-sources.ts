/**
 * Several recordings as one stream in event time.
 *
 * Stable: each source keeps its own order even where its timestamps run backwards (late arrival is part of what was
 * recorded), and at equal times the source named first goes first.
 */
import type { EventSource, ReplayEvent } from './replay-event.ts';

/** Always takes the head with the smallest timestamp. Holds one event of each source. */
export async function* mergeSources(sources: readonly EventSource[]): AsyncGenerator<ReplayEvent, void, undefined> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    const heads: (ReplayEvent | undefined)[] = [];
    for (const iterator of iterators) heads.push(await take(iterator));
    for (;;) {
      const next = earliest(heads);
      if (next === -1) return;
      yield heads[next]!;
      heads[next] = await take(iterators[next]!);
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}

async function take(iterator: AsyncIterator<ReplayEvent>): Promise<ReplayEvent | undefined> {
  const { done, value } = await iterator.next();
  return done === true ? undefined : value;
}

/** Index of the smallest timestamp, the first of equals; -1 when every source has ended. */
function earliest(heads: readonly (ReplayEvent | undefined)[]): number {
  let best = -1;
  let bestNs = 0n;
  heads.forEach((head, index) => {
    if (head === undefined || (best !== -1 && head.timestampNs >= bestNs)) return;
    best = index;
    bestNs = head.timestampNs;
  });
  return best;
}
