/** What was filled at the venues of one order, in hand while its last fills are folded again (shard/fold-late-fill.ts). */

import { Int32Column } from '../domain/column.ts';
import { TrailCell } from './fold-trail.ts';
import { placeOf, ShareCell, type VenueShares } from './venue-shares.ts';

const NONE = -1;
const CAPACITY_MIN = 8;

/** Of a venue: fills there are folded; none is any more; none was, and now there is one again. */
const Met = { ALL_ALONG: 0, NOT_NOW: 1, AGAIN: 2 } as const;

export class VenueSums {
  private count = 0;
  private venueNos = new Int32Array(CAPACITY_MIN);
  /** By venue number, from that of no venue: where it stood last, of whatever order. */
  private readonly placeOfNo = new Int32Column(0);
  private shares = new Int32Array(CAPACITY_MIN);
  private met = new Uint8Array(CAPACITY_MIN);
  private quantities = new Float64Array(CAPACITY_MIN);
  private notionals = new Float64Array(CAPACITY_MIN);
  private fees = new Float64Array(CAPACITY_MIN);
  /** Venues that are met again, in the order of their first fill since. */
  private readonly metAgain: number[] = [];

  /** Takes the shares of an order in hand. */
  take(shares: VenueShares, orderNo: number): void {
    this.count = 0;
    this.metAgain.length = 0;
    for (let share = shares.first(orderNo); share !== NONE; share = shares.next(share)) {
      const cells = shares.cellsOf(share);
      const at = placeOf(share);
      const venue = this.append(shares.venueNo(share), share);
      this.quantities[venue] = cells[at + ShareCell.QUANTITY]!;
      this.notionals[venue] = cells[at + ShareCell.NOTIONAL]!;
      this.fees[venue] = cells[at + ShareCell.FEES]!;
    }
  }

  /** Goes back to before a fill, whose entry of the trail begins at `place`. */
  goBack(venueNo: number, trail: Float64Array, place: number): void {
    const venue = this.find(venueNo);
    const isFirst = Number.isNaN(trail[place + TrailCell.VENUE_QUANTITY]!);
    this.met[venue] = isFirst ? Met.NOT_NOW : Met.ALL_ALONG;
    this.quantities[venue] = isFirst ? 0 : trail[place + TrailCell.VENUE_QUANTITY]!;
    this.notionals[venue] = trail[place + TrailCell.VENUE_NOTIONAL]!;
    this.fees[venue] = trail[place + TrailCell.VENUE_FEES]!;
  }

  /** Notes how things are before a fill, in its entry of the trail, and adds it. */
  add(venueNo: number, quantity: number, notional: number, fee: number, trail: Float64Array, place: number): void {
    let venue = this.find(venueNo);
    if (venue === NONE) {
      venue = this.append(venueNo, NONE);
      this.met[venue] = Met.NOT_NOW;
    }
    const isFirst = this.met[venue] === Met.NOT_NOW;
    trail[place + TrailCell.VENUE_QUANTITY] = isFirst ? Number.NaN : this.quantities[venue]!;
    trail[place + TrailCell.VENUE_NOTIONAL] = this.notionals[venue]!;
    trail[place + TrailCell.VENUE_FEES] = this.fees[venue]!;
    if (isFirst) {
      this.met[venue] = Met.AGAIN;
      this.metAgain.push(venue);
    }
    this.quantities[venue]! += quantity;
    this.notionals[venue]! += notional;
    this.fees[venue]! += fee;
  }

  /** Gives the order its shares back, in the order of their first fill. Those that were not there for a while stand last. */
  putBack(shares: VenueShares, orderNo: number): void {
    for (const venue of this.metAgain) if (this.shares[venue] !== NONE) shares.removeLast(orderNo);
    for (const venue of this.metAgain) this.shares[venue] = shares.append(orderNo, this.venueNos[venue]!);
    for (let venue = 0; venue < this.count; venue++) {
      const share = this.shares[venue]!;
      const cells = shares.cellsOf(share);
      const at = placeOf(share);
      cells[at + ShareCell.QUANTITY] = this.quantities[venue]!;
      cells[at + ShareCell.NOTIONAL] = this.notionals[venue]!;
      cells[at + ShareCell.FEES] = this.fees[venue]!;
    }
  }

  private find(venueNo: number): number {
    const venue = this.placeOfNo.get(venueNo + 1);
    return venue < this.count && this.venueNos[venue] === venueNo ? venue : NONE;
  }

  private append(venueNo: number, share: number): number {
    const venue = this.count++;
    if (venue === this.venueNos.length) this.grow();
    this.placeOfNo.set(venueNo + 1, venue);
    this.venueNos[venue] = venueNo;
    this.shares[venue] = share;
    this.met[venue] = Met.ALL_ALONG;
    this.quantities[venue] = 0;
    this.notionals[venue] = 0;
    this.fees[venue] = 0;
    return venue;
  }

  private grow(): void {
    const capacity = this.venueNos.length * 2;
    this.venueNos = grown(this.venueNos, new Int32Array(capacity));
    this.shares = grown(this.shares, new Int32Array(capacity));
    this.met = grown(this.met, new Uint8Array(capacity));
    this.quantities = grown(this.quantities, new Float64Array(capacity));
    this.notionals = grown(this.notionals, new Float64Array(capacity));
    this.fees = grown(this.fees, new Float64Array(capacity));
  }
}

function grown<T extends Int32Array | Uint8Array | Float64Array>(column: T, longer: T): T {
  longer.set(column);
  return longer;
}
