/** The search for the highest rate that is held, against something that holds exactly so much. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RateSearch } from '../../../bench/scenarios/rate-search.ts';

const RANGE = { low: 300, high: 1_200 };
const STEPS = 3;
const FURTHER_STEPS = 3;

function found(capacity: number): { readonly search: RateSearch; readonly rates: readonly number[] } {
  const search = new RateSearch(RANGE, STEPS, FURTHER_STEPS);
  const rates: number[] = [];
  while (!search.isOver) {
    const rate = search.next();
    rates.push(rate);
    search.learn(rate, rate <= capacity);
  }
  return { search, rates };
}

describe('the search for a held rate', () => {
  test('ends no further than the eighth root of its range below what is held, in as many steps as were asked for', () => {
    for (const capacity of [390, 500, 600, 700, 900, 1_000]) {
      const { search, rates } = found(capacity);
      assert.equal(rates.length, STEPS, `${capacity}: ${rates.join(' ')}`);
      assert.ok(search.held <= capacity && search.held > capacity / (RANGE.high / RANGE.low) ** (1 / 8) - 1, `${capacity}: ${rates.join(' ')}`);
      assert.equal(search.expected, search.held);
    }
  });

  test('looks further up when all was held, and comes back', () => {
    const { search, rates } = found(1_300);
    assert.ok(rates.length > STEPS && Math.max(...rates) > 1_300, rates.join(' '));
    assert.ok(search.held <= 1_300 && search.held > 1_000, rates.join(' '));
  });

  test('looks further down when nothing was', () => {
    const { search, rates } = found(200);
    assert.ok(rates.length > STEPS && search.held <= 200, rates.join(' '));
  });

  test('gives up after so many steps, with nothing held and a guess', () => {
    const { search, rates } = found(1);
    assert.equal(rates.length, STEPS + FURTHER_STEPS);
    assert.ok(Number.isNaN(search.held));
    assert.ok(search.expected < RANGE.low / 2);
  });

  test('a rate that is held once and not when tried lower is told as it was seen', () => {
    const search = new RateSearch(RANGE, 2, 0);
    search.learn(600, true);
    search.learn(550, false);
    assert.ok(search.isOver);
    assert.equal(search.held, 600);
  });
});
