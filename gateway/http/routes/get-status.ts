import { ExecutionStatus } from '../../../engine/domain/monitoring.ts';
import { json, problem } from '../problem.ts';
import { route } from '../route.ts';
import { answerAsOf, AS_OF_ERRORS, asOfParameter } from './as-of.ts';
import { refuseOrderId } from './order-param.ts';
import { orderNotFound } from './order-not-found.ts';
import { shardRebuilding } from './shard-rebuilding.ts';

/** GET /api/v1/monitoring/{order_id}/status: one order now, from shared memory and never from SQL; or then, from the journal. */
export const getStatus = route({
  method: 'GET',
  path: '/api/v1/monitoring/:order_id/status',
  summary: 'How the execution of an order stands, now or at an earlier moment',
  query: asOfParameter,
  responses: { 200: { description: 'The order as it stands', schema: ExecutionStatus } },
  errors: ['bad_request', 'order_id_malformed', 'order_not_found', 'shard_rebuilding', 'shard_silent', ...AS_OF_ERRORS],
  async handle({ params, query }, context) {
    const orderId = params['order_id']!;
    const refusal = refuseOrderId(orderId);
    if (refusal !== undefined) return refusal;
    const asOf = query.get('as_of');
    if (asOf !== null) return answerAsOf(asOf, orderId, 'status', context, () => Promise.resolve(orderNotFound(orderId, context)));
    const orderNo = context.orders.find(orderId);
    if (orderNo === undefined) return orderNotFound(orderId, context);
    const isVisible = context.visibility(orderNo);
    await context.broughtUpToDate(orderNo);
    const status = await context.orders.patientStatus(orderNo, isVisible);
    if (status === 'rebuilding') return shardRebuilding();
    return status === 'silent' ? problem('shard_silent', 'the shard of this order does not keep up') : json(200, status);
  },
});
