/** The gateway's doors before an engine that runs on the test's own thread (engine-pipeline.ts), with whatever disk it has. */
import { Gateway } from '../../gateway/gateway.ts';
import { chooseTransport } from '../../gateway/transport/choose-transport.ts';
import type { EnginePipeline } from './engine-pipeline.ts';

export interface Doors {
  readonly url: string;
  close(): Promise<void>;
}

const HEARTBEAT_MS = 60_000;

export async function openDoors(pipeline: EnginePipeline): Promise<Doors> {
  const closedBy = () => pipeline.journal.closedBy;
  const gateway = new Gateway({
    sequencer: pipeline.sequencer,
    orders: pipeline.sharedRows,
    watched: new Uint8Array(pipeline.sharedRows.rowsMax),
    alerts: [],
    changes: [],
    openTransport: (handlers, limits) => chooseTransport(handlers, limits, 'node'),
    heartbeatMs: HEARTBEAT_MS,
    analytics: { ofShard: () => Promise.resolve(undefined), stored: () => Promise.resolve(undefined) },
    alertsBeginAfter: -1,
    dataDir: pipeline.folder,
    durableSequence: () => 0,
    isRebuilding: () => false,
    broughtUpToDate: () => undefined,
    visibility: () => () => true,
    intakeClosed: closedBy,
    stateHash: () => Promise.resolve(pipeline.stateHash()),
    health: () => ({ isReady: closedBy() === undefined, reason: closedBy(), details: {} }),
    onError: (error) => {
      throw error;
    },
  });
  const { port } = await gateway.transport.listen('127.0.0.1', 0);
  return { url: `http://127.0.0.1:${port}`, close: () => gateway.close() };
}
