/** The process that sends events: a child of the benchmark, see remote-calls.ts. */

import type { ClosedLoopSpec } from '../workload/batches.ts';
import { ClosedLoop, type ClosedLoopRequest } from './closed-loop.ts';
import { runOpenLoop } from './open-loop.ts';
import { serveCalls } from './remote-calls.ts';

const closedLoop = new ClosedLoop();

const calls = {
  openLoop: runOpenLoop,
  prepareClosedLoop: (spec: ClosedLoopSpec) => closedLoop.prepare(spec),
  closedLoop: (request: ClosedLoopRequest) => closedLoop.run(request),
};
export type GeneratorCalls = typeof calls;

serveCalls(calls);
