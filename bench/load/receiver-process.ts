/** A process of the fan-out's readers: a child of the benchmark, see remote-calls.ts. */

import { monotonicUs } from '../measure/clock.ts';
import { type CountRequest, FrameCounter } from './frame-counter.ts';
import { serveCalls } from './remote-calls.ts';

let counter: FrameCounter | undefined;

function opened(): FrameCounter {
  if (counter === undefined) throw new Error('no sockets are open');
  return counter;
}

const calls = {
  /** Connects; returns when every socket is open. */
  open: async (request: CountRequest): Promise<void> => {
    counter = await FrameCounter.open(request);
  },
  /** Returns when that was, monotonic. */
  allHave: async (updates: number): Promise<number> => {
    await opened().allHave(updates);
    return monotonicUs();
  },
  counted: () => opened().counted,
  keepLast: () => opened().keepLast(),
  lastUpdates: () => opened().lastUpdates(),
  close: (): void => {
    counter?.close();
    counter = undefined;
  },
};
export type ReceiverCalls = typeof calls;

serveCalls(calls);
