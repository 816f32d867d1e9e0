/** The process that follows orders and asks for their status: a child of the benchmark, see remote-calls.ts. */

import { type FollowRequest, OrderFollower } from './follow-orders.ts';
import { serveCalls } from './remote-calls.ts';
import { probeStatus } from './status-prober.ts';

let follower: OrderFollower | undefined;

const calls = {
  /** Connects; returns when every stream is open. */
  open: async (request: FollowRequest): Promise<void> => {
    follower = await OrderFollower.open(request);
  },
  finish: ({ startUs, untilUs }: { readonly startUs: number; readonly untilUs: number }) => {
    if (follower === undefined) throw new Error('nothing is followed');
    return follower.finish(startUs, untilUs);
  },
  probe: probeStatus,
};
export type SubscriberCalls = typeof calls;

serveCalls(calls);
