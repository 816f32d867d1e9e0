/** The process that sends events: a child of the benchmark, see remote-calls.ts. */

import type { BatchesSpec } from '../workload/batches.ts';
import type { SteadySpec } from '../workload/steady.ts';
import { ClosedLoop, type ClosedLoopRequest } from './closed-loop.ts';
import { runOpenLoop } from './open-loop.ts';
import { loadOrders } from './order-load.ts';
import { Overload, type OverloadRequest } from './overload.ts';
import { type FeedSpec, QuoteFeed } from './quote-feed.ts';
import { serveCalls } from './remote-calls.ts';
import { SweepLoad, type SweepsRequest } from './sweep-load.ts';
import { SteadyLoad, type SteadyRequest } from './steady-load.ts';

const closedLoop = new ClosedLoop();
const steadyLoad = new SteadyLoad();
const overload = new Overload();
const quoteFeed = new QuoteFeed();
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
  prepareFeed: (spec: FeedSpec) => quoteFeed.prepare(spec),
  startFeed: (url: string) => quoteFeed.start(url),
  stopFeed: () => quoteFeed.stop(),
  loadOrders,
  overload: (request: OverloadRequest) => overload.run(request),
};
export type GeneratorCalls = typeof calls;

serveCalls(calls);
