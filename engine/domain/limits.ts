/**
 * Every maximum of the house, by name. What does not fit is refused with a code of `errors.ts`; nothing grows unbounded.
 *
 * The ring sizes follow from the batch sizes: an accepted batch is written to the journal and then must fit in every
 * shard's mailbox, so intake answers 503 while any mailbox has less than `MAILBOX_RESERVE_BYTES` free.
 */

export const ORDER_ID_CHARS_MAX = 100;
/** For exec_id, child_order_id, event_id and the like. */
export const ID_CHARS_MAX = 128;
export const SYMBOL_CHARS_MAX = 32;
/** For venue, account, desk, trader, strategy, reason and the like. */
export const LABEL_CHARS_MAX = 256;
export const SCHEDULE_KNOTS_MAX = 1_000;
export const VOLUME_CURVE_POINTS_MAX = 1_440;
export const TRADE_CONDITIONS_MAX = 16;

/** Prices, quantities and the like: wide enough for any market, and no sum of products leaves the doubles. */
export const NUMBER_MAX = 1e15;
export const NUMBER_MIN = 1e-12;

export const BODY_BYTES_MAX = 1 << 20;
export const BATCH_EVENTS_MAX = 10_000;
export const IDEMPOTENCY_KEY_CHARS_MAX = 255;

/** WebSocket intake, one connection: batches that may be without an answer at a time, and bytes of their frames. */
export const INTAKE_CREDITS_MAX = 64;
export const INTAKE_CREDIT_BYTES_MAX = 4 << 20;
/** Bytes of its answers that wait for the disk or for their reader; beyond it batches are refused until some have left. */
export const INTAKE_ANSWER_BYTES_MAX = 1 << 20;
/** Bytes of answers that its socket keeps for a slow reader; the others stay unanswered, and hold their credit. */
export const INTAKE_SOCKET_BYTES_MAX = 64 << 10;
/** All connections together: frames without an answer and answers that wait. */
export const INTAKE_TOTAL_BYTES_MAX = 64 << 20;
export const INTAKE_CONNECTIONS_MAX = 256;
/** What a batch that was refused for lack of room is told to wait. */
export const INTAKE_RETRY_AFTER_MS = 100;

/** What whoever sends events is told to wait while the disk is full. */
export const DISK_FULL_RETRY_AFTER_MS = 1_000;

/** An event_id and an Idempotency-Key are remembered at least this long. */
export const IDENTITY_RETENTION_US = 24 * 3_600 * 1_000_000;

export const ORDERS_MAX = 1 << 20;
export const SYMBOLS_MAX = 1 << 16;

/** Records waiting for an order that is not announced yet, of one order and of all. */
export const PARKED_PER_ORDER_MAX = 4_096;
export const PARKED_BYTES_MAX = 4 << 20;

/** Corrections and busts of one shard that wait for the execution they name; more are flagged as not fitting. */
export const AMENDMENTS_WAITING_MAX = 1 << 16;

/** Last fills of an order that another may come before without the order being folded from nothing: at first, and where more came before one. */
export const FOLD_TRAIL_FILLS_MIN = 512;
export const FOLD_TRAIL_FILLS_MAX = 1 << 14;
/** Of all orders of a shard that know more than the first so many. */
export const FOLD_TRAILS_BYTES_MAX = 64 << 20;

export const MAILBOX_BYTES = 32 << 20;
/** Largest batch as records (10,000 events, a 1 MiB body) and everything parked that it may set free. */
export const MAILBOX_RESERVE_BYTES = 12 << 20;
/**
 * Room besides, which a connection of the WebSocket intake finds only when nothing of it was taken for INTAKE_TURN_MS: who sends without
 * waiting for answers would take each bit of room that comes, and who sends now and then would be refused again and again.
 */
export const MAILBOX_TURN_BYTES = 4 << 20;
export const INTAKE_TURN_MS = 100;
export const CHANGES_RING_BYTES = 1 << 18;
export const ALERTS_RING_BYTES = 1 << 20;
export const ROWS_RING_BYTES = 8 << 20;

/** Of the warm-up, which has rows of its own. */
export const PRACTICE_ORDERS_MAX = 1_024;

export const SEGMENT_BYTES_MAX = 64 << 20;

/** Trades and quotes kept of one symbol, or up to an eighth less (tape-window.ts); what is older leaves the window and is said in `coverage`. */
export const TRADES_PER_SYMBOL_MAX = 1 << 18;
export const QUOTES_PER_SYMBOL_MAX = 1 << 18;
/**
 * Fills that take what they need of quotes that have left, with each quote that comes; an order counts as one more. A fill is
 * looked at six times in all, once for each need: all are done before more quotes leave where a symbol
 * has no more fills than quotes. Orders that were loaded from a snapshot are looked at from their first fill once.
 */
export const DEPARTED_FILLS_PER_QUOTE = 8;

export const TICK_INTERVAL_US = 10_000;
/** How often the main thread looks whether a shard still moves; one that did not for so many looks in a row is ended, and started again. */
export const SHARD_LOOK_MS = 100;
export const SHARD_SILENT_LOOKS_MAX = 20;
/** While it reads a snapshot or answers a question about an order, which may have very many fills. */
export const SHARD_PATIENT_LOOKS_MAX = 600;
/** `--clock event`: a gap between events is crossed in steps of one second, but at most this many. */
export const GAP_TICKS_MAX = 3_600;

/** Orders that leave the memory of one shard in a second of `now`; what is due beyond that waits for the next. */
export const EVICTIONS_PER_SECOND_MAX = 64;
/** Their fills together: an explained answer costs as many. One order may have more. */
export const EVICTED_FILLS_PER_SECOND_MAX = 2_048;
/** Characters of one row of stored analytics; a longer answer has several rows. */
export const ANALYTICS_PART_CHARS_MAX = 1 << 16;

/** Alert frames kept of one order, for streams that resume. */
export const ALERT_HISTORY_PER_ORDER_MAX = 256;
