/** Leaving memory: what is stored of an order is what memory would have answered, a replay stores the same, others notice nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import type { AnalyticsRow } from '../../engine/domain/rows.ts';
import { DEFAULT_SETTINGS, RETENTION_MINUTES_MIN } from '../../engine/domain/settings.ts';
import { lives } from '../support/engine-lives.ts';
import { EnginePipeline } from '../support/engine-pipeline.ts';
import { advance, assertSameBits, FEWER_RUNS, rowsOf, runLife } from '../support/engine-runs.ts';

const SECOND_US = 1_000_000;
const SETTINGS = { ...DEFAULT_SETTINGS, retentionMinutes: RETENTION_MINUTES_MIN };
const RETENTION_US = RETENTION_MINUTES_MIN * 60 * SECOND_US;
/** Both sides of the comparison are told their settings, so that their sequences are the same. */
const LONGER = { ...DEFAULT_SETTINGS, retentionMinutes: 2 * 1_440 };

/** Explained analytics without the sequence of the moment at which they were made. */
function withoutMoment(json: string): unknown {
  const answer = JSON.parse(json) as { execution_summary: { as_of_sequence?: number } };
  delete answer.execution_summary.as_of_sequence;
  return answer;
}

function storedAnalytics(pipeline: EnginePipeline): readonly AnalyticsRow[] {
  return pipeline.rows.filter((row) => row.kind === 'analytics');
}

describe('an order that leaves memory', () => {
  test('is stored as memory would answer, and a replay stores it again', async () => {
    let stored = 0;
    await fc.assert(
      fc.asyncProperty(lives({ isWide: true }), async (life) => {
        const leaving = await runLife(life, { settings: SETTINGS });
        const staying = await runLife(life, { settings: LONGER });
        const untilUs = leaving.nowUs + RETENTION_US + 5 * SECOND_US;
        let seen = storedAnalytics(leaving).length;
        assert.equal(seen, 0, 'nothing leaves before its time');
        for (let us = leaving.nowUs + SECOND_US; us <= untilUs; us += SECOND_US) {
          advance(leaving, us);
          advance(staying, us);
          for (const row of storedAnalytics(leaving).slice(seen)) {
            assert.deepEqual(withoutMoment(row.content), withoutMoment(JSON.stringify(staying.analytics(row.orderId, true))));
            assert.equal(row.parts, 1);
            seen++;
          }
        }
        stored += seen;
        for (const orderId of life.orderIds) assertSameBits({ ...leaving.status(orderId), as_of_sequence: 0 }, { ...staying.status(orderId), as_of_sequence: 0 });
        await Promise.all([leaving.close(), staying.close()]);
        const again = await EnginePipeline.open({ folder: leaving.folder });
        assertSameBits(rowsOf(again), rowsOf(leaving));
        assertSameBits(storedAnalytics(again), storedAnalytics(leaving));
        await again.close();
      }),
      { numRuns: FEWER_RUNS },
    );
    assert.ok(stored > FEWER_RUNS / 4, `${stored} orders left memory in ${FEWER_RUNS} lives`);
  });
});
