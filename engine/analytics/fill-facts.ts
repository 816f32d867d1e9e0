/**
 * What spread measures, markouts and attribution need of a live fill: what it was and the market that it met.
 * NaN where the market was not known.
 */
export interface PricedFill {
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  /** The last valid quote below the fill's (timestamp, sequence). */
  readonly bid: number;
  readonly ask: number;
  /** Mid at the fill plus each of MARKOUT_HORIZONS; NaN until it is final. */
  readonly laterMids: readonly number[];
}

/** A live fill with the market that it met. */
export interface FillFacts extends PricedFill {
  readonly executionNo: number;
  readonly timestampUs: number;
  readonly venueNo: number;
  readonly childNo: number;
  readonly liquidity: number;
}

/** With index(t_i) / index(t0) - 1; NaN where a level is not known. */
export interface IndexedFill {
  readonly quantity: number;
  readonly indexMove: number;
}

export const MARKOUT_HORIZONS = [
  { key: '1s', us: 1_000_000 },
  { key: '15s', us: 15_000_000 },
  { key: '1m', us: 60_000_000 },
  { key: '5m', us: 300_000_000 },
  { key: '30m', us: 1_800_000_000 },
] as const;
export type MarkoutKey = (typeof MARKOUT_HORIZONS)[number]['key'];

export function midOf({ bid, ask }: Pick<PricedFill, 'bid' | 'ask'>): number {
  return (bid + ask) / 2;
}
