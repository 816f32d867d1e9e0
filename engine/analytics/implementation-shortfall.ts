import { BPS } from '../domain/units.ts';

export interface ShortfallInputs {
  /** +1 buy, -1 sell. */
  readonly side: 1 | -1;
  /** S0, the quantity first asked for. */
  readonly firstQuantity: number;
  /** Q, filled by live executions. */
  readonly filledQuantity: number;
  /** Sum of quantity * price over the live executions. */
  readonly notional: number;
  /** In the order's currency, a rebate negative. */
  readonly fees: number;
  /** Pa, the price when the order arrived. */
  readonly arrivalPrice: number;
  /** Pd, the price when it was decided; NaN: the arrival price stands for it. */
  readonly decisionPrice: number;
  /** Pn, the mid now or at the end; only needed while something is unfilled. */
  readonly endPrice: number;
}

/** A split of the shortfall, in money. The four parts add up to the total. */
export interface ShortfallSplit {
  readonly delay: number;
  readonly trading: number;
  readonly opportunity: number;
  readonly fees: number;
}

export interface ImplementationShortfall {
  readonly total: number;
  /** Of the paper portfolio, S0 * Pd. */
  readonly totalBps: number;
  /** Delay counted on what was filled. */
  readonly cfa: ShortfallSplit;
  /** Delay counted on all that was asked for. */
  readonly wagner: ShortfallSplit;
}

/**
 * Implementation shortfall: what the execution cost against a paper portfolio that traded everything at the decision price.
 *
 *     total = s (notional - Q Pd) + s (S0 - Q)(Pn - Pd) + fees
 *
 *     cfa:    delay = s Q  (Pa - Pd)   trading = s (notional - Q Pa)   opportunity = s (S0 - Q)(Pn - Pd)   fees
 *     wagner: delay = s S0 (Pa - Pd)   trading = s (notional - Q Pa)   opportunity = s (S0 - Q)(Pn - Pa)   fees
 *
 * Money in the order's currency; bps of S0 Pd. Sign: positive is a cost. An overfill has Q > S0: its opportunity part
 * values the shares beyond the order with the opposite sign.
 *
 * NaN:    undefined: no arrival price; or something is unfilled and there is no end price.
 * Source: Perold (1988), The Journal of Portfolio Management 14(3); the splits as in the CFA Program curriculum
 *         (Trade Strategy and Execution) and in Wagner and Edwards (1993), Financial Analysts Journal 49(1).
 */
export function implementationShortfall(inputs: ShortfallInputs): ImplementationShortfall {
  const { side, firstQuantity, filledQuantity, notional, fees, arrivalPrice } = inputs;
  const decisionPrice = Number.isNaN(inputs.decisionPrice) ? arrivalPrice : inputs.decisionPrice;
  const unfilled = firstQuantity - filledQuantity;
  const missed = (reference: number): number => (unfilled === 0 ? 0 : side * unfilled * (inputs.endPrice - reference));
  const trading = side * (notional - filledQuantity * arrivalPrice);
  const total = side * (notional - filledQuantity * decisionPrice) + missed(decisionPrice) + fees;
  return {
    total,
    totalBps: (total / (firstQuantity * decisionPrice)) * BPS,
    cfa: { delay: side * filledQuantity * (arrivalPrice - decisionPrice), trading, opportunity: missed(decisionPrice), fees },
    wagner: { delay: side * firstQuantity * (arrivalPrice - decisionPrice), trading, opportunity: missed(arrivalPrice), fees },
  };
}
