/**
 * Replay of a journal: read, checked, sequenced and applied on one thread. The service reads on its main thread and applies on one
 * thread a shard, so the two parts are also told by themselves: the slower of them is its pace.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Journal } from '../../engine/journal/journal.ts';
import { median } from '../measure/ratios.ts';
import { collectGarbage } from './collector.ts';
import { batchOf, InputEvents } from './input-events.ts';
import { MixedFlow } from './mixed-flow.ts';
import { type Operation, rateAtLeast } from './operation.ts';
import type { Spread } from './rounds.ts';
import { SequencerLane } from './sequencer-lane.ts';
import { threadNs } from './thread-clock.ts';

const SIZES = {
  full: { orders: 10_000, symbols: 100, events: 1_000_000, replays: 5 },
  smoke: { orders: 100, symbols: 10, events: 10_000, replays: 1 },
} as const;
const BATCH = 1_000;
const EVENTS_PER_SECOND_MIN = 1_000_000;

interface Replay {
  readonly lane: SequencerLane;
  readonly records: number;
  /** CPU time of this thread, nanoseconds. */
  readonly wholeNs: number;
  readonly shardNs: number;
}

export const journalReplay: Operation = {
  async run(size) {
    const { orders, replays } = SIZES[size];
    const folder = mkdtempSync(join(tmpdir(), 'execmon-replay-'));
    try {
      const live = await write(folder, SIZES[size]);
      const faults: string[] = [];
      const rounds: Replay[] = [];
      for (let round = 0; round <= replays; round++) {
        collectGarbage();
        const replayed = await replay(folder, orders);
        if (round > 0) rounds.push(replayed);
        if (round === replays) faults.push(...differences(live, replayed.lane, orders));
      }
      const spread = (nsOf: (replayed: Replay) => number): Spread => {
        const ns = rounds.map((replayed) => nsOf(replayed) / replayed.records);
        return { median: median(ns), min: Math.min(...ns), max: Math.max(...ns) };
      };
      const whole = spread(({ wholeNs }) => wholeNs);
      const shard = spread(({ shardNs }) => shardNs);
      return {
        measurements: [
          { what: 'replay of a record, all on one thread', ns: whole, targets: [rateAtLeast(whole, EVENTS_PER_SECOND_MIN)] },
          { what: 'of it: read, checked, absorbed, sent', ns: spread(({ wholeNs, shardNs }) => wholeNs - shardNs) },
          { what: 'of it: the shard', ns: shard, targets: [rateAtLeast(shard, EVENTS_PER_SECOND_MIN)] },
        ],
        faults,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Writes the journal as a running service does, and returns what it ran on. */
async function write(folder: string, { orders, symbols, events }: (typeof SIZES)['full' | 'smoke']): Promise<SequencerLane> {
  const input = new InputEvents();
  const flow = new MixedFlow({ orders, symbols }, input);
  const journal = await Journal.open(folder, () => undefined, () => undefined);
  const lane = new SequencerLane(orders, flow.us).attach(journal);
  const accept = async (): Promise<void> => {
    for (let all = input.take(); all.length > 0; all = all.slice(BATCH)) {
      lane.sequencer.accept(batchOf(all.slice(0, BATCH)));
      lane.publish();
    }
    await journal.durable();
  };
  flow.announce();
  await accept();
  for (let sent = 0; sent < events; sent += BATCH * 10) {
    flow.send(Math.min(BATCH * 10, events - sent));
    await accept();
  }
  await journal.close();
  return lane;
}

async function replay(folder: string, orders: number): Promise<Replay> {
  const lane = new SequencerLane(orders, 0);
  let records = 0;
  let shardNs = 0;
  const publish = (): void => {
    const beganNs = threadNs();
    lane.publish();
    shardNs += threadNs() - beganNs;
  };
  const startNs = threadNs();
  const journal = await Journal.open(folder, () => undefined, (segment, frame) => {
    if (!lane.sequencer.hasRoom()) publish();
    lane.sequencer.recover(segment, frame);
    records += frame.recordCount;
  });
  publish();
  const wholeNs = threadNs() - startNs;
  await journal.close();
  return { lane, records, wholeNs, shardNs };
}

/** Orders of which a replay shows other numbers than the run that it replays. */
function differences(live: SequencerLane, replayed: SequencerLane, orders: number): string[] {
  const { cells, rowDoubles } = live.orders;
  const faults: string[] = [];
  for (let orderNo = 0; orderNo < orders; orderNo++) {
    for (let cell = 1; cell < rowDoubles; cell++) {
      const at = orderNo * rowDoubles + cell;
      if (!Object.is(cells[at], replayed.orders.cells[at])) faults.push(`order ${orderNo}, cell ${cell}: ${cells[at]} live, ${replayed.orders.cells[at]} replayed`);
    }
  }
  return faults;
}
