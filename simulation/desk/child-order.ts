/**
 * A child order (FIX: the order routed to a venue), from its route to its end. It owns its own quantities; what happens to it is
 * decided in router.ts and queue-position.ts.
 */

/**
 * join: LIMIT, DAY, at the near touch, waits in the queue. take: LIMIT, IOC, at the far touch. on_close: waits for the
 * closing auction.
 */
export type ChildKind = 'join' | 'take' | 'on_close';

export class ChildOrder {
  readonly id: string;
  /** Index of its parent on the desk. */
  readonly orderNo: number;
  readonly kind: ChildKind;
  readonly side: 1 | -1;
  readonly venueNo: number;
  readonly units: number;
  /** Limit; NaN for a market order on the close. */
  readonly price: number;
  /** When the venue has it and says so. */
  readonly arrivesUs: number;
  /** Where displayed size is not all that is ahead (a degraded venue): by how much more; else 1. */
  readonly queueFactor: number;

  state: 'in_flight' | 'resting' | 'done' = 'in_flight';
  filledUnits = 0;
  isCancelRequested = false;
  /** Units of others that trade before it at its price; NaN while its price is behind the touch and nothing is known of its queue. */
  queueAheadUnits = Number.NaN;

  constructor(facts: Pick<ChildOrder, 'id' | 'orderNo' | 'kind' | 'side' | 'venueNo' | 'units' | 'price' | 'arrivesUs' | 'queueFactor'>) {
    this.id = facts.id;
    this.orderNo = facts.orderNo;
    this.kind = facts.kind;
    this.side = facts.side;
    this.venueNo = facts.venueNo;
    this.units = facts.units;
    this.price = facts.price;
    this.arrivesUs = facts.arrivesUs;
    this.queueFactor = facts.queueFactor;
  }

  get openUnits(): number {
    return this.state === 'done' ? 0 : this.units - this.filledUnits;
  }
}
