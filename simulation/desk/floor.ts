/** What all parts of the desk share: the market and how it is seen, the venues, the clock and its tasks, and the way out for events. */

import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import type { MarketSource } from '../market/market-source.ts';
import { TimedQueue } from '../timed-queue.ts';
import type { DeskEvent, Emit } from './desk-contract.ts';
import { DESK_RATES, type DeskOptions, type DeskRates, FLOW_SHAPE, type FlowShape } from './desk-options.ts';
import type { ParentOrder } from './parent-order.ts';
import { SymbolView } from './symbol-view.ts';
import { Venues } from './venues.ts';

export class Floor {
  readonly market: MarketSource;
  readonly rates: DeskRates;
  readonly flow: FlowShape;
  readonly venues: Venues;
  readonly views: readonly SymbolView[];
  /** By orderNo; not there before its arrival. */
  readonly parents: (ParentOrder | undefined)[] = [];
  readonly tasks = new TimedQueue<() => void>();
  readonly idPrefix: string;
  private readonly emit: Emit;
  private us: number;
  private text: string;

  constructor({ market, seed, emit, idPrefix = '', rates = {}, flow = {} }: DeskOptions) {
    this.market = market;
    this.emit = emit;
    this.idPrefix = idPrefix;
    this.rates = { ...DESK_RATES, ...rates };
    this.flow = { ...FLOW_SHAPE, ...flow };
    this.venues = new Venues(seed, market.openUs, market.closeUs);
    this.views = market.instruments.map((instrument, symbolNo) => new SymbolView(symbolNo, instrument, market.openUs, market.closeUs));
    this.us = market.openUs;
    this.text = formatTimestamp(this.us);
  }

  get nowUs(): number {
    return this.us;
  }

  /** Never back: a happening may come with the time of what was just done. */
  set nowUs(us: number) {
    if (us <= this.us) return;
    this.us = us;
    this.text = '';
  }

  /** `nowUs` as events say it. */
  get now(): string {
    if (this.text === '') this.text = formatTimestamp(this.us);
    return this.text;
  }

  get closeUs(): number {
    return this.market.closeUs;
  }

  /** Whole microseconds: more a timestamp cannot say. */
  at(timeUs: number, task: () => void): void {
    this.tasks.put(Math.round(Math.max(timeUs, this.us)), task);
  }

  send(event: DeskEvent): void {
    this.emit(event, this.us);
  }
}

/** Who is told when the desk's parts change a parent. */
export interface ParentListener {
  /** Filled in whole just now. */
  onFilled(parent: ParentOrder): void;
  /** A bust or correction opened it again. */
  onReopened(parent: ParentOrder): void;
  onChildEnded(parent: ParentOrder): void;
}
