import { Type } from '@sinclair/typebox';

import { ExecutionAnalytics } from '../../../engine/domain/monitoring.ts';
import type { HttpResponse } from '../../transport/transport.ts';
import { json, problem } from '../problem.ts';
import { route } from '../route.ts';
import { answerAsOf, AS_OF_ERRORS, asOfParameter } from './as-of.ts';
import { refuseOrderId } from './order-param.ts';
import { orderNotFound } from './order-not-found.ts';
import { shardRebuilding } from './shard-rebuilding.ts';

/** GET /api/v1/monitoring/{order_id}/analytics: what the execution cost and why; asked of the order's shard, or of the database. */
export const getAnalytics = route({
  method: 'GET',
  path: '/api/v1/monitoring/:order_id/analytics',
  summary: 'What the execution of an order cost, against which benchmarks, and where',
  query: {
    ...asOfParameter,
    explain: { description: 'true: with each number its formula and the inputs that went into it.', schema: Type.Boolean() },
  },
  responses: { 200: { description: 'Provisional while the order trades', schema: ExecutionAnalytics } },
  errors: ['bad_request', 'order_id_malformed', 'order_not_found', 'shard_rebuilding', 'shard_silent', 'database_unavailable', ...AS_OF_ERRORS],
  async handle({ params, query }, context) {
    const orderId = params['order_id']!;
    const refusal = refuseOrderId(orderId);
    if (refusal !== undefined) return refusal;
    const orderNo = context.orders.find(orderId);
    if (orderNo === undefined) return orderNotFound(orderId, context);
    const explain = query.get('explain');
    if (explain !== null && explain !== 'true' && explain !== 'false') {
      const detail = 'must be true or false';
      return problem('query_malformed', `explain ${detail}`, { faults: [{ field: 'explain', detail }] });
    }
    const now = async (): Promise<HttpResponse> => {
      if (context.isRebuilding(orderNo)) return shardRebuilding();
      const found = await context.analytics.find(orderNo, orderId, explain === 'true');
      // It may have died of being asked.
      if (context.isRebuilding(orderNo)) return shardRebuilding();
      return 'failure' in found ? problem(found.failure, found.detail) : json(200, found.json);
    };
    const asOf = query.get('as_of');
    // Of an order that had left memory then the analytics were final.
    return asOf === null ? now() : answerAsOf(asOf, orderId, explain === 'true' ? 'explained' : 'analytics', context, now);
  },
});
