/**
 * The steps of one instrument's quantities and prices.
 *
 * Inside the desk every quantity is a whole number of **units**, so that sums are exact: a unit is a share, or a lot where lots
 * are smaller than 1 (a crypto currency's 0.001). Orders are placed in whole lots; fills come in any number of units.
 */

import type { EventOf } from '../../engine/domain/events.ts';

const LOT_SIZE_DEFAULT = 1;
const TICK_SIZE_DEFAULT = 0.01;
/** Far below a unit, far above what dividing by a decimal step leaves over. */
const SLACK = 1e-6;

export class QuantityGrid {
  readonly unitsPerShare: number;
  readonly lotUnits: number;
  readonly tick: number;
  /** Prices nearer than this are the same price. */
  readonly priceSlack: number;
  private readonly ticksPerOne: number;

  constructor({ lot_size: lotSize = LOT_SIZE_DEFAULT, tick_size: tick = TICK_SIZE_DEFAULT }: EventOf<'instrument'>) {
    this.unitsPerShare = lotSize < 1 ? Math.round(1 / lotSize) : 1;
    this.lotUnits = Math.max(1, Math.round(lotSize * this.unitsPerShare));
    this.tick = tick;
    this.priceSlack = tick * SLACK;
    this.ticksPerOne = Math.round(1 / tick);
  }

  /** Whole units in an amount of the tape. */
  units(shares: number): number {
    return Math.floor(shares * this.unitsPerShare + SLACK);
  }

  shares(units: number): number {
    return units / this.unitsPerShare;
  }

  wholeLots(units: number): number {
    return Math.floor(units / this.lotUnits) * this.lotUnits;
  }

  /** The nearest price on the tick; at least one tick. */
  onTick(price: number): number {
    const ticks = Math.max(1, Math.round(price / this.tick));
    // Dividing by a whole number gives the decimal that is meant; multiplying by 0.01 does not.
    return this.ticksPerOne > 1 ? ticks / this.ticksPerOne : ticks * this.tick;
  }
}
