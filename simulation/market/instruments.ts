/**
 * The symbols of the synthetic market: invented names with plausible, different properties. Owns the table, nothing that moves.
 */

import type { UShape } from './volume-curves.ts';

export const VENUES = ['XNAS', 'XNYS', 'BATS', 'IEXG'] as const;

export interface InstrumentFacts {
  readonly symbol: string;
  readonly currency: string;
  /** Price that the openings of all seeds scatter around. */
  readonly price: number;
  readonly tick: number;
  /** Units in a lot. */
  readonly lot: number;
  /** Median quoted spread in quiet trading, in ticks; whole ticks are quoted. */
  readonly spreadTicks: number;
  /** Standard deviation of the return from the open to the close, as a ratio. */
  readonly dailyVolatility: number;
  /** Average VWAP-eligible volume of a whole day, auctions included, at activity 1. */
  readonly adv: number;
  readonly sharesOutstanding: number;
  readonly beta: number;
  /** Average over the continuous session, at activity 1; an aggressor that fills at two levels or venues counts once. */
  readonly tradesPerMinute: number;
  /** Mean size at the touch, in mean trades. */
  readonly depthTrades: number;
  readonly shape: UShape;
  /** Parts of the volume on VENUES. */
  readonly venueShares: readonly number[];
}

export interface IndexFacts {
  readonly symbol: string;
  readonly currency: string;
  readonly level: number;
  readonly tick: number;
  readonly dailyVolatility: number;
}

export const INDEX: IndexFacts = { symbol: 'MKTX', currency: 'USD', level: 5_200, tick: 0.01, dailyVolatility: 0.008 };

const shape = (opening: number, closing: number, openingShare: number, closingShare: number): UShape => ({
  opening,
  closing,
  openingShare,
  closingShare,
});

