/**
 * The venues the desk routes to: what they charge, how fast they answer, how often they refuse. One of them degrades for
 * a part of the day: it refuses, answers slowly, and little of what it displays can be had.
 *
 * Fees and rebates are a share's, in the order's currency (a rebate is negative), of the size US venues publish.
 */

import { RandomStream } from '../random/random-stream.ts';

export interface Venue {
  readonly name: string;
  readonly removeFee: number;
  readonly addFee: number;
  readonly auctionFee: number;
  /** Median of the time from route to acknowledgement, which is log-normal. */
  readonly ackLatencyUs: number;
  readonly rejectProbability: number;
  /** Share of the desk's ordinary routes. */
  readonly weight: number;
}

export const VENUES: readonly Venue[] = [
  { name: 'XNAS', removeFee: 0.003, addFee: -0.0021, auctionFee: 0.0008, ackLatencyUs: 900, rejectProbability: 0.002, weight: 0.36 },
  { name: 'XNYS', removeFee: 0.003, addFee: -0.0018, auctionFee: 0.001, ackLatencyUs: 1_200, rejectProbability: 0.002, weight: 0.28 },
  { name: 'BATS', removeFee: 0.0029, addFee: -0.0024, auctionFee: 0.0008, ackLatencyUs: 800, rejectProbability: 0.003, weight: 0.22 },
  { name: 'IEXG', removeFee: 0.0009, addFee: 0, auctionFee: 0.0005, ackLatencyUs: 1_600, rejectProbability: 0.002, weight: 0.14 },
];

const VENUE_WEIGHTS = VENUES.map((venue) => venue.weight);
const LATENCY_SIGMA = 0.4;

/** How a degraded venue is worse. */
const DEGRADED = {
  rejectProbability: 0.6,
  latencyFactor: 60,
  latencyExtraUs: 200_000,
  /** Of what is displayed, how much a take gets. */
  takeShare: 0.1,
  /** Orders of others slip in before the desk's. */
  queueFactor: 10,
} as const;

/** Where in the session it degrades, and for how long, as shares of the session. */
const DEGRADED_FROM = { low: 0.25, high: 0.5 } as const;
const DEGRADED_LENGTH = { low: 0.15, high: 0.25 } as const;

export class Venues {
  readonly degradedVenueNo: number;
  readonly degradedFromUs: number;
  readonly degradedToUs: number;

  constructor(seed: number, openUs: number, closeUs: number) {
    const random = new RandomStream(seed, 'desk/venues');
    const sessionUs = closeUs - openUs;
    this.degradedVenueNo = random.integer(0, VENUES.length - 1);
    this.degradedFromUs = Math.round(openUs + sessionUs * random.between(DEGRADED_FROM.low, DEGRADED_FROM.high));
    this.degradedToUs = Math.round(this.degradedFromUs + sessionUs * random.between(DEGRADED_LENGTH.low, DEGRADED_LENGTH.high));
  }

  isDegraded(venueNo: number, us: number): boolean {
    return venueNo === this.degradedVenueNo && us >= this.degradedFromUs && us < this.degradedToUs;
  }

  pick(random: RandomStream): number {
    return random.weighted(VENUE_WEIGHTS);
  }

  ackLatencyUs(venueNo: number, us: number, random: RandomStream): number {
    const usual = random.logNormal(VENUES[venueNo]!.ackLatencyUs, LATENCY_SIGMA);
    return this.isDegraded(venueNo, us) ? usual * DEGRADED.latencyFactor + DEGRADED.latencyExtraUs : usual;
  }

  rejectProbability(venueNo: number, us: number): number {
    return this.isDegraded(venueNo, us) ? DEGRADED.rejectProbability : VENUES[venueNo]!.rejectProbability;
  }

  /** What of a displayed size a take can get. */
  takableUnits(venueNo: number, us: number, displayedUnits: number): number {
    return this.isDegraded(venueNo, us) ? Math.floor(displayedUnits * DEGRADED.takeShare) : displayedUnits;
  }

  /** What is really ahead of a child that joins, as a multiple of what is displayed. */
  queueFactor(venueNo: number, us: number): number {
    return this.isDegraded(venueNo, us) ? DEGRADED.queueFactor : 1;
  }
}
