/**
 * Comparing many orders in one test: gathers what differs over all of them, so that one run shows the pattern and not only
 * the first case.
 */
import assert from 'node:assert/strict';

const RELATIVE_ERROR_MAX = 1e-9;
/** Near zero a relative error says nothing: below 1 bp (and 1 of anything else) the error is absolute. */
const SCALE_MIN = 1;
const SHOWN_MAX = 10;

/** Whether two numbers are the same but for the rounding of another order of operations. */
export function isClose(actual: number, expected: number): boolean {
  return Math.abs(actual - expected) <= RELATIVE_ERROR_MAX * Math.max(Math.abs(expected), SCALE_MIN);
}

/** As isClose; undefined, which is NaN, only beside undefined. */
export function assertClose(actual: number, expected: number, what: string): void {
  assert.ok(Number.isNaN(expected) ? Number.isNaN(actual) : isClose(actual, expected), `${what}: ${actual}, expected ${expected}`);
}

export class Mismatches {
  readonly #lines: string[] = [];

  /** The same value, to the last bit. */
  unlessSame(orderId: string, field: string, actual: unknown, expected: unknown): void {
    if (!Object.is(actual, expected)) this.#add(orderId, field, actual, expected);
  }

  /** Numbers that are close; null only where null is expected. */
  unlessClose(orderId: string, field: string, actual: number | null | undefined, expected: number | null): void {
    const isSame = typeof actual === 'number' && expected !== null ? isClose(actual, expected) : actual === expected;
    if (!isSame) this.#add(orderId, field, actual, expected);
  }

  assertNone(): void {
    const shown = this.#lines.slice(0, SHOWN_MAX).join('\n');
    assert.equal(this.#lines.length, 0, `${this.#lines.length} mismatches:\n${shown}`);
  }

  #add(orderId: string, field: string, actual: unknown, expected: unknown): void {
    this.#lines.push(`${orderId} ${field}: ${String(actual)}, expected ${String(expected)}`);
  }
}
