/**
 * One client: sends batch after batch through its door, keeps its ledger, and after a fault sends again what had no answer, as a
 * real client does. A batch that was answered is now and then sent again too.
 */

import { setTimeout as sleep } from 'node:timers/promises';

import type { RandomStream } from '../../simulation/random/random-stream.ts';
import type { LaneLedger, LedgerBatch } from '../ledger/ledger.ts';
import { type Door, type DoorName, openDoor, type Outcome } from './doors.ts';
import type { BatchPlanner } from './plan-batch.ts';
import type { SessionBook } from './sessions.ts';

const REFUSED_RETRY_MS = 20;
const AGAIN_SHARE = 0.05;
const SESSION_SHARE = 0.05;

export interface LaneParts {
  readonly door: DoorName;
  readonly ledger: LaneLedger;
  readonly planner: BatchPlanner;
  readonly sessions: SessionBook;
  readonly random: RandomStream;
}

export class Lane {
  readonly ledger: LaneLedger;
  readonly sessions: SessionBook;
  private readonly doorName: DoorName;
  private readonly planner: BatchPlanner;
  private readonly random: RandomStream;
  /** Why it stopped sending, of the last run. */
  lastWhy = '';
  refusals: string[] = [];

  constructor({ door, ledger, planner, sessions, random }: LaneParts) {
    this.doorName = door;
    this.ledger = ledger;
    this.planner = planner;
    this.sessions = sessions;
    this.random = random;
  }

  /**
   * Sends until `mayGoOn` says no, or until a batch gets no answer. What is open is sent first; with `isDraining` nothing else.
   * True when nothing is left open.
   */
  async run(url: string, mayGoOn: () => boolean, isDraining = false): Promise<boolean> {
    let door: Door;
    try {
      door = await openDoor(this.doorName, url);
    } catch (error) {
      this.lastWhy = String(error);
      return false;
    }
    try {
      while (mayGoOn() && !(isDraining && this.ledger.open.length === 0)) {
        if (!isDraining) while (this.ledger.open.length < door.batchesAtOnce) this.ledger.open.push(this.planner.next());
        if (!(await this.sendOpen(door))) return false;
        if (isDraining) continue;
        const { acknowledged } = this.ledger;
        if (acknowledged.length > 0 && this.random.chance(AGAIN_SHARE) && !(await this.sendAgain(door, this.random.pick(acknowledged)))) return false;
        if (this.random.chance(SESSION_SHARE)) await this.sessions.start(url, this.planner.orderIds, this.random);
      }
    } finally {
      door.close();
    }
    return this.ledger.open.length === 0;
  }

  /** Puts a batch that the service must accept something of behind what is open. */
  planAhead(eventsMax: number): void {
    for (;;) {
      const batch = this.planner.next(eventsMax);
      this.ledger.open.push(batch);
      if (batch.events.some(({ expected }) => expected === 'accepted')) return;
    }
  }

  /** Sends some of what was answered in its whole life; nothing of it may count. Returns how many batches. */
  repeat(url: string, count: number): Promise<number> {
    return this.repeatThese(url, Array.from({ length: this.ledger.acknowledged.length === 0 ? 0 : count }, () => this.random.pick(this.ledger.acknowledged)));
  }

  /** All of it, in its order. */
  repeatAll(url: string): Promise<number> {
    return this.repeatThese(url, [...this.ledger.acknowledged]);
  }

  private async repeatThese(url: string, batches: readonly LedgerBatch[]): Promise<number> {
    const door = await openDoor(this.doorName, url);
    let repeated = 0;
    for (const batch of batches) if (await this.sendAgain(door, batch)) repeated++;
    door.close();
    return repeated;
  }

  /** One round of what is open; false when some of it got no answer. */
  private async sendOpen(door: Door): Promise<boolean> {
    const round = this.ledger.open.slice(0, door.batchesAtOnce);
    const outcomes = await Promise.all(round.map((batch) => this.send(door, batch)));
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.is === 'answered') this.ledger.acknowledge(round[i]!, outcome.answer);
    }
    return this.goesOn(outcomes);
  }

  private async sendAgain(door: Door, batch: LedgerBatch): Promise<boolean> {
    const outcome = await this.send(door, batch);
    if (outcome.is === 'answered') this.ledger.acknowledgeAgain(batch, outcome.answer);
    return this.goesOn([outcome]);
  }

  private send(door: Door, batch: LedgerBatch): Promise<Outcome> {
    batch.attempts++;
    return door.send(batch);
  }

  private async goesOn(outcomes: readonly Outcome[]): Promise<boolean> {
    const lost = outcomes.find((outcome) => outcome.is === 'unanswered');
    if (lost !== undefined) {
      this.lastWhy = lost.why;
      return false;
    }
    const refused = outcomes.find((outcome) => outcome.is === 'refused');
    if (refused !== undefined) {
      this.refusals.push(refused.code);
      await sleep(REFUSED_RETRY_MS);
    }
    return true;
  }
}
