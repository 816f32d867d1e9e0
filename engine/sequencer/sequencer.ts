/**
 * The sequencer: gives every accepted input its place. It owns the sequence, the journal's tail and what the main thread
 * knows (registry); it is the only writer of the shards' mailboxes.
 *
 * The way of an input: identity -> record (its names defined first) -> frame -> journal queue -> mailboxes. What is read
 * back at start goes the same way from the frame on. An input is acknowledged when `durable` resolves; shards may see it
 * before.
 */

import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import type { ErrorCode } from '../domain/errors.ts';
import type { InputEvent } from '../domain/events.ts';
import { ORDERS_MAX, PARKED_BYTES_MAX } from '../domain/limits.ts';
import type { BatchAnswer, ExecutionMonitoringRequest } from '../domain/monitoring.ts';
import { METRICS } from '../domain/enums.ts';
import type { Settings } from '../domain/settings.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { parseTimestampUs } from '../domain/timestamp.ts';
import type { Journal } from '../journal/journal.ts';
import { NameKind, NONE, type RecordHead, RecordReader, RecordType, RecordWriter } from '../journal/record.ts';
import type { Frame } from '../journal/segment.ts';
import type { Memory } from '../ring/memory.ts';
import { type ClockMode, TickClock } from './clock.ts';
import { contentHash } from './content-hash.ts';
import { Delivery } from './delivery.ts';
import { Admission, PARKED_RECORD_BYTES, type Verdict } from './admission.ts';
import { canonicalJson, encodeEvent, encodeFrequent, RECORD_TYPE_OF_EVENT } from './encode-event.ts';
import { type EventNumbers, numbersOf } from './event-numbers.ts';
import type { FrequentEvents } from './frequent-events.ts';
import { frequentNumbers } from './frequent-numbers.ts';
import type { Outlet } from './outlet.ts';
import { Parking } from './parking.ts';
import { Registry, type Session, type SessionJson } from './registry.ts';

export interface RejectedEvent {
  readonly index: number;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** A decoded and validated batch: what is left to decide is identity. */
export interface Batch {
  readonly events: readonly { readonly index: number; readonly event: InputEvent }[];
  readonly rejected: readonly RejectedEvent[];
  /** The batch's frequent events; `events` are the others then. */
  readonly frequent?: FrequentEvents;
  readonly idempotency?: { readonly key: string; readonly bodyHash: number };
}

type Outcome = { readonly sequence: number } | Verdict;

/** Ticks of an idle service go to the disk so many at a time; a full disk is tried as often. */
const TICKS_PER_COMMIT = 20;

/** `--clock event`: beyond it a batch that spans many gaps jumps over them, so that it still fits in the mailboxes. */
const TICKS_PER_FRAME_MAX = 20_000;

export class Sequencer {
  readonly registry: Registry;
  readonly clock: TickClock;
  private readonly outlet: Outlet;
  private readonly parking = new Parking();
  private readonly writer = new RecordWriter();
  private readonly admission: Admission;
  private readonly delivery: Delivery;
  private readonly reader = new RecordReader();
  private readonly placed: { -readonly [K in keyof RecordHead]: RecordHead[K] } = {
    type: RecordType.TICK, sequence: 0, receivedUs: 0, timestampUs: 0, orderNo: NONE, symbolNo: NONE,
  };
  private readonly receiptClock: () => number;
  private readonly onBroken: (error: unknown) => void;
  private journal: Journal | undefined;
  private sequence = 1;
  private receivedUs = 0;
  private frameTicks = 0;
  private ticksUntilCommit = 0;

  /**
   * `receiptClock` tells the time of this machine in microseconds. `onBroken` is told of a failure in the middle of an
   * input, after which memory is not what the journal says: nothing may be acknowledged any more. A `registry` that knows less than
   * all is for one that only recovers.
   */
  constructor(outlet: Outlet, clockMode: ClockMode, receiptClock: () => number, onBroken: (error: unknown) => void, registry = new Registry()) {
    this.outlet = outlet;
    this.registry = registry;
    this.admission = new Admission(registry, this.parking);
    this.delivery = new Delivery(outlet, this.registry, this.parking);
    this.clock = new TickClock(clockMode);
    this.receiptClock = receiptClock;
    this.onBroken = onBroken;
  }

