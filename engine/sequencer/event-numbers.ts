/** The numbers under which the names of an event are known: order, symbol, venue, child order, executions. */

import type { InputEvent } from '../domain/events.ts';
import { NameKind, NONE } from '../journal/record.ts';
import type { Registry } from './registry.ts';

/** The numbers under which an event's names are known. */
export interface EventNumbers {
  readonly orderNo: number;
  readonly symbolNo: number;
  readonly venueNo: number;
  readonly childNo: number;
  readonly executionNo: number;
  readonly refExecutionNo: number;
  /** True when every name was known: the numbers are those that the event will have. */
  readonly areAllKnown: boolean;
}

/** `numberOf` says what a name's number is; an execution's is the next one when its id was never mentioned. */
export function numbersOf(registry: Registry, event: InputEvent, numberOf: (kind: NameKind, name: string) => number): EventNumbers {
  const orderNo = 'order_id' in event ? numberOf(NameKind.ORDER, event.order_id) : NONE;
  const isOfSymbol = !('order_id' in event) || event.type === 'order';
  const symbolNo = isOfSymbol ? numberOf(NameKind.SYMBOL, event.symbol!) : orderNo === NONE ? NONE : registry.symbolOfOrder(orderNo);
  const venue = 'venue' in event && event.type !== 'quote' ? event.venue : undefined;
  const childId = 'child_order_id' in event ? event.child_order_id : undefined;
  const execId = 'exec_id' in event ? event.exec_id : undefined;
  const refExecId = 'ref_exec_id' in event ? event.ref_exec_id : undefined;
  const identities = registry.identities;
  const executionNo = execId === undefined ? NONE : (identities.executionNo(execId) ?? identities.executionCount);
  const isNewExecution = executionNo === identities.executionCount;
  const refExecutionNo =
    refExecId === undefined ? NONE : (identities.executionNo(refExecId) ?? identities.executionCount + (isNewExecution ? 1 : 0));
  const venueNo = venue === undefined ? NONE : numberOf(NameKind.VENUE, venue);
  const childNo = childId === undefined ? NONE : numberOf(NameKind.CHILD, childId);
  const isOrderKnown = orderNo !== NONE || !('order_id' in event);
  const isMarketKnown = symbolNo !== NONE || !isOfSymbol;
  const areOthersKnown = (venueNo !== NONE || venue === undefined) && (childNo !== NONE || childId === undefined);
  const namesNoIndex = event.type !== 'instrument';
  return { orderNo, symbolNo, venueNo, childNo, executionNo, refExecutionNo, areAllKnown: isOrderKnown && isMarketKnown && areOthersKnown && namesNoIndex };
}
