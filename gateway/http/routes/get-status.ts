import { ExecutionStatus } from '../../../engine/domain/monitoring.ts';
import { json, problem } from '../problem.ts';
import { route } from '../route.ts';
import { asOfParameter, refuseAsOf } from './as-of.ts';
import { refuseOrderId } from './order-param.ts';
import { orderNotFound } from './order-not-found.ts';

/** GET /api/v1/monitoring/{order_id}/status: one order now, from shared memory and never from SQL. */
export const getStatus = route({
  method: 'GET',
  path: '/api/v1/monitoring/:order_id/status',
  summary: 'How the execution of an order stands now',
  query: asOfParameter,
  responses: { 200: { description: 'The order as it stands', schema: ExecutionStatus } },
  errors: ['bad_request', 'order_id_malformed', 'order_not_found', 'not_built', 'shard_silent'],
  async handle({ params, query }, context) {
    const orderId = params['order_id']!;
    const refusal = refuseOrderId(orderId) ?? refuseAsOf(query);
    if (refusal !== undefined) return refusal;
    const orderNo = context.orders.find(orderId);
    if (orderNo === undefined) return orderNotFound(orderId, context);
    const status = await context.orders.patientStatus(orderNo, () => context.isVisible(orderNo));
    return status === 'silent' ? problem('shard_silent', 'the shard of this order does not keep up') : json(200, status);
  },
});