  /** The newest sequence given. */
  get lastSequence(): number {
    return this.sequence - 1;
  }

  /** When the newest input was received. */
  get lastReceivedUs(): number {
    return this.receivedUs;
  }

  /** True while the mailboxes take whatever a batch can bring, and so much besides; else answer 503. */
  hasRoom(besidesBytes = 0): boolean {
    return this.outlet.hasRoom(besidesBytes);
  }

  /** From here on new inputs are taken. */
  attach(journal: Journal): void {
    this.journal = journal;
    this.sequence = journal.nextSequence;
  }

  /** Resolves when all that was accepted so far is on the disk. */
  durable(): Promise<void> {
    return this.openJournal().durable();
  }

  /** Takes in a frame that was read back from the journal. */
  recover(segment: Memory, frame: Frame): void {
    this.deliver(segment, frame.payloadOffset, frame.payloadOffset + frame.payloadBytes, true);
    this.sequence = frame.firstSequence + frame.recordCount;
  }

  /** All that is known after the newest sequence; what the shards know is theirs to save. */
  save(out: StateWriter): void {
    out.double(this.sequence);
    out.double(this.receivedUs);
    this.saveFold(out);
  }

  /** What of it is a fold of the journal alone. */
  saveFold(out: StateWriter): void {
    out.double(this.clock.nowUs);
    this.registry.save(out);
    this.parking.save(out);
  }

  /** Into a sequencer that has taken in nothing; what follows is recovered from the journal. */
  load(from: StateReader): void {
    this.sequence = from.double();
    this.receivedUs = from.double();
    this.clock.absorb(from.double());
    this.registry.load(from);
    this.parking.load(from);
  }

  /** Gives each event of a batch its sequence, or says why not. The answer may be sent once `durable` has resolved. */
  accept(batch: Batch): BatchAnswer {
    return this.whole(() => this.acceptBatch(batch));
  }

  private acceptBatch(batch: Batch): BatchAnswer {
    this.beginFrame();
    let accepted = 0;
    let sequence = this.lastSequence;
    const duplicateOf: { index: number; sequence: number }[] = [];
    const rejected: RejectedEvent[] = [...batch.rejected];
    const accept = (index: number, event: InputEvent): void => {
      const outcome = this.acceptEvent(event);
      if ('sequence' in outcome) {
        accepted++;
        sequence = outcome.sequence;
      } else if ('duplicateOf' in outcome) duplicateOf.push({ index, sequence: outcome.duplicateOf });
      else rejected.push({ index, ...outcome });
    };
    const { events, frequent } = batch;
    let next = 0;
    for (let row = 0; frequent !== undefined && row < frequent.count; row++) {
      if (!frequent.isFrequent(row)) {
        if (events[next]?.index === row) accept(row, events[next++]!.event);
      } else if (this.acceptFrequent(frequent, row)) {
        accepted++;
        sequence = this.lastSequence;
      } else accept(row, frequent.eventOf(row));
    }
    for (; next < events.length; next++) accept(events[next]!.index, events[next]!.event);
    rejected.sort((a, b) => a.index - b.index);
    const answer = { accepted, duplicates: duplicateOf.length, duplicate_of: duplicateOf, rejected, sequence };
    // Nothing accepted, nothing to remember: sent again the batch is judged again and has no more effect than now.
    if (batch.idempotency !== undefined && accepted > 0) this.writeAnswer(batch.idempotency.key, batch.idempotency.bodyHash, answer);
    this.endFrame();
    return answer;
  }

  /** Starts or changes the session of an order, which may not be announced yet. */
  startMonitoring(request: ExecutionMonitoringRequest): { readonly session: Session; readonly created: boolean } | ErrorCode {
    const known = this.registry.orders.find(request.order_id);
    if (known === undefined && this.registry.orders.size >= ORDERS_MAX) return 'capacity_reached';
    const waits = known === undefined || !this.registry.isAnnounced(known);
    if (waits && this.parking.parkedBytes + PARKED_RECORD_BYTES > PARKED_BYTES_MAX) return 'capacity_reached';
    return this.whole(() => this.writeSession(request));
  }

