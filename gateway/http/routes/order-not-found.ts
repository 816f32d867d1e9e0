import type { GatewayContext } from '../../context.ts';
import type { HttpResponse } from '../../transport/transport.ts';
import { problem } from '../problem.ts';

/** 404 for an order that has no numbers: unknown, or monitored already and not announced yet. */
export function orderNotFound(orderId: string, context: GatewayContext): HttpResponse {
  const orderNo = context.registry.orders.find(orderId);
  const isPending = orderNo !== undefined && context.registry.sessions.has(orderNo);
  const detail = isPending ? 'monitoring is set up, but the order is not announced yet' : 'no order with this id was announced';
  return problem('order_not_found', detail);
}
