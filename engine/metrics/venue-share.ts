/**
 * Share of what is filled that was filled at one venue.
 *
 *     venueShare = venueQuantity / filledQuantity
 *
 * A ratio; over the venues of an order they add up to 1. Never undefined: a venue is listed when it has a live fill.
 */
export function venueShare(venueQuantity: number, filledQuantity: number): number {
  return venueQuantity / filledQuantity;
}
