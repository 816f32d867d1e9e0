import { BPS } from '../domain/units.ts';

export interface VenueFills {
  readonly venueNo: number;
  readonly quantity: number;
  readonly notional: number;
  readonly fees: number;
}

export interface VenueContribution {
  readonly venueNo: number;
  readonly quantity: number;
  readonly averagePrice: number;
  readonly fees: number;
  readonly contributionBps: number;
}

/**
 * What each venue's fills contributed to the order's cost.
 *
 *     contributionBps = (side * (notional - quantity * arrivalPrice) + fees) / (firstQuantity * decisionPrice) * 10_000
 *
 * over the venue's fills. The denominator is the whole order's (implementation shortfall's), so that the venues add up to
 * the trading and fees parts of the shortfall. Without a decision price the arrival price stands for it.
 *
 * Sign: positive is a cost. NaN: no arrival price. Venues come in the order of their first fill.
 * Source: Perold (1988), The Journal of Portfolio Management 14(3), for the denominator.
 */
export function venueContributions(order: {
  readonly side: 1 | -1;
  readonly arrivalPrice: number;
  readonly decisionPrice: number;
  readonly firstQuantity: number;
  readonly shares: readonly VenueFills[];
}): VenueContribution[] {
  const reference = Number.isNaN(order.decisionPrice) ? order.arrivalPrice : order.decisionPrice;
  return order.shares.map(({ venueNo, quantity, notional, fees }) => ({
    venueNo,
    quantity,
    averagePrice: notional / quantity,
    fees,
    contributionBps:
      ((order.side * (notional - quantity * order.arrivalPrice) + fees) / (order.firstQuantity * reference)) * BPS,
  }));
}
