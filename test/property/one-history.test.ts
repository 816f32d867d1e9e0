/** One history, one set of numbers: replay, the number of shards, the size of batches and the moment of looking change nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import type { MonitoringRow } from '../../engine/domain/rows.ts';
import { OrderCell } from '../../engine/orders/order-row.ts';
import type { AlertNotice } from '../../engine/shard/alert-notice.ts';
import { lives } from '../support/engine-lives.ts';
import { type MarketLife, marketLives } from '../support/engine-market-lives.ts';
import { EnginePipeline } from '../support/engine-pipeline.ts';
import { advance, assertSameBits, CLOCKS, FEWER_RUNS, outcomes, rowsOf, runLife } from '../support/engine-runs.ts';
import { runMarketLife } from './whole-answers.ts';

const FIRST = OrderCell.AS_OF_SEQUENCE;
/** Monitoring rows and the cells that hold the same numbers. */
const ROW_CELLS = {
  executionProgress: OrderCell.EXECUTION_PROGRESS,
  expectedProgress: OrderCell.EXPECTED_PROGRESS,
  fillRate: OrderCell.FILL_RATE,
  averagePrice: OrderCell.AVERAGE_PRICE,
  marketImpact: OrderCell.MARKET_IMPACT_BPS,
  costEfficiency: OrderCell.COST_EFFICIENCY,
  slippage: OrderCell.SLIPPAGE_BPS,
  timestampUs: OrderCell.AS_OF_US,
} as const satisfies Partial<Record<keyof MonitoringRow, number>>;

describe('one history', () => {
  for (const clock of CLOCKS) {
    test(`replay of the journal = live, bit for bit, --clock ${clock}`, async () => {
      await check(lives({ isWide: true }), async (life) => {
        const live = await runLife(life, { clock });
        const shown = outcomes(live, life.orderIds);
        await live.close();
        const again = await EnginePipeline.open({ clock, folder: live.folder });
        assertSameBits(outcomes(again, life.orderIds), shown);
        assertSameBits(rowsOf(again), rowsOf(live));
        assertSameBits(again.alerts, live.alerts);
        await again.close();
      });
    });

    test(`1 shard = N shards, --clock ${clock}`, async () => {
      await check(fc.tuple(lives({ isWide: true }), fc.integer({ min: 2, max: 5 })), async ([life, shards]) => {
        const [one, many] = [await runLife(life, { clock }), await runLife(life, { clock, shards })];
        assertSameBits(outcomes(many, life.orderIds), outcomes(one, life.orderIds));
        assertSameBits(rowsOf(many), rowsOf(one));
        assertSameBits(bySequence(many), bySequence(one));
        await Promise.all([one.close(), many.close()]);
      });
    });

    test(`the size of batches does not matter, --clock ${clock}`, async () => {
      await check(fc.tuple(lives({ isWide: true }), fc.integer({ min: 2, max: 40 })), async ([life, batch]) => {
        const [one, many] = [await runLife(life, { clock }), await runLife(life, { clock, batch })];
        assertSameBits(outcomes(many, life.orderIds), outcomes(one, life.orderIds));
        assertSameBits(rowsOf(many), rowsOf(one));
        assertSameBits(bySequence(many), bySequence(one));
        await Promise.all([one.close(), many.close()]);
      });
    });

    test(`observations with one as_of_sequence have the same numbers, --clock ${clock}`, async () => {
      await check(lives({ isWide: true }), async (life) => {
        const pipeline = await runLife(life, {
          clock,
          between: (running, sent) => {
            for (const orderId of life.orderIds) {
              if (sent.length % 3 === 0 && sent.some((event) => event.type === 'order' && event.order_id === orderId)) running.analytics(orderId);
            }
          },
        });
        advance(pipeline, life.endUs + 10_000_000);
        assertAgreement(pipeline);
        await pipeline.close();
      });
    });
  }
});

