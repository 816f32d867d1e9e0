import { Type } from '@sinclair/typebox';

import { EVENT_SCHEMAS } from '../../../engine/domain/events.ts';
import { BATCH_EVENTS_MAX } from '../../../engine/domain/limits.ts';
import { BatchAnswer } from '../../../engine/domain/monitoring.ts';
import { BATCH_MEDIA_TYPES } from '../../ingest/decode-batch.ts';
import { postEvents as handlePostEvents } from '../../ingest/post-events.ts';
import { route } from '../route.ts';

/** POST /api/v1/events: a batch of input events; answered once what was accepted is durable. */
export const postEvents = route({
  method: 'POST',
  path: '/api/v1/events',
  summary: 'Send a batch of input events',
  requestHeaders: { 'Idempotency-Key': 'The same key with the same body gets the same answer and has no second effect, for at least 24 hours.' },
  request: {
    schema: Type.Array(Type.Union(Object.values(EVENT_SCHEMAS)), { maxItems: BATCH_EVENTS_MAX }),
    mediaTypes: BATCH_MEDIA_TYPES,
  },
  responses: { 200: { description: 'What was accepted is durable', schema: BatchAnswer } },
  errors: [
    'malformed_body', 'bad_request', 'validation_failed', 'media_type_unsupported', 'body_too_large', 'batch_too_large',
    'idempotency_key_reused', 'origin_refused', 'overloaded', 'not_ready', 'disk_full', 'journal_failed',
  ],
  handle: handlePostEvents,
});
