/** The port to time: what the storage agent needs of it. A simulation has another one, in which time passes when it wants it to. */

import { performance } from 'node:perf_hooks';

export interface AgentClock {
  /** Since some moment, ms; it never goes back. */
  nowMs(): number;

  /** Of this machine, since 1970. */
  wallUs(): number;

  /** Calls once so long has passed, unless what it returns is called before. */
  after(ms: number, call: () => void): () => void;

  /** Resolves when everybody else on this thread had a turn. */
  turn(): Promise<void>;
}

export const machineClock: AgentClock = {
  nowMs: () => performance.now(),
  wallUs: () => Date.now() * 1_000,
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};
