/**
 * The fills of one round and what they add up to: made from a seed, so that the generator, the subscriber and the check at
 * the end each make the same ones and nobody has to be told.
 *
 * Quantities are whole and prices are whole 64ths, so that every sum of quantity times price is exact in a double: the
 * ledger and the service must agree to the last bit. It knows no time and no wire.
 */

import { randomNumbers } from './random-numbers.ts';

/** Prices are whole numbers of this. */
export const PRICE_TICK = 1 / 64;

const QUANTITY_MIN = 1;
const QUANTITY_MAX = 900;
const PRICE_TICKS_MIN = 6_300;
const PRICE_TICKS_MAX = 6_500;

export interface FillsSpec {
  /** Begins the ids of the round's orders and executions; unique in the life of a service. */
  readonly roundId: string;
  readonly seed: number;
  readonly fillCount: number;
  readonly orderCount: number;
  readonly symbolCount: number;
  /** The orders take turns instead of being drawn. */
  readonly areInTurns?: boolean;
}

/** Column by column, one element a fill, in the order in which they happen. */
export interface Fills {
  readonly orderNos: Int32Array;
  readonly quantities: Int32Array;
  readonly priceTicks: Int32Array;
  /** What its order has filled when this fill is included. */
  readonly filledThrough: Float64Array;
}

/** What the service must say of one order at the end. */
export interface LedgerEntry {
  readonly orderId: string;
  readonly filledQuantity: number;
  /** Null without a fill, as on the wire. */
  readonly averagePrice: number | null;
}

export function makeFills({ seed, fillCount, orderCount, areInTurns = false }: FillsSpec): Fills {
  const next = randomNumbers(seed);
  const between = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const fills: Fills = {
    orderNos: new Int32Array(fillCount),
    quantities: new Int32Array(fillCount),
    priceTicks: new Int32Array(fillCount),
    filledThrough: new Float64Array(fillCount),
  };
  const filled = new Float64Array(orderCount);
  for (let i = 0; i < fillCount; i++) {
    const orderNo = areInTurns ? i % orderCount : between(0, orderCount - 1);
    fills.orderNos[i] = orderNo;
    fills.quantities[i] = between(QUANTITY_MIN, QUANTITY_MAX);
    fills.priceTicks[i] = between(PRICE_TICKS_MIN, PRICE_TICKS_MAX);
    fills.filledThrough[i] = filled[orderNo]! += fills.quantities[i]!;
  }
  return fills;
}

/** The ledger, one entry an order by its number. `counts`: of which fills, all without it. */
export function ledgerOf(spec: FillsSpec, fills: Fills, counts: (fillNo: number) => boolean = () => true): LedgerEntry[] {
  const quantities = new Float64Array(spec.orderCount);
  const notionalTicks = new Float64Array(spec.orderCount);
  fills.orderNos.forEach((orderNo, i) => {
    if (!counts(i)) return;
    quantities[orderNo]! += fills.quantities[i]!;
    notionalTicks[orderNo]! += fills.quantities[i]! * fills.priceTicks[i]!;
  });
  return Array.from(quantities, (filledQuantity, orderNo) => ({
    orderId: orderIdOf(spec, orderNo),
    filledQuantity,
    averagePrice: filledQuantity === 0 ? null : (notionalTicks[orderNo]! * PRICE_TICK) / filledQuantity,
  }));
}

export function orderIdOf(spec: FillsSpec, orderNo: number): string {
  return `${spec.roundId}-${orderNo}`;
}

/** Orders are spread over the symbols evenly. */
export function symbolNoOf(spec: FillsSpec, orderNo: number): number {
  return orderNo % spec.symbolCount;
}
