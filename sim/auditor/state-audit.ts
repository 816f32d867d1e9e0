/** Whether the state of a service is what the ledger says: each acknowledged event once, and nothing that was never sent. */

import { ORD_STATUSES } from '../../engine/domain/enums.ts';
import { OrderCell } from '../../engine/orders/order-row.ts';
import type { Service } from '../service/service.ts';
import type { Ledger, Said } from './ledger.ts';
import { predictedOrder } from './predicted-order.ts';
import { must } from './violation.ts';

/** Returns how many orders could be predicted: one about which something is in doubt cannot. */
export function auditState(service: Service, ledger: Ledger): number {
  const { registry } = service.sequencer;
  const byOrder = new Map<string, Said[]>();
  for (const said of ledger.said) {
    if (!('order_id' in said.event)) continue;
    const ofOrder = byOrder.get(said.event.order_id);
    if (ofOrder === undefined) byOrder.set(said.event.order_id, [said]);
    else ofOrder.push(said);
  }
  must(registry.orders.size <= byOrder.size, () => `${registry.orders.size} orders are known, ${byOrder.size} were sent`);
  auditIds(service, ledger);
  let predicted = 0;
  for (const [orderId, said] of byOrder) {
    if (said.some(({ state }) => state === 'in_doubt')) continue;
    auditOrder(service, orderId, said.filter(({ state }) => state === 'in'));
    predicted++;
  }
  return predicted;
}

function auditIds(service: Service, ledger: Ledger): void {
  const { registry, lastSequence } = service.sequencer;
  const sent = new Set<string>();
  for (const { event, state, sequence } of ledger.said) {
    if (state === 'in') must((sequence ?? 0) <= lastSequence, () => `${JSON.stringify(event)} had sequence ${sequence}, the newest is ${lastSequence}`);
    if (!('exec_id' in event) || state === 'unsent') continue;
    sent.add(event.exec_id);
    if ('ref_exec_id' in event) sent.add(event.ref_exec_id);
    if (state === 'in') must(registry.identities.executionNo(event.exec_id) !== undefined, () => `execution ${event.exec_id} was acknowledged and is not known`);
  }
  must(registry.identities.executionCount <= sent.size, () => `${registry.identities.executionCount} executions are known, ${sent.size} were sent`);
}

function auditOrder(service: Service, orderId: string, said: readonly Said[]): void {
  const expected = predictedOrder(said.map(({ event }) => event));
  if (expected === undefined) return;
  const orderNo = service.sequencer.registry.orders.find(orderId);
  must(orderNo !== undefined && service.orders.isWritten(orderNo), () => `order ${orderId} was acknowledged and is not there`);
  const at = orderNo! * service.orders.rowDoubles;
  const cell = (name: keyof typeof OrderCell): number => service.orders.cells[at + OrderCell[name]]!;
  // What comes about an order that has left memory changes its numbers no more: which of it came before is not predicted.
  if (cell('EVICTED') === 1) return;
  const shown = {
    fills: cell('FILL_COUNT'),
    filledQuantity: cell('FILLED_QUANTITY'),
    notional: cell('NOTIONAL'),
    state: ORD_STATUSES[cell('STATE')],
    misfits: expected.misfits === undefined ? undefined : cell('MISFIT_COUNT'),
  };
  must(JSON.stringify(shown) === JSON.stringify(expected), () => `order ${orderId} is ${JSON.stringify(shown)}, should be ${JSON.stringify(expected)}`);
}
