/** All clients together: under load for a while, and after a fault what they have to send again. */

import { setTimeout as sleep } from 'node:timers/promises';

import { RandomStream } from '../../simulation/random/random-stream.ts';
import { LaneLedger } from '../ledger/ledger.ts';
import { DOOR_NAMES } from './doors.ts';
import { Lane } from './lane.ts';
import { BatchPlanner } from './plan-batch.ts';
import { SessionBook } from './sessions.ts';

const DRAIN_MS_MAX = 30_000;
/** For so much load as a case asks for, on a machine that has other things to do too. */
const REACHED_MS_MAX = 30_000;
const POLL_MS = 1;

export interface RunningLoad {
  /** The lanes send no more than what they have in hand. */
  stop(): Promise<void>;
  /** Resolves when every lane has stopped, by itself or because it was told to. */
  readonly stopped: Promise<void>;
}

export class Load {
  readonly lanes: readonly Lane[];
  private readonly onFault: (fault: string) => void;

  /** One lane a door, so that every door is used; all of it follows from the seed. */
  constructor(seed: number, onFault: (fault: string) => void) {
    this.onFault = onFault;
    this.lanes = DOOR_NAMES.map((door, i) => {
      const random = new RandomStream(seed, `lane ${door}`);
      return new Lane({
        door,
        ledger: new LaneLedger(door, onFault),
        planner: new BatchPlanner(`s${seed}l${i}`, new RandomStream(seed, `plan ${door}`)),
        sessions: new SessionBook(onFault),
        random,
      });
    });
  }

  get acknowledgedEvents(): number {
    return this.lanes.reduce((sum, { ledger }) => sum + ledger.eventCount, 0);
  }

  get openBatches(): number {
    return this.lanes.reduce((sum, { ledger }) => sum + ledger.open.length, 0);
  }

  /** Highest sequence that any lane was told. */
  get lastSequence(): number {
    // Not one call with all of them as its arguments: a long run has more than fit on the stack.
    return this.lanes.reduce((newest, { ledger }) => ledger.acknowledged.reduce((ofLane, { answer }) => Math.max(ofLane, answer!.sequence), newest), 0);
  }

  start(url: string): RunningLoad {
    let mayGoOn = true;
    const stopped = Promise.all(this.lanes.map((lane) => lane.run(url, () => mayGoOn))).then(() => undefined);
    return {
      stopped,
      stop: () => {
        mayGoOn = false;
        return stopped;
      },
    };
  }

  /** Resolves when so many more events are acknowledged than `before`. */
  async reaches(before: number, events: number): Promise<void> {
    for (const untilMs = performance.now() + REACHED_MS_MAX; this.acknowledgedEvents < before + events; await sleep(POLL_MS)) {
      if (performance.now() < untilMs) continue;
      this.onFault(`only ${this.acknowledgedEvents - before} of ${events} events were acknowledged within ${REACHED_MS_MAX} ms: ${this.lanes.map(({ lastWhy }) => lastWhy).join(', ')}`);
      return;
    }
  }

  /** Load until so many events are acknowledged, without a fault in it. */
  async runThrough(url: string, events: number): Promise<void> {
    const before = this.acknowledgedEvents;
    const running = this.start(url);
    await this.reaches(before, events);
    await running.stop();
  }

  /** Sends what has no answer until it has one, and again some of what was answered before. */
  async resend(url: string, repeats: number): Promise<number> {
    const untilMs = performance.now() + DRAIN_MS_MAX;
    const counts = await Promise.all(
      this.lanes.map(async (lane) => {
        if (!(await lane.run(url, () => performance.now() < untilMs, true))) this.onFault(`${lane.ledger.lane}: what had no answer gets none when it is sent again: ${lane.lastWhy}`);
        return lane.repeat(url, repeats);
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }
}
