/** Who may open a stream, and in which encoding. */

import { decodeParams, matches } from '../http/router.ts';
import { problem } from '../http/problem.ts';
import { orderNotFound } from '../http/routes/order-not-found.ts';
import { refuseOrderId } from '../http/routes/order-param.ts';
import type { GatewayContext } from '../context.ts';
import type { HttpResponse, UpgradeDecision, UpgradeRequest } from '../transport/transport.ts';
import { STREAM_PROTOCOLS, type StreamProtocol } from './frames.ts';
import type { OrderStreams } from './order-streams.ts';

export const ORDER_STREAM_PATH = '/api/v1/monitoring/:order_id/stream';
const ORDER_STREAM = ORDER_STREAM_PATH.split('/');

const refuse = (response: HttpResponse): UpgradeDecision => ({ accept: false, response });

/** A stream is opened for an announced order, and for one that is monitored and not announced yet. */
export function upgradeToOrderStream(request: UpgradeRequest, context: GatewayContext, streams: OrderStreams): UpgradeDecision {
  const segments = request.path.split('/');
  if (!matches(ORDER_STREAM, segments)) return refuse(problem('not_found', 'no stream is at this path'));
  const params = decodeParams(ORDER_STREAM, segments);
  if (params === undefined) return refuse(problem('bad_request', 'the path is not valid percent-encoding'));
  const orderId = params['order_id']!;
  const refusal = refuseOrderId(orderId);
  if (refusal !== undefined) return refuse(refusal);
  const fromSequence = readFromSequence(request.query);
  if (fromSequence === 'malformed') {
    const detail = 'must be a whole number, 0 or more';
    return refuse(problem('query_malformed', `from_sequence ${detail}`, { faults: [{ field: 'from_sequence', detail }] }));
  }
  const orderNo = context.registry.orders.find(orderId);
  const isKnown = orderNo !== undefined && (context.registry.isAnnounced(orderNo) || context.registry.sessions.has(orderNo));
  if (!isKnown) return refuse(orderNotFound(orderId, context));
  const protocol = STREAM_PROTOCOLS.find((offered) => request.protocols.includes(offered));
  return { accept: true, protocol, handler: streams.handlerFor(orderNo, protocol ?? DEFAULT_PROTOCOL, fromSequence) };
}

const DEFAULT_PROTOCOL: StreamProtocol = 'json';

function readFromSequence(query: URLSearchParams): number | undefined | 'malformed' {
  const given = query.get('from_sequence');
  if (given === null) return undefined;
  return /^\d{1,15}$/.test(given) ? Number(given) : 'malformed';
}
