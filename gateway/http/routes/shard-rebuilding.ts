import type { HttpResponse } from '../../transport/transport.ts';
import { problem } from '../problem.ts';

/** The order's shard has died and is being rebuilt: its numbers come back in a moment; other orders and events are not concerned. */
export function shardRebuilding(): HttpResponse {
  return problem('shard_rebuilding', 'the shard of this order has failed and is being rebuilt from the journal; events about the order are taken meanwhile');
}
