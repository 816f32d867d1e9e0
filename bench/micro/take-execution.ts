/**
 * One execution through the intake: decoded, validated and sequenced, in batches of 1 and of 1,000, with a journal that keeps
 * nothing; decoding by itself; and the same the general way, which reads values and validates them by their schemas. The
 * shard takes its records outside the time.
 */

import { Packr } from 'msgpackr';

import { decodeBatch, type DecodedBatch, decodeValues } from '../../gateway/ingest/decode-batch.ts';
import { takeBatch } from '../../gateway/ingest/take-batch.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import { allocatedBytes } from './allocation.ts';
import { collectGarbage } from './collector.ts';
import { batchOf, InputEvents } from './input-events.ts';
import { MixedFlow } from './mixed-flow.ts';
import type { Measurement, Operation } from './operation.ts';
import type { Size } from './size.ts';
import { repeated, timed } from './rounds.ts';
import { SequencerLane } from './sequencer-lane.ts';

const SIZES = {
  full: { orders: 10_000, symbols: 100, executions: 40_000 },
  smoke: { orders: 100, symbols: 10, executions: 2_000 },
} as const;
const BATCH = 1_000;
const QUANTITY = 100;
const PRICE = 100;
const JSON_TYPE = 'application/json';
const MSGPACK_TYPE = 'application/msgpack';

const packr = new Packr({ useRecords: false });
const asJson = (events: unknown): Uint8Array => Buffer.from(JSON.stringify(events));
/** What the packer gives is a view of memory that it uses again. */
const asMsgpack = (events: unknown): Uint8Array => Uint8Array.from(packr.pack(events));

export const takeExecution: Operation = {
  run(size) {
    const { orders, executions } = SIZES[size];
    const events = new InputEvents();
    const flow = new MixedFlow(SIZES[size], events);
    const lane = new SequencerLane(orders, flow.us).attach();
    flow.announce();
    for (let all = events.take(); all.length > 0; all = all.slice(BATCH)) {
      lane.sequencer.accept(batchOf(all.slice(0, BATCH)));
      lane.publish();
    }
    const faults: string[] = [];
    let sent = 0;
    const bodies = (batch: number, encode: (events: unknown) => Uint8Array): Uint8Array[] => {
      for (let i = 0; i < executions; i++) events.fill(sent % orders, 0, flow.us, QUANTITY, PRICE + (sent++ % 7));
      const all = events.take();
      const made = Array.from({ length: executions / batch }, (_, i) => encode(all.slice(i * batch, (i + 1) * batch)));
      collectGarbage();
      return made;
    };
    const context = { sequencer: lane.sequencer, registry: lane.sequencer.registry, intakeClosed: () => undefined } as unknown as GatewayContext;
    const taking = (mediaType: string, decode: (body: Uint8Array, mediaType: string) => DecodedBatch) => (body: Uint8Array): void => {
      const taking = takeBatch(context, undefined, () => decode(body, mediaType));
      if (!taking.ok || taking.answer.rejected.length > 0 || taking.answer.duplicates > 0) faults.push('an execution was not taken');
    };
    const decoding = (mediaType: string) => (body: Uint8Array): void => {
      const decoded = decodeBatch(body, mediaType);
      if (!decoded.ok || decoded.frequent === undefined || decoded.values.length > 0) faults.push('a batch was not read into columns');
    };
    const measure = (what: string, batch: number, encode: (events: unknown) => Uint8Array, once: (body: Uint8Array) => void): Measurement =>
      ofBodies(size, what, () => bodies(batch, encode), once, () => lane.publish());
    const measurements = [
      measure('one execution, JSON decoded and validated', BATCH, asJson, decoding(JSON_TYPE)),
      measure('one execution, JSON decoded, validated, sequenced', BATCH, asJson, taking(JSON_TYPE, decodeBatch)),
      measure('the same, each in a batch of its own', 1, asJson, taking(JSON_TYPE, decodeBatch)),
      measure('the same in batches, the general way', BATCH, asJson, taking(JSON_TYPE, decodeValues)),
      measure('one execution, MessagePack decoded and validated', BATCH, asMsgpack, decoding(MSGPACK_TYPE)),
      measure('one execution, MessagePack decoded, validated, sequenced', BATCH, asMsgpack, taking(MSGPACK_TYPE, decodeBatch)),
      measure('the same, the general way', BATCH, asMsgpack, taking(MSGPACK_TYPE, decodeValues)),
    ];
    return { measurements, faults };
  },
};

function ofBodies(size: Size, what: string, make: () => Uint8Array[], once: (body: Uint8Array) => void, afterwards: () => void): Measurement {
  const { executions } = SIZES[size];
  const ns = repeated(size, () => {
    const made = make();
    const round = timed(executions, () => made.forEach(once))();
    afterwards();
    return round;
  });
  const made = make();
  const bytes = allocatedBytes(() => made.forEach(once)) / executions;
  afterwards();
  return { what, ns, bytes };
}
