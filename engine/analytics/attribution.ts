import { BPS } from '../domain/units.ts';
import { averagePrice } from '../metrics/average-price.ts';
import { type IndexedFill, midOf, type PricedFill } from './fill-facts.ts';
import type { ImplementationShortfall } from './implementation-shortfall.ts';

export interface CauseInputs {
  readonly side: 1 | -1;
  readonly arrivalPrice: number;
  readonly fills: readonly PricedFill[];
  readonly shortfall: ImplementationShortfall;
}

/** Money in the order's currency. The first five add up to the total; the residual says by how much they do not. */
export interface AttributionByCause {
  readonly delay: number;
  readonly spread: number;
  readonly drift: number;
  readonly opportunity: number;
  readonly fees: number;
  readonly total: number;
  readonly residual: number;
}

export interface DriftInputs {
  readonly side: 1 | -1;
  readonly arrivalPrice: number;
  readonly drift: number;
  /** Undefined without an index. */
  readonly index: { readonly beta: number; readonly fills: readonly IndexedFill[] } | undefined;
  readonly filledQuantity: number;
  /** I of the pre-trade model for what was executed; NaN without the model. */
  readonly permanentImpactBps: number;
}

/** Money in the order's currency, positive is a cost. They add up to the drift. */
export interface DriftParts {
  readonly index: number;
  readonly ownImpact: number;
  readonly remainder: number;
}

/**
 * What the drift is made of.
 *
 *     index      = beta s Pa sum q_i (index(t_i)/index(t0) - 1)
 *     own impact = I/2 Q Pa, the model's permanent impact as the fills met it on average
 *     remainder  = drift - index - own impact: everything else that moved the market
 *
 * A part that cannot be computed (no index, no model) is NaN and is in the remainder; NaN altogether when the drift is.
 */
export function driftParts({ side, arrivalPrice, drift, index, filledQuantity, permanentImpactBps }: DriftInputs): DriftParts {
  let moved = 0;
  for (const fill of index?.fills ?? []) moved += fill.quantity * fill.indexMove;
  const ofIndex = index === undefined ? Number.NaN : index.beta * side * arrivalPrice * moved;
  const ownImpact = (permanentImpactBps / 2 / BPS) * filledQuantity * arrivalPrice;
  const remainder = drift - (Number.isNaN(ofIndex) ? 0 : ofIndex) - (Number.isNaN(ownImpact) ? 0 : ownImpact);
  return { index: ofIndex, ownImpact, remainder };
}

/**
 * Implementation shortfall by cause.
 *
 *     total = delay + spread + drift + opportunity + fees
 *     spread = s sum q (p - m)     drift = s sum q (m - Pa)     m the mid that the fill met
 *
 * delay, opportunity and fees are those of the `cfa` split; spread and drift are its trading part. Money, positive is a cost.
 * NaN: spread and drift when a fill met no valid quote.
 */
export function attributionByCause({ side, arrivalPrice, fills, shortfall }: CauseInputs): AttributionByCause {
  const { spread, drift } = fillTerms(side, arrivalPrice, fills);
  const { delay, opportunity, fees } = shortfall.cfa;
  const sum = delay + spread + drift + opportunity + fees;
  return { delay, spread, drift, opportunity, fees, total: shortfall.total, residual: shortfall.total - sum };
}

export interface AttributionBucket {
  readonly key: string;
  readonly quantity: number;
  readonly averagePrice: number;
  readonly spread: number;
  readonly drift: number;
  readonly fees: number;
  readonly contributionBps: number;
}

/**
 * The trading and fee part of the shortfall by a property of the fills: venue, time slice, child order type, liquidity.
 * Buckets come in the order of their first fill.
 */
export function attributionBuckets<F extends PricedFill>(
  side: 1 | -1,
  arrivalPrice: number,
  paperNotional: number,
  fills: readonly F[],
  keyOf: (fill: F) => string,
): AttributionBucket[] {
  const groups = new Map<string, F[]>();
  for (const fill of fills) {
    const key = keyOf(fill);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [fill]);
    else group.push(fill);
  }
  return [...groups].map(([key, group]) => {
    const terms = fillTerms(side, arrivalPrice, group);
    const { spread, drift, quantity, notional, fees } = terms;
    return { key, quantity, averagePrice: averagePrice(notional, quantity), spread, drift, fees, contributionBps: contributionBps(terms, paperNotional) };
  });
}

/**
 * What some fills contribute to the shortfall.
 *
 *     contributionBps = (spread + drift + fees) / (S0 Pd) * 10_000
 *
 * spread + drift is s sum q (p - Pa), which needs no mid: the contribution is defined where the two parts may not be. The
 * denominator is the whole order's paper portfolio, so that buckets add up. bps of it, positive is a cost.
 * NaN: undefined: no arrival price.
 */
export function contributionBps({ trading, fees }: Pick<FillTerms, 'trading' | 'fees'>, paperNotional: number): number {
  return ((trading + fees) / paperNotional) * BPS;
}

/** S0 Pd: what the whole order was worth when it was decided; without a decision price Pd = Pa. */
export function paperPortfolio(firstQuantity: number, arrivalPrice: number, decisionPrice: number): number {
  return firstQuantity * (Number.isNaN(decisionPrice) ? arrivalPrice : decisionPrice);
}

/** Sums over some fills: money, but for the quantity. */
export interface FillTerms {
  readonly spread: number;
  readonly drift: number;
  /** spread + drift, without a mid. */
  readonly trading: number;
  readonly quantity: number;
  readonly notional: number;
  readonly fees: number;
}

/**
 * Sums over some fills, in their order.
 *
 *     spread = s sum q (p - m)   drift = s sum q (m - Pa)   trading = s sum q (p - Pa)
 *     quantity = sum q           notional = sum q p         fees = sum of fees
 *
 * m is the mid that the fill met. Costs positive, a rebate is a negative fee.
 * NaN: spread and drift when a fill met no valid quote; drift and trading without an arrival price. 0 over no fill.
 */
export function fillTerms(side: 1 | -1, arrivalPrice: number, fills: readonly PricedFill[]): FillTerms {
  let spread = 0;
  let drift = 0;
  let trading = 0;
  let quantity = 0;
  let notional = 0;
  let fees = 0;
  for (const fill of fills) {
    const mid = midOf(fill);
    spread += side * fill.quantity * (fill.price - mid);
    drift += side * fill.quantity * (mid - arrivalPrice);
    trading += side * fill.quantity * (fill.price - arrivalPrice);
    quantity += fill.quantity;
    notional += fill.quantity * fill.price;
    fees += fill.fee;
  }
  return { spread, drift, trading, quantity, notional, fees };
}
