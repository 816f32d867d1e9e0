/** The names in an event, and the numbers under which they are known: order, symbol, venue, child order, executions. */

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

type NamingField = 'order_id' | 'venue' | 'child_order_id' | 'exec_id' | 'ref_exec_id';

/** What an event says in a field that its schema may have: a validated event has no others. */
export function namedIn(event: InputEvent, field: NamingField): string | undefined {
  return (event as { readonly [F in NamingField]?: string })[field];
}

/** `numberOf` says what a name's number is; an execution's is the next one when its id was never mentioned. */
export function numbersOf(registry: Registry, event: InputEvent, numberOf: (kind: NameKind, name: string) => number): EventNumbers {
  const orderId = namedIn(event, 'order_id');
  const orderNo = orderId === undefined ? NONE : numberOf(NameKind.ORDER, orderId);
  const isOfSymbol = orderId === undefined || event.type === 'order';
  const symbolNo = isOfSymbol ? numberOf(NameKind.SYMBOL, event.symbol!) : orderNo === NONE ? NONE : registry.symbolOfOrder(orderNo);
  const venue = event.type === 'quote' ? undefined : namedIn(event, 'venue');
  const childId = namedIn(event, 'child_order_id');
  const execId = namedIn(event, 'exec_id');
  const refExecId = namedIn(event, 'ref_exec_id');
  const identities = registry.identities;
  const executionNo = execId === undefined ? NONE : (identities.executionNo(execId) ?? identities.executionCount);
  const isNewExecution = executionNo === identities.executionCount;
  const refExecutionNo =
    refExecId === undefined ? NONE : (identities.executionNo(refExecId) ?? identities.executionCount + (isNewExecution ? 1 : 0));
  const venueNo = venue === undefined ? NONE : numberOf(NameKind.VENUE, venue);
  const childNo = childId === undefined ? NONE : numberOf(NameKind.CHILD, childId);
  const isOrderKnown = orderNo !== NONE || orderId === undefined;
  const isMarketKnown = symbolNo !== NONE || !isOfSymbol;
  const areOthersKnown = (venueNo !== NONE || venue === undefined) && (childNo !== NONE || childId === undefined);
  const namesNoIndex = event.type !== 'instrument';
  return { orderNo, symbolNo, venueNo, childNo, executionNo, refExecutionNo, areAllKnown: isOrderKnown && isMarketKnown && areOthersKnown && namesNoIndex };
}
