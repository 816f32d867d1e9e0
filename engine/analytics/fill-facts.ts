/**
 * A live fill with the market that it met: what spread measures, markouts and attribution are computed from.
 * NaN where the market was not known.
 */
export interface FillFacts {
  readonly executionNo: number;
  readonly timestampUs: number;
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly venueNo: number;
  readonly childNo: number;
  readonly liquidity: number;
  /** The last valid quote below the fill's (timestamp, sequence). */
  readonly bid: number;
  readonly ask: number;
  /** Mid at the fill plus each of MARKOUT_HORIZONS; NaN until it is final. */
  readonly laterMids: readonly number[];
}

export const MARKOUT_HORIZONS = [
  { key: '1s', us: 1_000_000 },
  { key: '15s', us: 15_000_000 },
  { key: '1m', us: 60_000_000 },
  { key: '5m', us: 300_000_000 },
  { key: '30m', us: 1_800_000_000 },
] as const;
export type MarkoutKey = (typeof MARKOUT_HORIZONS)[number]['key'];

export function midOf(fill: FillFacts): number {
  return (fill.bid + fill.ask) / 2;
}
