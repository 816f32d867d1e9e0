/**
 * One execution through the intake: JSON decoded, validated and sequenced, in batches of 1 and of 1,000, with a journal that keeps
 * nothing; and each part by itself. The shard takes its records outside the time.
 */

import { validateEvent } from '../../engine/domain/validate.ts';
import { decodeBatch } from '../../gateway/ingest/decode-batch.ts';
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
    const bodies = (batch: number): Uint8Array[] => {
      for (let i = 0; i < executions; i++) events.fill(sent % orders, 0, flow.us, QUANTITY, PRICE + (sent++ % 7));
      const all = events.take();
      const made = Array.from({ length: executions / batch }, (_, i) => Buffer.from(JSON.stringify(all.slice(i * batch, (i + 1) * batch))));
      collectGarbage();
      return made;
    };
    const context = { sequencer: lane.sequencer, registry: lane.sequencer.registry, intakeClosed: () => undefined } as unknown as GatewayContext;
    const take = (body: Uint8Array): void => {
      const taking = takeBatch(context, undefined, () => decodeBatch(body, 'application/json'));
      if (!taking.ok || taking.answer.rejected.length > 0 || taking.answer.duplicates > 0) faults.push('an execution was not taken');
    };
    const decode = (body: Uint8Array): void => {
      if (!decodeBatch(body, 'application/json').ok) faults.push('a batch was not decoded');
    };
    const decodeAndValidate = (body: Uint8Array): void => {
      const decoded = decodeBatch(body, 'application/json');
      if (decoded.ok) for (const value of decoded.values) if (!('value' in value && validateEvent(value.value).ok)) faults.push('an execution is not valid');
    };
    const measure = (what: string, batch: number, once: (body: Uint8Array) => void): Measurement => ofBodies(size, what, () => bodies(batch), once, () => lane.publish());
    const measurements = [
      measure('one execution, JSON decoded', BATCH, decode),
      measure('one execution, JSON decoded and validated', BATCH, decodeAndValidate),
      measure('one execution, decoded, validated, sequenced', BATCH, take),
      measure('the same, each in a batch of its own', 1, take),
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
