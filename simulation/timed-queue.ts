/** What is to happen at which moment, in the order of time; what falls together stays in the order in which it was put in. A binary heap. */

interface Entry<T> {
  readonly timeUs: number;
  /** Breaks ties. */
  readonly number: number;
  readonly item: T;
}

export class TimedQueue<T> {
  private readonly heap: Entry<T>[] = [];
  private count = 0;

  /** Time of the first item; Infinity when nothing is left. */
  get nextUs(): number {
    return this.heap[0]?.timeUs ?? Number.POSITIVE_INFINITY;
  }

  put(timeUs: number, item: T): void {
    const entry = { timeUs, number: this.count++, item };
    const { heap } = this;
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(entry, heap[above]!)) break;
      heap[place] = heap[above]!;
      place = above;
    }
    heap[place] = entry;
  }

  /** Takes the first item off; undefined when nothing is left. */
  take(): T | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length > 0) this.sink(last!);
    return first?.item;
  }

  clear(): void {
    this.heap.length = 0;
  }

  private sink(entry: Entry<T>): void {
    const { heap } = this;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
      if (!isBefore(heap[below]!, entry)) break;
      heap[place] = heap[below]!;
      place = below;
    }
    heap[place] = entry;
  }
}

function isBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.number < b.number);
}
