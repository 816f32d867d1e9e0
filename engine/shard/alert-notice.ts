/** What a shard tells the world about a change of an alert: the specification's event with the alert's state around it. */

import { createHash } from 'node:crypto';

import type { AlertType, Severity } from '../domain/enums.ts';

export interface AlertNotice {
  readonly orderNo: number;
  readonly sequence: number;
  readonly timestampUs: number;
  readonly eventId: string;
  readonly revision: number;
  readonly orderId: string;
  readonly alertType: AlertType;
  readonly scope: string;
  readonly state: 'FIRING' | 'RESOLVED';
  readonly severity: Severity;
  readonly currentProgress: number;
  readonly expectedProgress: number;
  readonly executionSpeed: number;
  readonly costEfficiency: number;
  readonly recommendation: string;
}

/** Namespace of this product's alert episodes. */
const NAMESPACE = Buffer.from('5f0d7c1e0b7e4c0a9a3e6a1f2d4b8c90', 'hex');

/** UUIDv5 (RFC 9562) of an alert's episode: the same episode has the same id in every replay. */
export function alertEventId(orderId: string, alertType: AlertType, scope: string, episode: number): string {
  const name = JSON.stringify([orderId, alertType, scope, episode]);
  const bytes = createHash('sha1').update(NAMESPACE).update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
