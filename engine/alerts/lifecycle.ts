/**
 * The life of an alert: PENDING while its condition has not held long enough, FIRING, RESOLVED. One live alert a key
 * (order, type, scope); each time it fires anew is an episode, each change inside one a revision.
 *
 * Time is `now`, the latest tick, so a replay has the same lives.
 */

import { SEVERITIES, type Severity } from '../domain/enums.ts';
import { US_PER_SECOND } from '../domain/units.ts';
import type { Verdict } from './rules.ts';

/** A condition must hold this long before its alert fires. */
export const HOLD_US = 3 * US_PER_SECOND;

export interface AlertLife {
  state: 'IDLE' | 'PENDING' | 'FIRING';
  pendingSinceUs: number;
  /** Counts from 1; 0 before the first. */
  episode: number;
  revision: number;
  severity: Severity;
}

export function newLife(): AlertLife {
  return { state: 'IDLE', pendingSinceUs: 0, episode: 0, revision: 0, severity: 'LOW' };
}

export type Transition = 'fired' | 'escalated' | 'resolved' | undefined;

/** Moves a life by one evaluation. The transition, if any, is what the world is told. */
export function advance(life: AlertLife, verdict: Verdict, nowUs: number): Transition {
  if (life.state === 'FIRING') {
    if (verdict.clears) return resolve(life);
    if (verdict.fires && SEVERITIES.indexOf(verdict.severity) > SEVERITIES.indexOf(life.severity)) {
      life.severity = verdict.severity;
      life.revision++;
      return 'escalated';
    }
    return undefined;
  }
  if (!verdict.fires) {
    life.state = 'IDLE';
    return undefined;
  }
  if (life.state === 'IDLE') {
    life.state = 'PENDING';
    life.pendingSinceUs = nowUs;
  }
  if (nowUs - life.pendingSinceUs < HOLD_US) return undefined;
  life.state = 'FIRING';
  life.episode++;
  life.revision = 1;
  life.severity = verdict.severity;
  return 'fired';
}

/** Ends a life because its order has ended or its condition is over. */
export function resolve(life: AlertLife): Transition {
  const wasFiring = life.state === 'FIRING';
  life.state = 'IDLE';
  if (!wasFiring) return undefined;
  life.revision++;
  return 'resolved';
}
