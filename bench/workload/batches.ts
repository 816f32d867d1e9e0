/**
 * The bodies of a closed-loop round, encoded in advance so that the generator has little to do while it measures.
 *
 * They are dealt to lanes: what is about one symbol is on one lane, in its order, as clients that are partitioned send it.
 */

import { Packr } from 'msgpackr';

import { fillEvent, quoteEvent, QUOTES_PER_FILL } from './events.ts';
import { makeFills, type FillsSpec, symbolNoOf } from './fills.ts';

export const FORMATS = ['json', 'msgpack'] as const;
export type Format = (typeof FORMATS)[number];

export const CONTENT_TYPES: Readonly<Record<Format, string>> = { json: 'application/json', msgpack: 'application/msgpack' };

export interface ClosedLoopSpec extends FillsSpec {
  readonly format: Format;
  readonly batchEvents: number;
  readonly lanes: number;
}

export interface Batch {
  readonly body: Buffer;
  readonly eventCount: number;
}

const packr = new Packr({ useRecords: false });
/** Event times rise by this from one fill to the next. */
const STEP_US = 1;

/** The batches of each lane: every fill of the round, each followed by the quotes that go with it. */
export function makeLanes(spec: ClosedLoopSpec, firstTimestampUs: number): Batch[][] {
  const fills = makeFills(spec);
  const lanes: { readonly batches: Batch[]; events: object[] }[] = Array.from({ length: spec.lanes }, () => ({ batches: [], events: [] }));
  for (let fillNo = 0; fillNo < spec.fillCount; fillNo++) {
    const timestampUs = firstTimestampUs + fillNo * STEP_US;
    const symbolNo = symbolNoOf(spec, fills.orderNos[fillNo]!);
    const lane = lanes[symbolNo % spec.lanes]!;
    lane.events.push(fillEvent(spec, fills, fillNo, timestampUs));
    for (let i = 0; i < QUOTES_PER_FILL; i++) lane.events.push(quoteEvent(symbolNo, fillNo * QUOTES_PER_FILL + i, timestampUs));
    while (lane.events.length >= spec.batchEvents) lane.batches.push(encode(spec.format, lane.events.splice(0, spec.batchEvents)));
  }
  for (const lane of lanes) if (lane.events.length > 0) lane.batches.push(encode(spec.format, lane.events));
  return lanes.map(({ batches }) => batches);
}

function encode(format: Format, events: readonly object[]): Batch {
  // What packr gives is a view of its pool, which it uses again.
  const body = format === 'json' ? Buffer.from(JSON.stringify(events)) : Buffer.from(packr.pack(events));
  return { body, eventCount: events.length };
}
