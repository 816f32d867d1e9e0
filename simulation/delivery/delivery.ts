/**
 * How messages reach the monitor: most at once and in order, some late, some twice, some before what they belong to. Their
 * timestamps stay what they are. It owns the messages that are under way; what happened it does not change.
 */

import type { InputEvent } from '../../engine/domain/events.ts';
import { RandomStream } from '../random/random-stream.ts';
import { TimedQueue } from '../timed-queue.ts';

export interface DeliveryRates {
  /** Share of execution reports (fills, corrections, busts) that come late, by an exponential delay with this mean, s. */
  readonly lateExecutions: number;
  readonly lateSecondsMean: number;
  /** Share of announcements and routes that come a moment after their first consequences. */
  readonly lateAnnouncements: number;
  readonly lateAnnouncementSecondsMax: number;
  /** Share of orders, routes and execution reports that come a second time, up to this much later, s. */
  readonly duplicates: number;
  readonly duplicateSecondsMax: number;
  /** Share of trade prints and quotes that come late by up to this much, s. */
  readonly lateMarketData: number;
  readonly lateMarketDataSecondsMax: number;
}

export const DELIVERY_RATES: DeliveryRates = {
  lateExecutions: 0.01,
  lateSecondsMean: 4,
  lateAnnouncements: 0.005,
  lateAnnouncementSecondsMax: 2,
  duplicates: 0.005,
  duplicateSecondsMax: 120,
  lateMarketData: 0.0005,
  lateMarketDataSecondsMax: 3,
};

/** An event and when it reaches the monitor. */
export interface Delivered {
  readonly arrivalUs: number;
  readonly event: InputEvent;
}

const US_PER_SECOND = 1_000_000;

export class Delivery {
  private readonly underWay = new TimedQueue<Delivered>();
  private readonly random: RandomStream;
  private readonly rates: DeliveryRates;

  constructor(seed: number, rates: Partial<DeliveryRates> = {}) {
    this.random = new RandomStream(seed, 'delivery');
    this.rates = { ...DELIVERY_RATES, ...rates };
  }

  /** Sends an event that happened at `timeUs`; calls come in the order of time. */
  send(event: InputEvent, timeUs: number): void {
    const { random, rates } = this;
    this.put(event, timeUs + this.delayUs(event.type));
    if (!hasIdentity(event.type) || !random.chance(rates.duplicates)) return;
    this.put(event, timeUs + random.between(0, rates.duplicateSecondsMax) * US_PER_SECOND);
  }

  /** Takes what has arrived before `timeUs`, in the order of arrival; undefined when there is no more. */
  takeBefore(timeUs: number): Delivered | undefined {
    return this.underWay.nextUs < timeUs ? this.underWay.take() : undefined;
  }

  private put(event: InputEvent, arrivalUs: number): void {
    const arrival = Math.round(arrivalUs);
    this.underWay.put(arrival, { arrivalUs: arrival, event });
  }

  private delayUs(type: InputEvent['type']): number {
    const { random, rates } = this;
    switch (type) {
      case 'execution':
      case 'execution_corrected':
      case 'execution_canceled':
        return random.chance(rates.lateExecutions) ? random.exponential(rates.lateSecondsMean) * US_PER_SECOND : 0;
      case 'order':
      case 'route':
        return random.chance(rates.lateAnnouncements) ? random.between(0, rates.lateAnnouncementSecondsMax) * US_PER_SECOND : 0;
      case 'quote':
      case 'trade':
        return random.chance(rates.lateMarketData) ? random.between(0, rates.lateMarketDataSecondsMax) * US_PER_SECOND : 0;
      default:
        return 0;
    }
  }
}

/** Events that the monitor knows again by an identity of their own; only those may come twice without harm. */
function hasIdentity(type: InputEvent['type']): boolean {
  return type === 'order' || type === 'route' || type === 'execution' || type === 'execution_corrected' || type === 'execution_canceled';
}