export const INSTRUMENTS: readonly InstrumentFacts[] = [
  {
    symbol: 'ALDR', currency: 'USD', price: 84.2, tick: 0.01, lot: 100, spreadTicks: 1,
    dailyVolatility: 0.016, adv: 12_000_000, sharesOutstanding: 900e6, beta: 1, tradesPerMinute: 60, depthTrades: 4,
    shape: shape(2.2, 1.8, 0.015, 0.09), venueShares: [0.42, 0.24, 0.26, 0.08],
  },
  {
    symbol: 'BRNT', currency: 'USD', price: 23.45, tick: 0.01, lot: 100, spreadTicks: 0.85,
    dailyVolatility: 0.018, adv: 18_500_000, sharesOutstanding: 1_800e6, beta: 0.9, tradesPerMinute: 58, depthTrades: 9,
    shape: shape(1.6, 1.5, 0.012, 0.08), venueShares: [0.2, 0.46, 0.27, 0.07],
  },
  {
    symbol: 'CYGN', currency: 'USD', price: 187.6, tick: 0.01, lot: 100, spreadTicks: 1.8,
    dailyVolatility: 0.02, adv: 8_400_000, sharesOutstanding: 1_100e6, beta: 1.2, tradesPerMinute: 60, depthTrades: 3,
    shape: shape(2.8, 1.6, 0.02, 0.07), venueShares: [0.5, 0.16, 0.26, 0.08],
  },
  {
    symbol: 'DUNE', currency: 'USD', price: 5.12, tick: 0.005, lot: 100, spreadTicks: 1.3,
    dailyVolatility: 0.036, adv: 9_000_000, sharesOutstanding: 410e6, beta: 1.4, tradesPerMinute: 34, depthTrades: 7,
    shape: shape(3.5, 0.9, 0.02, 0.05), venueShares: [0.38, 0.18, 0.36, 0.08],
  },
  {
    symbol: 'ELMR', currency: 'USD', price: 902.4, tick: 0.05, lot: 10, spreadTicks: 6,
    dailyVolatility: 0.022, adv: 520_000, sharesOutstanding: 95e6, beta: 1.3, tradesPerMinute: 38, depthTrades: 2.5,
    shape: shape(2.5, 1.4, 0.018, 0.08), venueShares: [0.52, 0.14, 0.24, 0.1],
  },
  {
    symbol: 'FJRD', currency: 'EUR', price: 41.85, tick: 0.005, lot: 100, spreadTicks: 2.1,
    dailyVolatility: 0.012, adv: 6_300_000, sharesOutstanding: 1_250e6, beta: 0.7, tradesPerMinute: 46, depthTrades: 4,
    shape: shape(1.2, 2.2, 0.01, 0.11), venueShares: [0.3, 0.3, 0.3, 0.1],
  },
  {
    symbol: 'GRVL', currency: 'USD', price: 118.75, tick: 0.01, lot: 100, spreadTicks: 2.4,
    dailyVolatility: 0.015, adv: 3_800_000, sharesOutstanding: 520e6, beta: 1, tradesPerMinute: 44, depthTrades: 3,
    shape: shape(1.9, 2, 0.014, 0.1), venueShares: [0.18, 0.5, 0.24, 0.08],
  },
  {
    symbol: 'HLCN', currency: 'USD', price: 312.1, tick: 0.01, lot: 20, spreadTicks: 8,
    dailyVolatility: 0.026, adv: 1_150_000, sharesOutstanding: 140e6, beta: 1.5, tradesPerMinute: 36, depthTrades: 2.5,
    shape: shape(3, 1.2, 0.02, 0.06), venueShares: [0.55, 0.12, 0.25, 0.08],
  },
  {
    symbol: 'IRIS', currency: 'USD', price: 61.3, tick: 0.01, lot: 100, spreadTicks: 0.95,
    dailyVolatility: 0.008, adv: 7_200_000, sharesOutstanding: 1_400e6, beta: 0.5, tradesPerMinute: 42, depthTrades: 7,
    shape: shape(1, 2.4, 0.01, 0.12), venueShares: [0.22, 0.48, 0.22, 0.08],
  },
  {
    symbol: 'JNPR', currency: 'CAD', price: 36.9, tick: 0.01, lot: 100, spreadTicks: 1.6,
    dailyVolatility: 0.021, adv: 4_100_000, sharesOutstanding: 330e6, beta: 1.1, tradesPerMinute: 32, depthTrades: 4,
    shape: shape(2, 1.3, 0.015, 0.07), venueShares: [0.35, 0.25, 0.32, 0.08],
  },
  {
    symbol: 'KELP', currency: 'USD', price: 14.08, tick: 0.01, lot: 100, spreadTicks: 1.3,
    dailyVolatility: 0.031, adv: 3_000_000, sharesOutstanding: 210e6, beta: 1.3, tradesPerMinute: 24, depthTrades: 5,
    shape: shape(2.6, 1, 0.018, 0.05), venueShares: [0.44, 0.14, 0.34, 0.08],
  },
  {
    symbol: 'LARK', currency: 'GBP', price: 7.46, tick: 0.005, lot: 500, spreadTicks: 1.4,
    dailyVolatility: 0.014, adv: 11_000_000, sharesOutstanding: 2_900e6, beta: 0.8, tradesPerMinute: 30, depthTrades: 6,
    shape: shape(1.1, 2.6, 0.012, 0.115), venueShares: [0.25, 0.35, 0.3, 0.1],
  },
  {
    symbol: 'MOSS', currency: 'USD', price: 49.65, tick: 0.05, lot: 100, spreadTicks: 1.15,
    dailyVolatility: 0.024, adv: 2_400_000, sharesOutstanding: 160e6, beta: 1.2, tradesPerMinute: 22, depthTrades: 6,
    shape: shape(2.2, 1.2, 0.016, 0.06), venueShares: [0.4, 0.2, 0.32, 0.08],
  },
  {
    symbol: 'NOVA', currency: 'USD', price: 152.3, tick: 0.01, lot: 100, spreadTicks: 11,
    dailyVolatility: 0.04, adv: 1_900_000, sharesOutstanding: 88e6, beta: 1.8, tradesPerMinute: 26, depthTrades: 2,
    shape: shape(4, 0.8, 0.025, 0.05), venueShares: [0.6, 0.08, 0.24, 0.08],
  },
  {
    symbol: 'OPAL', currency: 'EUR', price: 228.5, tick: 0.05, lot: 10, spreadTicks: 2.6,
    dailyVolatility: 0.017, adv: 430_000, sharesOutstanding: 64e6, beta: 0.9, tradesPerMinute: 14, depthTrades: 3,
    shape: shape(1.4, 1.9, 0.012, 0.1), venueShares: [0.3, 0.34, 0.26, 0.1],
  },
  {
    symbol: 'PINE', currency: 'USD', price: 28.64, tick: 0.01, lot: 100, spreadTicks: 4.1,
    dailyVolatility: 0.028, adv: 820_000, sharesOutstanding: 58e6, beta: 1, tradesPerMinute: 9, depthTrades: 2.5,
    shape: shape(1.8, 1.6, 0.02, 0.08), venueShares: [0.46, 0.2, 0.28, 0.06],
  },
];