  private writeSession(request: ExecutionMonitoringRequest): { readonly session: Session; readonly created: boolean } {
    this.beginFrame();
    const orderNo = this.numberOf(NameKind.ORDER, request.order_id);
    const before = this.registry.sessions.get(orderNo);
    const session: SessionJson = {
      session_id: before?.sessionId ?? randomUUID(),
      started_us: before?.startedUs ?? this.receivedUs,
      metrics: request.monitoring_metrics ?? [...(before?.metrics ?? METRICS)],
      thresholds: { ...((request.alert_thresholds as Record<string, number> | undefined) ?? before?.thresholds) },
      real_time_updates: request.real_time_updates ?? before?.realTimeUpdates ?? true,
    };
    this.writer.begin(this.head(RecordType.MONITORING_STARTED, this.receivedUs, orderNo, this.registry.symbolOfOrder(orderNo)));
    this.writer.text(JSON.stringify(session));
    this.absorbWritten(this.writer.end());
    this.endFrame();
    return { session: this.registry.sessions.get(orderNo)!, created: before === undefined };
  }

  /** Makes these the settings from here on; journaled only when they are others than before. */
  configure(settings: Settings): void {
    if (isDeepStrictEqual(settings, this.registry.settings)) return;
    this.beginFrame();
    this.writer.begin(this.head(RecordType.SETTINGS, this.receivedUs, NONE, NONE));
    this.writer.text(JSON.stringify(settings));
    this.absorbWritten(this.writer.end());
    this.endFrame();
  }

  /**
   * Lets the receipt clock move on. With `--clock event` only events do. Skipped while a mailbox is full. While the disk is
   * full time stands still, and what has no room is tried again now and then, whatever the clock.
   */
  tick(): void {
    const journal = this.openJournal();
    if (journal.failed !== undefined) return;
    if (journal.isFull) return this.commitNowAndThen(journal);
    if (this.clock.mode !== 'receipt' || !this.hasRoom()) return;
    this.beginFrame();
    this.writeTicks(this.receivedUs);
    this.endFrame();
    this.commitNowAndThen(journal);
  }

  private commitNowAndThen(journal: Journal): void {
    if (++this.ticksUntilCommit < TICKS_PER_COMMIT) return;
    this.ticksUntilCommit = 0;
    journal.beginCommit();
  }

  private acceptEvent(event: InputEvent): Outcome {
    const timestampUs = parseTimestampUs(event.timestamp);
    const eventIdHash = event.event_id === undefined ? 0 : contentHash(canonicalJson(event));
    const verdict = this.admission.judge(event, timestampUs, eventIdHash, this.writer.byteLength);
    if (verdict !== undefined) return verdict;
    // From here on the event is accepted: it may move the clock and define names.
    if (this.clock.mode === 'event') this.writeTicks(timestampUs);
    // What the admission has looked up holds as long as nothing had to be defined.
    const looked = this.admission.numbers!;
    const no = looked.areAllKnown ? looked : this.numbersOf(event);
    const start = encodeEvent(this.writer, this.head(RECORD_TYPE_OF_EVENT[event.type], timestampUs, no.orderNo, no.symbolNo), event, no);
    const sequence = this.sequence;
    this.absorbWritten(start);
    if (event.event_id !== undefined) this.writeEventId(event.event_id, eventIdHash, sequence);
    return { sequence };
  }

  /** False, and nothing has happened, where the general way must decide. */
  private acceptFrequent(events: FrequentEvents, row: number): boolean {
    const no = frequentNumbers(this.registry, events, row);
    if (no === undefined) return false;
    const timestampUs = events.timestampUs(row);
    if (this.clock.mode === 'event') this.writeTicks(timestampUs);
    this.absorbWritten(encodeFrequent(this.writer, this.head(events.recordType(row), timestampUs, no.orderNo, no.symbolNo), events, row, no));
    return true;
  }

  /** The numbers of an event's names; those seen for the first time are defined on the way. */
  private numbersOf(event: InputEvent): EventNumbers {
    if (event.type === 'instrument' && event.index_symbol !== undefined) this.numberOf(NameKind.SYMBOL, event.index_symbol);
    return numbersOf(this.registry, event, (kind, name) => this.numberOf(kind, name));
  }

