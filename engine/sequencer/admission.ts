/**
 * Whether an event may come in: is there room, is it about what it says, was its id seen before. It changes nothing, so that a
 * refused event leaves no trace.
 */

import type { ErrorCode } from '../domain/errors.ts';
import type { InputEvent } from '../domain/events.ts';
import { ORDERS_MAX, SYMBOLS_MAX } from '../domain/limits.ts';
import { NONE, RecordReader, RecordWriter } from '../journal/record.ts';
import { contentHash } from './content-hash.ts';
import { encodeEvent, RECORD_TYPE_OF_EVENT } from './encode-event.ts';
import { executionContent, routeContent } from './event-content.ts';
import { type EventNumbers, namedIn, numbersOf } from './event-numbers.ts';
import { NEW, type Recognition } from './identities.ts';
import type { Parking } from './parking.ts';
import type { Registry } from './registry.ts';

interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
}

export type Verdict = { readonly duplicateOf: number } | Refusal;

/** A record about an order is at most about this large; only used to keep the parking within its limit. */
export const PARKED_RECORD_BYTES = 4_096;

/** Of a draft, which never gets a place in the journal. */
const UNPLACED = { sequence: 0, receivedUs: 0 } as const;

export class Admission {
  private readonly registry: Registry;
  private readonly parking: Parking;
  private readonly draft = new RecordWriter();
  private readonly reader = new RecordReader();
  /** Of the event that was judged last and may come in: its numbers, as far as its names were known. */
  numbers: EventNumbers | undefined;

  constructor(registry: Registry, parking: Parking) {
    this.registry = registry;
    this.parking = parking;
  }

  /** Undefined for an event that may come in. `frameBytes` is what its batch holds so far. */
  judge(event: InputEvent, timestampUs: number, eventIdHash: number, frameBytes: number): Verdict | undefined {
    const refusal = this.checkCapacity(event, frameBytes);
    if (refusal !== undefined) return refusal;
    if (event.event_id !== undefined) {
      const known = this.registry.eventIds.get(event.event_id);
      if (known?.hash === eventIdHash) return { duplicateOf: known.sequence };
      if (known !== undefined) return { code: 'event_id_conflict', detail: `event_id is known from sequence ${known.sequence} with other content` };
    }
    const no = numbersOf(this.registry, event, (kind, name) => this.registry.tableOf(kind).find(name) ?? NONE);
    this.numbers = no;
    const misfit = this.checkBelonging(event, no);
    if (misfit !== undefined) return misfit;
    const seen = this.recognize(event, no, timestampUs);
    if (seen.is === 'duplicate') return { duplicateOf: seen.sequence };
    return seen.is === 'conflict' ? this.conflictOf(event, seen.sequence) : undefined;
  }

  private checkCapacity(event: InputEvent, frameBytes: number): Refusal | undefined {
    const orderId = namedIn(event, 'order_id');
    if (orderId !== undefined) {
      const orderNo = this.registry.orders.find(orderId);
      if (orderNo === undefined && this.registry.orders.size >= ORDERS_MAX) {
        return { code: 'event_capacity_reached', detail: `${ORDERS_MAX} orders are held, which is the maximum` };
      }
      const waits = event.type !== 'order' && (orderNo === undefined || this.registry.symbolOfOrder(orderNo) === NONE);
      if (waits && !this.parking.hasRoom(orderNo ?? NONE, frameBytes + PARKED_RECORD_BYTES)) {
        return { code: 'parking_full', detail: `order ${orderId} is not announced and too many events wait already` };
      }
    }
    if (event.symbol !== undefined && this.registry.symbols.find(event.symbol) === undefined && this.registry.symbols.size >= SYMBOLS_MAX) {
      return { code: 'event_capacity_reached', detail: `${SYMBOLS_MAX} symbols are held, which is the maximum` };
    }
    return undefined;
  }

  /** An event must be about the order that its ids and its symbol belong to. */
  private checkBelonging(event: InputEvent, no: EventNumbers): Refusal | undefined {
    const { registry } = this;
    if (no.orderNo !== NONE && event.type !== 'order' && event.symbol !== undefined && no.symbolNo !== NONE) {
      const symbol = registry.symbols.nameOf(no.symbolNo);
      if (symbol !== event.symbol) return { code: 'symbol_mismatch', detail: `the order is one of ${symbol}, not of ${event.symbol}` };
    }
    if (no.childNo !== NONE) {
      const owner = registry.identities.orderOfChild(no.childNo);
      if (owner !== NONE && owner !== no.orderNo) {
        return { code: 'order_mismatch', detail: `the child order belongs to order ${registry.orders.nameOf(owner)}` };
      }
    }
    for (const executionNo of [no.executionNo, no.refExecutionNo]) {
      const owner = executionNo === NONE ? NONE : registry.identities.orderOfExecution(executionNo);
      if (owner !== NONE && owner !== no.orderNo) {
        return { code: 'order_mismatch', detail: `the execution belongs to order ${registry.orders.nameOf(owner)}` };
      }
    }
    return undefined;
  }

  /** Whether the event's own id was seen before, and then whether it says the same. */
  private recognize(event: InputEvent, no: EventNumbers, timestampUs: number): Recognition {
    const { identities } = this.registry;
    switch (event.type) {
      case 'order':
        return no.orderNo === NONE ? NEW : identities.orders.recognize(no.orderNo, () => contentHash(this.drafted(event, no, timestampUs).text()));
      case 'route':
        return no.childNo === NONE ? NEW : identities.children.recognize(no.childNo, () => routeContent(this.drafted(event, no, timestampUs)).hash);
      case 'execution':
      case 'execution_corrected':
      case 'execution_canceled':
        return identities.executions.recognize(no.executionNo, () => executionContent(this.drafted(event, no, timestampUs)).hash);
      default:
        return NEW;
    }
  }

  /** The record that an event would become, outside the frame. */
  private drafted(event: InputEvent, no: EventNumbers, timestampUs: number): RecordReader {
    this.draft.clear();
    const start = encodeEvent(this.draft, { ...UNPLACED, type: RECORD_TYPE_OF_EVENT[event.type], timestampUs, orderNo: no.orderNo, symbolNo: no.symbolNo }, event, no);
    return this.reader.open(this.draft.written, start);
  }

  private conflictOf(event: InputEvent, sequence: number): Refusal {
    if (event.type === 'order') return { code: 'order_conflict', detail: `order_id is known from sequence ${sequence} with other content` };
    if (event.type === 'route') return { code: 'route_conflict', detail: `child_order_id is known from sequence ${sequence} with other content` };
    return { code: 'execution_conflict', detail: `exec_id is known from sequence ${sequence} with other content` };
  }
}
