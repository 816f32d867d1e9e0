/** A shard with its orders announced and nothing left to do. */

import { type FlowSpec, MixedFlow } from './mixed-flow.ts';
import { type Rows, ShardLane } from './shard-lane.ts';

export interface AnnouncedLane {
  readonly lane: ShardLane;
  readonly flow: MixedFlow;
}

export function announcedLane(spec: FlowSpec, rows: Rows = 'discarded'): AnnouncedLane {
  const lane = new ShardLane(spec.orders, rows);
  const flow = new MixedFlow(spec, lane.feed);
  flow.announce();
  lane.publish();
  lane.emptyRows();
  return { lane, flow };
}
