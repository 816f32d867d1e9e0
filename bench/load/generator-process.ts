/** The process that sends events: a child of the benchmark, see remote-calls.ts. */

import type { BatchesSpec } from '../workload/batches.ts';
import type { SteadySpec } from '../workload/steady.ts';
import { ClosedLoop, type ClosedLoopRequest } from './closed-loop.ts';
import { runOpenLoop } from './open-loop.ts';
import { Overload, type OverloadRequest } from './overload.ts';
import { serveCalls } from './remote-calls.ts';
import { SweepLoad, type SweepsRequest } from './sweep-load.ts';
import { SteadyLoad, type SteadyRequest } from './steady-load.ts';

const closedLoop = new ClosedLoop();
const steadyLoad = new SteadyLoad();
const overload = new Overload();
const sweepLoad = new SweepLoad();

const calls = {
  openLoop: runOpenLoop,
  prepareClosedLoop: (spec: BatchesSpec) => closedLoop.prepare(spec),
  closedLoop: (request: ClosedLoopRequest) => closedLoop.run(request),
  prepareSteady: (spec: SteadySpec) => steadyLoad.prepare(spec),
  steady: (request: SteadyRequest) => steadyLoad.run(request),
  prepareOverload: (spec: BatchesSpec) => overload.prepare(spec),
  openSweeps: (request: SweepsRequest) => sweepLoad.open(request),
  sweep: (sweepNo: number) => sweepLoad.send(sweepNo),
  closeSweeps: () => sweepLoad.close(),
  overload: (request: OverloadRequest) => overload.run(request),
};
export type GeneratorCalls = typeof calls;

serveCalls(calls);