describe('one history of a whole market', () => {
  /** Sessions with thresholds of their own, one of them for an order that is not announced yet. */
  const begin = (life: MarketLife) => (pipeline: EnginePipeline): void => {
    pipeline.tick(life.arrivals[0]!.reachedUs);
    for (const order_id of life.orderIds.slice(0, 2)) pipeline.start({ order_id, alert_thresholds: { EXECUTION_SPEED: 0.95, SLIPPAGE: 0.5 } });
  };

  test('replay of the journal = live, bit for bit', async () => {
    await check(marketLives(), async (life) => {
      const live = await runMarketLife(life, {}, begin(life));
      const shown = outcomes(live, life.orderIds);
      await live.close();
      const again = await EnginePipeline.open({ clock: live.sequencer.clock.mode, shards: life.shards, folder: live.folder });
      assertSameBits(outcomes(again, life.orderIds), shown);
      assertSameBits(rowsOf(again), rowsOf(live));
      assertSameBits(bySequence(again), bySequence(live));
      await again.close();
    });
  });

  test('a snapshot and the journal behind it = the whole journal, with any number of shards', async () => {
    await check(fc.tuple(marketLives(), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 4 })), async ([life, place, shards]) => {
      const at = Math.floor(place * life.arrivals.length);
      let snapshot = '';
      let sequence = 0;
      const live = await runMarketLife(life, {
        between: async (pipeline, sent) => {
          if (snapshot !== '' || sent < at) return;
          snapshot = await pipeline.snapshot();
          sequence = pipeline.sequencer.lastSequence;
        },
      }, begin(life));
      const shown = outcomes(live, life.orderIds);
      await live.close();
      const again = await EnginePipeline.open({ clock: live.sequencer.clock.mode, shards, folder: live.folder, snapshot });
      assertSameBits(outcomes(again, life.orderIds), shown);
      assertSameBits(rowsOf(again), rowsOf(live).filter((row) => row.sequence > sequence));
      // What was firing is told again, for those who join the streams.
      assertSameBits(bySequence(again).filter((notice) => notice.sequence > sequence), bySequence(live).filter((notice) => notice.sequence > sequence));
      await again.close();
    });
  });

  test('1 shard = N shards', async () => {
    await check(fc.tuple(marketLives(), fc.integer({ min: 2, max: 5 })), async ([life, shards]) => {
      const [one, many] = [await runMarketLife(life, { shards: 1 }, begin(life)), await runMarketLife(life, { shards }, begin(life))];
      assertSameBits(outcomes(many, life.orderIds), outcomes(one, life.orderIds));
      assertSameBits(rowsOf(many), rowsOf(one));
      assertSameBits(bySequence(many), bySequence(one));
      await Promise.all([one.close(), many.close()]);
    });
  });
});

function bySequence(pipeline: EnginePipeline): AlertNotice[] {
  return [...pipeline.alerts].sort((a, b) => a.sequence - b.sequence || (`${a.orderId} ${a.eventId} ${a.revision}` < `${b.orderId} ${b.eventId} ${b.revision}` ? -1 : 1));
}

/** Views ever shown, rows and alerts: whatever shares order and sequence agrees. */
function assertAgreement(pipeline: EnginePipeline): void {
  const views = new Map<string, Float64Array>();
  for (const { orderNo, asOfSequence, cells } of pipeline.shown) {
    const key = `${orderNo} ${asOfSequence}`;
    const known = views.get(key);
    if (known === undefined) views.set(key, cells);
    else assertSameBits(cells, known, `two views of order ${orderNo} at ${asOfSequence}`);
  }
  const at = (orderId: string, sequence: number, cell: number): number | undefined => views.get(`${pipeline.orderNo(orderId)} ${sequence}`)?.[cell - FIRST];
  const rows = new Map<string, unknown>();
  for (const row of pipeline.rows) {
    if (row.kind === 'monitoring') {
      const known = rows.get(`${row.orderId} ${row.sequence}`);
      if (known !== undefined) assertSameBits(row, known);
      rows.set(`${row.orderId} ${row.sequence}`, row);
      for (const [field, cell] of Object.entries(ROW_CELLS)) {
        const shown = at(row.orderId, row.sequence, cell);
        assert.notEqual(shown, undefined, `no view of ${row.orderId} was shown at ${row.sequence}, where it has a row`);
        // MessagePack and JSON know no negative zero: a cost of -0 is written and shown as 0.
        assertSameBits(row[field as keyof typeof ROW_CELLS] + 0, shown! + 0, `${row.orderId} ${field} at ${row.sequence}`);
      }
    }
    if (row.kind === 'order') {
      assertSameBits(row.filledQuantity / row.quantity, at(row.orderId, row.sequence, OrderCell.EXECUTION_PROGRESS), `${row.orderId} at ${row.sequence}`);
      assertSameBits(row.averagePrice, at(row.orderId, row.sequence, OrderCell.AVERAGE_PRICE));
    }
  }
  for (const alert of pipeline.alerts) {
    assertSameBits(alert.currentProgress, at(alert.orderId, alert.sequence, OrderCell.EXECUTION_PROGRESS), `alert ${alert.alertType} at ${alert.sequence}`);
    assertSameBits(alert.expectedProgress, at(alert.orderId, alert.sequence, OrderCell.EXPECTED_PROGRESS));
    assertSameBits(alert.executionSpeed, at(alert.orderId, alert.sequence, OrderCell.EXECUTION_SPEED));
    assertSameBits(alert.costEfficiency, at(alert.orderId, alert.sequence, OrderCell.COST_EFFICIENCY));
  }
}

async function check<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, holds), { numRuns: FEWER_RUNS, includeErrorInReport: true });
}
