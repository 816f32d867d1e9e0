/** The index: quotes at random times around its level, no trades. It is OPEN through continuous trading and CLOSED after it. */

import type { RandomStream } from '../random/random-stream.ts';
import type { EfficientPrice } from './efficient-price.ts';
import type { Happening } from './market-source.ts';
import type { SessionTimes } from './session-times.ts';
import type { TickGrid } from './tick-grid.ts';

/** Half the spread, in ticks. */
const HALF_SPREAD_TICKS = 10;
const SIZE = 1;

export class IndexQuotes {
  nextUs: number;
  private readonly stream: RandomStream;
  private readonly symbolNo: number;
  private readonly grid: TickGrid;
  private readonly level: EfficientPrice;
  private readonly times: SessionTimes;
  private readonly meanGapUs: number;
  private isOpen = false;

  constructor(stream: RandomStream, symbolNo: number, grid: TickGrid, level: EfficientPrice, times: SessionTimes, meanGapUs: number) {
    this.stream = stream;
    this.symbolNo = symbolNo;
    this.grid = grid;
    this.level = level;
    this.times = times;
    this.meanGapUs = meanGapUs;
    this.nextUs = times.openUs;
  }

  next(): Happening {
    const { symbolNo, nextUs: timeUs } = this;
    if (timeUs === this.times.endUs) {
      this.nextUs = Number.POSITIVE_INFINITY;
      return { kind: 'status', timeUs, symbolNo, status: 'CLOSED' };
    }
    if (!this.isOpen) {
      this.isOpen = true;
      return { kind: 'status', timeUs, symbolNo, status: 'OPEN' };
    }
    this.nextUs = Math.min(this.times.endUs, timeUs + 1 + Math.floor(this.stream.exponential(this.meanGapUs)));
    const middle = Math.round(this.level.at(timeUs) / this.grid.tick);
    const bid = this.grid.price(middle - HALF_SPREAD_TICKS);
    const ask = this.grid.price(middle + HALF_SPREAD_TICKS);
    return { kind: 'quote', timeUs, symbolNo, bid, ask, bidSize: SIZE, askSize: SIZE };
  }
}
