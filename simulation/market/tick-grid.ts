/** Prices of one symbol as whole ticks inside and decimal numbers outside: 8421 ticks of 0.01 are 84.21 and not 84.21000000000001. */

const DECIMALS_MAX = 6;

export class TickGrid {
  readonly tick: number;
  private readonly unitsPerTick: number;
  private readonly unitsPerOne: number;

  constructor(tick: number) {
    let unitsPerOne = 1;
    let decimals = 0;
    // The tick as a whole number of its last decimal: both factors of a price are then whole, and only one division rounds.
    while (decimals < DECIMALS_MAX && Math.abs(Math.round(tick * unitsPerOne) - tick * unitsPerOne) > 1e-9) {
      unitsPerOne *= 10;
      decimals++;
    }
    this.tick = tick;
    this.unitsPerOne = unitsPerOne;
    this.unitsPerTick = Math.round(tick * unitsPerOne);
  }

  price(ticks: number): number {
    return (ticks * this.unitsPerTick) / this.unitsPerOne;
  }
}