  private numberOf(kind: NameKind, name: string): number {
    const table = this.registry.tableOf(kind);
    const known = table.find(name);
    if (known !== undefined) return known;
    const no = table.size;
    this.writer.begin(this.head(RecordType.DEFINE, this.receivedUs, NONE, NONE));
    this.writer.word(kind);
    this.writer.word(no);
    this.writer.text(name);
    this.absorbWritten(this.writer.end());
    return no;
  }

  private writeTicks(reachedUs: number): void {
    const due = this.clock.due(reachedUs);
    const ticks = this.frameTicks + due.length > TICKS_PER_FRAME_MAX ? due.slice(-1) : due;
    this.frameTicks += ticks.length;
    for (const tickUs of ticks) {
      this.writer.begin(this.head(RecordType.TICK, tickUs, NONE, NONE));
      this.absorbWritten(this.writer.end());
    }
  }

  private writeEventId(eventId: string, hash: number, sequence: number): void {
    this.writer.begin(this.head(RecordType.EVENT_ID, this.receivedUs, NONE, NONE));
    this.writer.double(hash);
    this.writer.double(sequence);
    this.writer.text(eventId);
    this.absorbWritten(this.writer.end());
  }

  private writeAnswer(key: string, bodyHash: number, answer: BatchAnswer): void {
    this.writer.begin(this.head(RecordType.BATCH_ANSWERED, this.receivedUs, NONE, NONE));
    this.writer.double(bodyHash);
    this.writer.text(key);
    this.writer.text(JSON.stringify(answer));
    this.absorbWritten(this.writer.end());
  }

  private beginFrame(): void {
    this.openJournal();
    this.writer.clear();
    this.frameTicks = 0;
    this.receivedUs = Math.max(this.receivedUs, Math.floor(this.receiptClock()));
  }

  private endFrame(): void {
    if (this.writer.recordCount === 0) return;
    const { written, byteLength, recordCount } = this.writer;
    const journal = this.openJournal();
    journal.append(written.bytes.subarray(0, byteLength), recordCount);
    // A tick alone can wait for the next input: nobody is waiting for it.
    if (recordCount > 1) journal.beginCommit();
    this.deliver(written, 0, byteLength, false);
  }

  /** Valid until the next call: a record costs no object. */
  private head(type: RecordType, timestampUs: number, orderNo: number, symbolNo: number): RecordHead {
    const { placed } = this;
    placed.type = type;
    placed.sequence = this.sequence;
    placed.receivedUs = this.receivedUs;
    placed.timestampUs = timestampUs;
    placed.orderNo = orderNo;
    placed.symbolNo = symbolNo;
    return placed;
  }

  /** A record just closed becomes part of what is known, so that the next event of its batch is judged by it. */
  private absorbWritten(start: number): void {
    this.sequence++;
    this.absorb(this.reader.open(this.writer.written, start));
  }

  private absorb(record: RecordReader): void {
    if (record.type === RecordType.TICK) this.clock.absorb(record.timestampUs);
    else this.registry.absorb(record);
  }

  /** Sends the records between two offsets to their shards. */
  private deliver(memory: Memory, from: number, to: number, absorbFirst: boolean): void {
    const record = this.reader;
    for (let offset = from; offset < to; offset += record.byteLength) {
      record.open(memory, offset);
      if (absorbFirst) {
        this.receivedUs = Math.max(this.receivedUs, record.receivedUs);
        this.absorb(record);
      }
      this.delivery.send(memory, record);
    }
    this.outlet.mark(record.sequence);
    // What is read back comes without a turn of the event loop in between.
    if (absorbFirst) this.outlet.show();
    else this.outlet.showOneOfMany();
  }

  /** All of an input or the end: a throw in the middle leaves memory that no journal can explain. */
  private whole<T>(take: () => T): T {
    try {
      return take();
    } catch (error) {
      this.onBroken(error);
      throw error;
    }
  }

  private openJournal(): Journal {
    if (this.journal === undefined) throw new Error('the sequencer takes no input before its journal is attached');
    return this.journal;
  }
}
