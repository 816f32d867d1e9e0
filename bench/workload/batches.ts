/**
 * The batches of a round: which fills go together, on which connection and when; and their bytes, encoded in advance so
 * that the generator has little to do while it measures.
 *
 * They are dealt to lanes: what is about one symbol is on one lane, in its order, as clients that are partitioned send it.
 */

import { Packr } from 'msgpackr';

import { fillEvent, quoteEvent, QUOTES_PER_FILL } from './events.ts';
import { jsonFrame, markOf, msgpackFrame } from './fill-mark.ts';
import { type Fills, type FillsSpec, makeFills, symbolNoOf } from './fills.ts';

/** The ways into the service. */
export const DOORS = ['http-json', 'http-msgpack', 'ws-json', 'ws-msgpack'] as const;
export type Door = (typeof DOORS)[number];

export const isSocketDoor = (door: Door): boolean => door.startsWith('ws-');
export const isJsonDoor = (door: Door): boolean => door.endsWith('json');

export interface BatchesSpec extends FillsSpec {
  readonly door: Door;
  /** Fills and the quotes that go with them. */
  readonly batchEvents: number;
  readonly lanes: number;
  /** QUOTES_PER_FILL without it. */
  readonly quotesPerFill?: number;
}

export interface PlannedBatch {
  readonly laneNo: number;
  readonly fillNos: readonly number[];
}

export interface Batch {
  /** The body of a request, or a frame. */
  readonly body: Buffer;
  readonly mark: string;
  readonly eventCount: number;
}

const packr = new Packr({ useRecords: false });

/** Every fill of the round in the order in which the batches are full; the rest of each lane at the end. */
export function planBatches(spec: BatchesSpec, fills: Fills): PlannedBatch[] {
  const batchFills = Math.max(1, Math.floor(spec.batchEvents / (1 + (spec.quotesPerFill ?? QUOTES_PER_FILL))));
  const planned: PlannedBatch[] = [];
  const open: number[][] = Array.from({ length: spec.lanes }, () => []);
  const close = (laneNo: number): void => {
    planned.push({ laneNo, fillNos: open[laneNo]! });
    open[laneNo] = [];
  };
  fills.orderNos.forEach((orderNo, fillNo) => {
    const laneNo = symbolNoOf(spec, orderNo) % spec.lanes;
    open[laneNo]!.push(fillNo);
    if (open[laneNo]!.length === batchFills) close(laneNo);
  });
  open.forEach((fillNos, laneNo) => {
    if (fillNos.length > 0) close(laneNo);
  });
  return planned;
}

/** The bytes of a batch: each fill followed by its quotes, all at the time of the fill. */
export function encodeBatch(spec: BatchesSpec, fills: Fills, { fillNos }: PlannedBatch, timestampOf: (fillNo: number) => number): Batch {
  const events: object[] = [];
  const quotesPerFill = spec.quotesPerFill ?? QUOTES_PER_FILL;
  for (const fillNo of fillNos) {
    const timestampUs = timestampOf(fillNo);
    const symbolNo = symbolNoOf(spec, fills.orderNos[fillNo]!);
    events.push(fillEvent(spec, fills, fillNo, timestampUs));
    for (let i = 0; i < quotesPerFill; i++) events.push(quoteEvent(symbolNo, fillNo * quotesPerFill + i, timestampUs));
  }
  const mark = markOf(spec.roundId, fillNos.map((fillNo) => fills.orderNos[fillNo]!));
  return { body: bodyOf(spec.door, mark, events), mark, eventCount: events.length };
}

/** The batches of each lane. Event times rise by a microsecond from one fill to the next. */
export function makeLanes(spec: BatchesSpec, firstTimestampUs: number): Batch[][] {
  const fills = makeFills(spec);
  const lanes: Batch[][] = Array.from({ length: spec.lanes }, () => []);
  for (const planned of planBatches(spec, fills)) {
    lanes[planned.laneNo]!.push(encodeBatch(spec, fills, planned, (fillNo) => firstTimestampUs + fillNo));
  }
  return lanes;
}

function bodyOf(door: Door, mark: string, events: readonly object[]): Buffer {
  switch (door) {
    case 'http-json':
      return Buffer.from(JSON.stringify(events));
    case 'http-msgpack':
      // What packr gives is a view of its pool, which it uses again.
      return Buffer.from(packr.pack(events));
    case 'ws-json':
      return jsonFrame(mark, JSON.stringify(events));
    case 'ws-msgpack':
      return msgpackFrame(mark, packr.pack(events));
  }
}
