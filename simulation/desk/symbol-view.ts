/**
 * What the desk sees of one symbol: its touch, status and volume so far, and the desk's own children that rest in it.
 * Prices as they are quoted, quantities in units (quantity-grid.ts).
 */

import type { EventOf } from '../../engine/domain/events.ts';
import { cumulativeVolumeShare } from '../../engine/market/volume-curve.ts';
import type { MarketStatus } from '../market/market-source.ts';
import type { ChildOrder } from './child-order.ts';
import { QuantityGrid } from './quantity-grid.ts';

const TRADING_DAY_MINUTES_DEFAULT = 390;
const US_PER_MINUTE = 60_000_000;

export class SymbolView {
  readonly symbolNo: number;
  readonly instrument: EventOf<'instrument'>;
  readonly openUs: number;
  readonly closeUs: number;
  readonly grid: QuantityGrid;
  readonly tradingDayUs: number;
  bid = 0;
  ask = 0;
  bidUnits = 0;
  askUnits = 0;
  status: MarketStatus = 'OPEN';
  /** Eligible volume since the opening, the desk's own prints included. */
  volumeUnits = 0;
  readonly restingBuys: ChildOrder[] = [];
  readonly restingSells: ChildOrder[] = [];
  readonly waitingForClose: ChildOrder[] = [];
  /** Halts and closes: begins and ends, alternating; the last one has no end while it lasts. */
  private readonly stopsUs: number[] = [];

  constructor(symbolNo: number, instrument: EventOf<'instrument'>, openUs: number, closeUs: number) {
    this.symbolNo = symbolNo;
    this.instrument = instrument;
    this.openUs = openUs;
    this.closeUs = closeUs;
    this.grid = new QuantityGrid(instrument);
    this.tradingDayUs = (instrument.trading_day_minutes ?? TRADING_DAY_MINUTES_DEFAULT) * US_PER_MINUTE;
  }

  get symbol(): string {
    return this.instrument.symbol;
  }

  /** Two-sided and not crossed. */
  get isSound(): boolean {
    return this.bid > 0 && this.ask >= this.bid;
  }

  get mid(): number {
    return (this.bid + this.ask) / 2;
  }

  near(side: 1 | -1): number {
    return side === 1 ? this.bid : this.ask;
  }

  far(side: 1 | -1): number {
    return side === 1 ? this.ask : this.bid;
  }

  nearUnits(side: 1 | -1): number {
    return side === 1 ? this.bidUnits : this.askUnits;
  }

  farUnits(side: 1 | -1): number {
    return side === 1 ? this.askUnits : this.bidUnits;
  }

  resting(side: 1 | -1): ChildOrder[] {
    return side === 1 ? this.restingBuys : this.restingSells;
  }

  /** What the desk takes is not there any more, until the next quote says otherwise. */
  takeFar(side: 1 | -1, units: number): void {
    if (side === 1) this.askUnits -= units;
    else this.bidUnits -= units;
    this.volumeUnits += units;
  }

  changeStatus(status: MarketStatus, timeUs: number): void {
    const isStopped = this.stopsUs.length % 2 === 1;
    const stops = status === 'HALTED' || status === 'CLOSED';
    if (stops !== isStopped) this.stopsUs.push(timeUs);
    this.status = status;
  }

  /** Time in which trading was possible; what is behind `nowUs` is taken as open. As the engine's tradable clock. */
  tradableUs(fromUs: number, toUs: number, nowUs: number): number {
    if (toUs <= fromUs) return 0;
    return toUs - fromUs - (this.stoppedBefore(Math.min(toUs, nowUs)) - this.stoppedBefore(Math.min(fromUs, nowUs)));
  }

  /** U at a moment of the day, see engine/market/volume-curve.ts; NaN without a curve. */
  curveShare(us: number, nowUs: number): number {
    const { volume_curve: curve } = this.instrument;
    return curve === undefined ? Number.NaN : cumulativeVolumeShare(curve, this.tradableUs(this.openUs, us, nowUs) / this.tradingDayUs);
  }

  /** Average daily volume; where the instrument says none, today's so far stretched over the day. NaN before the first trade. */
  advUnits(nowUs: number): number {
    const { adv } = this.instrument;
    if (adv !== undefined) return adv * this.grid.unitsPerShare;
    const passedUs = this.tradableUs(this.openUs, nowUs, nowUs);
    return this.volumeUnits > 0 && passedUs > 0 ? (this.volumeUnits * this.tradingDayUs) / passedUs : Number.NaN;
  }

  /** Volume to expect in an interval of an ordinary day. */
  usualUnits(fromUs: number, toUs: number, nowUs: number): number {
    const share = this.curveShare(toUs, nowUs) - this.curveShare(fromUs, nowUs);
    const ofDay = share > 0 ? share : this.tradableUs(fromUs, toUs, nowUs) / this.tradingDayUs;
    return this.advUnits(nowUs) * ofDay;
  }

  private stoppedBefore(us: number): number {
    let sum = 0;
    for (let i = 0; i < this.stopsUs.length && this.stopsUs[i]! < us; i += 2) sum += Math.min(us, this.stopsUs[i + 1] ?? us) - this.stopsUs[i]!;
    return sum;
  }
}
