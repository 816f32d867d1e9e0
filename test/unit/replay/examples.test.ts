/** The files in docs/examples: every line is a valid event, and the story that a name promises is in the file. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { InputEvent } from '../../../engine/domain/events.ts';
import { validateEvent } from '../../../engine/domain/validate.ts';
import { ndjsonEvents } from '../../../gateway/replay/ndjson-source.ts';
import { PROJECT_ROOT } from '../../support/project-root.ts';

const FOLDER = join(PROJECT_ROOT, 'docs', 'examples');

async function readExample(name: string): Promise<InputEvent[]> {
  const events: InputEvent[] = [];
  let previousNs = 0n;
  for await (const { json, line, timestampNs } of ndjsonEvents(join(FOLDER, name))) {
    const checked = validateEvent(JSON.parse(json));
    assert.ok(checked.ok, `${name}:${line}: ${checked.ok ? '' : `${checked.fault.field} ${checked.fault.detail}`}`);
    assert.ok(timestampNs >= previousNs, `${name}:${line}: runs back in time`);
    previousNs = timestampNs;
    events.push(checked.value);
  }
  return events;
}

for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.ndjson'))) {
  test(`${name}: valid events in the order of time`, async () => {
    assert.ok((await readExample(name)).length > 0);
  });
}

test('twap-behind-schedule.ndjson: on schedule in the first half, execution speed under .70 before the end', async () => {
  const events = await readExample('twap-behind-schedule.ndjson');
  const order = events.find((event) => event.type === 'order');
  assert.ok(order?.end_time !== undefined);
  const startMs = Date.parse(order.start_time ?? order.timestamp);
  const endMs = Date.parse(order.end_time);
  const speedAt = (share: number): number => {
    const timeMs = startMs + share * (endMs - startMs);
    const fills = events.filter((event) => event.type === 'execution' && Date.parse(event.timestamp) <= timeMs);
    const filled = fills.reduce((sum, event) => sum + (event.type === 'execution' ? event.quantity : 0), 0);
    return filled / order.quantity / share;
  };
  for (const share of [0.1, 0.2, 0.3, 0.4, 0.5]) assert.ok(Math.abs(speedAt(share) - 1) < 0.02, `speed at ${share}`);
  assert.ok(speedAt(0.7) > 0.7);
  assert.ok(speedAt(0.8) < 0.69);
});

test('twap-behind-schedule.ndjson: every fill is at the bid or the ask of the quote before it', async () => {
  let touch: readonly unknown[] = [];
  for (const event of await readExample('twap-behind-schedule.ndjson')) {
    if (event.type === 'quote') touch = [event.bid, event.ask];
    if (event.type === 'execution') assert.ok(touch.includes(event.price), `${event.exec_id} at ${event.price}`);
  }
});
