/**
 * A stream of random numbers that is a pure function of (seed, label). Every part of the simulation draws from a stream of its own, so
 * that another order on the desk changes no draw of the market.
 *
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand, public domain), 128 bits of state. Only 32-bit integer operations and
 * exact ones on doubles: the same numbers on any machine.
 */

import { exactExp, exactLog, exactPower } from './exact-math.ts';

const WARM_UP_DRAWS = 16;

export class RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  /** The polar method makes normals in pairs; NaN while none is left over. */
  private spareNormal = Number.NaN;

  constructor(seed: number, label: string) {
    const hash = hashOf(label);
    this.a = seed >>> 0;
    this.b = Math.floor(seed / 2 ** 32) >>> 0 ^ hash;
    this.c = Math.imul(hash, 0x9e3779b1) >>> 0;
    for (let i = 0; i < WARM_UP_DRAWS; i++) this.word();
  }

  /** 32 random bits. */
  word(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.word() >>> 5) * 67_108_864 + (this.word() >>> 6)) / 9_007_199_254_740_992;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number from low to high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Exponential with the given mean. */
  exponential(mean: number): number {
    return -mean * exactLog(1 - this.uniform());
  }

  /** Standard normal, by Marsaglia's polar method (1964). */
  normal(): number {
    if (!Number.isNaN(this.spareNormal)) {
      const spare = this.spareNormal;
      this.spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * exactLog(square)) / square);
      this.spareNormal = y * scale;
      return x * scale;
    }
  }

  /** exp of a normal: `median` its median, `sigma` the standard deviation of its logarithm. */
  logNormal(median: number, sigma: number): number {
    return median * exactExp(sigma * this.normal());
  }

  /** Pareto: at least `low`, tail exponent alpha. */
  pareto(low: number, alpha: number): number {
    return low * exactPower(1 - this.uniform(), -1 / alpha);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!;
  }

  /** An index of `weights`, in proportion to them. */
  weighted(weights: readonly number[]): number {
    let total = 0;
    for (const weight of weights) total += weight;
    let left = this.uniform() * total;
    for (let i = 0; i < weights.length; i++) {
      left -= weights[i]!;
      if (left < 0) return i;
    }
    return weights.length - 1;
  }
}

/** FNV-1a, 32 bits, then mixed. */
function hashOf(label: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
