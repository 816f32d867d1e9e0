/** What a client has to know of `POST /api/v1/events`: where it is, what it asks with, and what a good answer says. */

import type { BatchAnswer } from '../../engine/domain/monitoring.ts';
import { CONTENT_TYPES } from '../workload/batches.ts';
import type { Answer } from './http-lane.ts';

export const EVENTS_PATH = '/api/v1/events';
export const JSON_HEADERS = `content-type: ${CONTENT_TYPES.json}\r\n`;
/** Names the order of a request that is one fill; for the floor, which does not read bodies. The service ignores it. */
export const ORDER_HEADER = 'x-bench-order';

const SHOWN_CHARS_MAX = 300;

export const orderHeader = (orderId: string): string => `${ORDER_HEADER}: ${orderId}\r\n`;

/** What is wrong with an answer, if anything. `eventCount` undefined: only the status is looked at. */
export function faultOf({ status, body }: Answer, eventCount: number | undefined): string | undefined {
  if (status !== 200) return `HTTP ${status} ${body.slice(0, SHOWN_CHARS_MAX)}`;
  if (eventCount === undefined) return undefined;
  const { accepted } = JSON.parse(body) as BatchAnswer;
  return accepted === eventCount ? undefined : `${accepted} of ${eventCount} events accepted: ${body.slice(0, SHOWN_CHARS_MAX)}`;
}
