/**
 * The numbers of a frequent event's names, where nothing is left to decide: all names are known, it fits to what they belong
 * to, and an execution's id was never mentioned. Everything else, what is refused too, is for admission.ts.
 */

import { NONE, RecordType } from '../journal/record.ts';
import type { EventNumbers } from './event-numbers.ts';
import type { FrequentEvents } from './frequent-events.ts';
import { FrequentField as F } from './frequent-fields.ts';
import type { NameTable } from './name-table.ts';
import type { Registry } from './registry.ts';

type Numbers = { -readonly [K in keyof EventNumbers]: EventNumbers[K] };

/** One for all: an event costs no object. */
const numbers: Numbers = { orderNo: NONE, symbolNo: NONE, venueNo: NONE, childNo: NONE, executionNo: NONE, refExecutionNo: NONE, areAllKnown: true };

/** Undefined where something is left to decide. The answer is valid until the next call. */
export function frequentNumbers(registry: Registry, events: FrequentEvents, row: number): EventNumbers | undefined {
  numbers.orderNo = numbers.venueNo = numbers.childNo = numbers.executionNo = NONE;
  const type = events.recordType(row);
  const venueNo = type === RecordType.QUOTE ? NONE : nameNo(registry.venues, events, row, F.VENUE);
  if (venueNo === NONE && type !== RecordType.QUOTE && events.has(row, F.VENUE)) return undefined;
  numbers.venueNo = venueNo;
  if (type === RecordType.EXECUTION) return executionNumbers(registry, events, row);
  numbers.symbolNo = nameNo(registry.symbols, events, row, F.SYMBOL);
  return numbers.symbolNo === NONE ? undefined : numbers;
}

function executionNumbers(registry: Registry, events: FrequentEvents, row: number): EventNumbers | undefined {
  const { identities } = registry;
  const orderNo = nameNo(registry.orders, events, row, F.ORDER_ID);
  const symbolNo = orderNo === NONE ? NONE : registry.symbolOfOrder(orderNo);
  if (symbolNo === NONE) return undefined;
  if (events.has(row, F.SYMBOL) && nameNo(registry.symbols, events, row, F.SYMBOL) !== symbolNo) return undefined;
  if (events.has(row, F.CHILD_ORDER_ID)) {
    const childNo = nameNo(registry.children, events, row, F.CHILD_ORDER_ID);
    if (childNo === NONE || identities.orderOfChild(childNo) !== orderNo) return undefined;
    numbers.childNo = childNo;
  }
  if (identities.isExecutionMentioned(events.bytes, events.placeOf(row, F.EXEC_ID), events.lengthOf(row, F.EXEC_ID))) return undefined;
  numbers.orderNo = orderNo;
  numbers.symbolNo = symbolNo;
  numbers.executionNo = identities.executionCount;
  return numbers;
}

/** NONE where the field is not there, and where the name is not known. */
function nameNo(table: NameTable, events: FrequentEvents, row: number, field: number): number {
  return events.has(row, field) ? table.findBytes(events.bytes, events.placeOf(row, field), events.lengthOf(row, field)) : NONE;
}
