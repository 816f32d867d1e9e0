/**
 * The catalogue of errors: each code with its HTTP status and title. A code is stable, its detail is for people.
 * Codes with status 200 are only ever given for single events inside an answered batch, over HTTP and WebSocket alike.
 */

export const ERRORS = {
  // whole requests
  malformed_body: { status: 400, title: 'The body cannot be read' },
  bad_request: { status: 400, title: 'The request is not valid HTTP for this service' },
  order_id_malformed: { status: 422, title: 'The order id in the path is not valid' },
  query_malformed: { status: 400, title: 'A query parameter is not valid' },
  not_found: { status: 404, title: 'There is nothing at this path' },
  order_not_found: { status: 404, title: 'No such order' },
  method_not_allowed: { status: 405, title: 'The method is not allowed at this path' },
  upgrade_required: { status: 426, title: 'This path is a WebSocket' },
  body_too_large: { status: 413, title: 'The body is over the limit' },
  media_type_unsupported: { status: 415, title: 'The content type is not supported' },
  validation_failed: { status: 422, title: 'A field is not valid' },
  batch_too_large: { status: 413, title: 'The batch has too many events' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used with another body' },
  transfer_coding_unsupported: { status: 501, title: 'The transfer coding is not supported' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  header_too_large: { status: 431, title: 'The request headers are over the limit' },
  internal_error: { status: 500, title: 'The service failed to answer' },
  history_gone: { status: 410, title: 'The journal does not go back that far any more' },
  overloaded: { status: 503, title: 'The service is overloaded, try again' },
  not_ready: { status: 503, title: 'The service is not ready' },
  disk_full: { status: 507, title: 'The disk is full; no events are taken until there is room' },
  journal_failed: { status: 503, title: 'The journal cannot be written; nothing is acknowledged' },
  capacity_reached: { status: 503, title: 'A table of the service is full' },
  shard_rebuilding: { status: 503, title: 'The shard of this order is being rebuilt' },
  shard_silent: { status: 503, title: 'The shard of this order did not answer in time' },
  database_unavailable: { status: 503, title: 'The database does not answer; what is in memory is served' },
  origin_refused: { status: 403, title: 'Pages of another origin may not connect' },
  // batches and frames of the WebSocket intake; the status is that of the like over HTTP
  predecessor_refused: { status: 409, title: 'The batch that this one is to follow was not taken' },
  frame_malformed: { status: 400, title: 'The frame cannot be read' },
  frame_encoding_wrong: { status: 415, title: 'The frame is not in the encoding of the connection' },
  batch_number_invalid: { status: 422, title: 'The batch number is missing or does not rise' },
  credit_exceeded: { status: 429, title: 'More was sent than there was credit for' },
  // single events of a batch
  event_malformed: { status: 200, title: 'The event does not fit its schema' },
  event_type_unknown: { status: 200, title: 'The event has an unknown type' },
  order_conflict: { status: 200, title: 'Another order is known under this order_id' },
  execution_conflict: { status: 200, title: 'Another execution is known under this exec_id' },
  route_conflict: { status: 200, title: 'Another child order is known under this child_order_id' },
  event_id_conflict: { status: 200, title: 'Another event is known under this event_id' },
  symbol_mismatch: { status: 200, title: 'The order is one of another symbol' },
  order_mismatch: { status: 200, title: 'The child order or execution belongs to another order' },
  parking_full: { status: 200, title: 'Too many events wait for orders that are not announced' },
  event_capacity_reached: { status: 200, title: 'A table of the service is full' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERRORS;
