/** The order id of a path, checked. */

import { ORDER_ID_CHARS_MAX } from '../../../engine/domain/limits.ts';
import { characterCount } from '../../../engine/domain/text.ts';
import { problem } from '../problem.ts';
import type { HttpResponse } from '../../transport/transport.ts';

/** Undefined when the id may be one; else the answer that names the field. */
export function refuseOrderId(orderId: string): HttpResponse | undefined {
  if (orderId.length >= 1 && characterCount(orderId) <= ORDER_ID_CHARS_MAX) return undefined;
  const detail = `must have 1 to ${ORDER_ID_CHARS_MAX} characters`;
  return problem('order_id_malformed', `order_id ${detail}`, { faults: [{ field: 'order_id', detail }] });
}
