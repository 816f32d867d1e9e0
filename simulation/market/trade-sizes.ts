/**
 * Sizes of the trades of one symbol, in lots: log-normal with a Pareto tail, larger ones round. Owns the distribution.
 *
 * The sizes are a fixed table drawn once and scaled until its mean is the one asked for, rounding included; a draw takes a row. The mean
 * volume of a day is then known exactly.
 */

import type { RandomStream } from '../random/random-stream.ts';

const ROWS = 4_096;
const LOG_SIGMA = 0.9;
const TAIL_CHANCE = 0.02;
const TAIL_SIZE_MIN = 5;
const TAIL_ALPHA = 1.7;
/** In medians. */
const TAIL_SIZE_MAX = 60;
const SCALING_ROUNDS = 12;

export class TradeSizes {
  private readonly lots: Float64Array;
  private readonly stream: RandomStream;

  /** `meanLots` at least 1. */
  constructor(stream: RandomStream, meanLots: number) {
    this.stream = stream;
    const raw = Float64Array.from({ length: ROWS }, () =>
      stream.chance(TAIL_CHANCE) ? Math.min(TAIL_SIZE_MAX, stream.pareto(TAIL_SIZE_MIN, TAIL_ALPHA)) : stream.logNormal(1, LOG_SIGMA),
    );
    let scale = meanLots / mean(raw);
    let lots = raw.map((size) => roundLots(size * scale));
    for (let i = 0; i < SCALING_ROUNDS; i++) {
      scale *= meanLots / mean(lots);
      lots = raw.map((size) => roundLots(size * scale));
    }
    this.lots = lots;
  }

  next(): number {
    return this.lots[this.stream.integer(0, ROWS - 1)]!;
  }
}

/** People like round numbers: fives from twenty lots on, tens from a hundred. */
function roundLots(lots: number): number {
  const step = lots < 20 ? 1 : lots < 100 ? 5 : 10;
  return Math.max(1, Math.round(lots / step) * step);
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
