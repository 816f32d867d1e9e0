/** What a client has to know of `POST /api/v1/events`: where it is, what it asks with, and what a good answer says. */

import type { BatchAnswer } from '../../engine/domain/monitoring.ts';
import type { Answer } from './http-lane.ts';

export const EVENTS_PATH = '/api/v1/events';
export const JSON_HEADERS = 'content-type: application/json\r\n';
export const MSGPACK_HEADERS = 'content-type: application/msgpack\r\n';

const SHOWN_CHARS_MAX = 300;

/** What is wrong with an answer, if anything. `eventCount` undefined: only the status is looked at. */
export function faultOf({ status, body }: Answer, eventCount: number | undefined): string | undefined {
  if (status !== 200) return `HTTP ${status} ${body.slice(0, SHOWN_CHARS_MAX)}`;
  if (eventCount === undefined) return undefined;
  const { accepted } = JSON.parse(body) as BatchAnswer;
  return accepted === eventCount ? undefined : `${accepted} of ${eventCount} events accepted: ${body.slice(0, SHOWN_CHARS_MAX)}`;
}
