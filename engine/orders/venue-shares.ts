/** What was filled at each venue, per order: a short list in the order of first fill. Made anew when an order is folded. */

export interface VenueShare {
  readonly venueNo: number;
  quantity: number;
  notional: number;
  fees: number;
}

export class VenueShares {
  private readonly ofOrder = new Map<number, VenueShare[]>();

  clear(orderNo: number): void {
    this.ofOrder.delete(orderNo);
  }

  add(orderNo: number, venueNo: number, quantity: number, price: number, fee: number): void {
    let shares = this.ofOrder.get(orderNo);
    if (shares === undefined) this.ofOrder.set(orderNo, (shares = []));
    let share = shares.find((candidate) => candidate.venueNo === venueNo);
    if (share === undefined) shares.push((share = { venueNo, quantity: 0, notional: 0, fees: 0 }));
    share.quantity += quantity;
    share.notional += quantity * price;
    share.fees += fee;
  }

  of(orderNo: number): readonly VenueShare[] {
    return this.ofOrder.get(orderNo) ?? [];
  }
}
