/** What a shard that is rebuilt takes of the sequencer's state: it passes over the rest, whatever stands there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MAILBOX_BYTES } from '../../../engine/domain/limits.ts';
import { StateReader } from '../../../engine/domain/state-reader.ts';
import { StateWriter } from '../../../engine/domain/state-writer.ts';
import { validateEvent } from '../../../engine/domain/validate.ts';
import type { Journal } from '../../../engine/journal/journal.ts';
import { createMailbox, MailboxSender } from '../../../engine/ring/mailbox.ts';
import { Router } from '../../../engine/sequencer/router.ts';
import { RoutingRegistry } from '../../../engine/sequencer/routing-registry.ts';
import { Sequencer } from '../../../engine/sequencer/sequencer.ts';

const TIME = '2026-01-01T00:00:00Z';
const NOW_US = 1_767_225_600_000_000;

const EVENTS = [
  { type: 'instrument', timestamp: TIME, symbol: 'AAA', index_symbol: 'INDEX' },
  { type: 'order', timestamp: TIME, event_id: 'e1', order_id: 'o1', symbol: 'AAA', side: 'BUY', quantity: 1_000 },
  { type: 'order', timestamp: TIME, order_id: 'o2', symbol: 'BBB', side: 'SELL', quantity: 1_000 },
  { type: 'route', timestamp: TIME, order_id: 'o1', child_order_id: 'c1', venue: 'XNAS', quantity: 100 },
  { type: 'execution', timestamp: TIME, event_id: 'e2', exec_id: 'x1', order_id: 'o1', venue: 'XNAS', child_order_id: 'c1', quantity: 10, price: 100 },
  { type: 'execution', timestamp: TIME, exec_id: 'x2', order_id: 'o2', venue: 'ARCX', quantity: 10, price: 100 },
];

/** Known: symbols, an index, orders, child orders, executions, event ids, an answered batch, a session. */
function fullSequencer(): Sequencer {
  const sequencer = new Sequencer(new Router([new MailboxSender(createMailbox(MAILBOX_BYTES))]), 'event', () => NOW_US, (error) => {
    throw error;
  });
  const journal = { nextSequence: 1, failed: undefined, beginCommit: () => undefined, append: () => undefined };
  sequencer.attach(journal as unknown as Journal);
  const events = EVENTS.map((event, index) => {
    const checked = validateEvent(event);
    assert.ok(checked.ok, JSON.stringify(event));
    return { index, event: checked.value };
  });
  const { accepted } = sequencer.accept({ events, rejected: [], idempotency: { key: 'batch-1', bodyHash: 42 } });
  assert.equal(accepted, EVENTS.length);
  assert.ok(typeof sequencer.startMonitoring({ order_id: 'o1' }) === 'object');
  return sequencer;
}

test('symbols and indices come out, all else is passed over to the end', () => {
  const { registry } = fullSequencer();
  assert.deepEqual(
    [registry.orders.size, registry.children.size, registry.identities.executionCount, registry.sessions.size, registry.answeredBatches.get('batch-1')?.bodyHash, registry.eventIds.get('e2') !== undefined],
    [2, 1, 2, 1, 42, true],
  );
  const state = new StateWriter();
  registry.save(state);
  const from = new StateReader(state.written);
  const routing = new RoutingRegistry();
  routing.load(from);
  assert.ok(from.isAtEnd);
  for (const symbol of ['AAA', 'BBB', 'INDEX']) assert.equal(routing.symbols.find(symbol), registry.symbols.find(symbol));
  assert.deepEqual([...routing.indexSymbols], [registry.symbols.find('INDEX')]);
  assert.equal(routing.identities.executionCount, 0);
});
