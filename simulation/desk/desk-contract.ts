/**
 * What the desk is to the simulation: it meets the market, acts at times of its own, says what it does as input events of the
 * product, and keeps apart the truth about its orders.
 */

import type { EventOf, InputEvent } from '../../engine/domain/events.ts';
import type { Happening } from '../market/market-source.ts';

/** Events that a desk or its venues send, or a print of the desk's own taking. */
export type DeskEvent = Exclude<InputEvent, EventOf<'quote'> | EventOf<'instrument'> | EventOf<'market_status'>>;

/** `timeUs`: when it really happened, not falling from call to call; the event's timestamp differs where a venue's clock is off. */
export type Emit = (event: DeskEvent, timeUs: number) => void;

export interface Desk {
  /** When the desk acts next by itself; Infinity when it has nothing left to do. */
  nextUs(): number;
  /** Does all that is due at `nextUs()`. */
  act(): void;
  /** The market moved: called for every happening, in their order, before anything later is done. */
  onHappening(happening: Happening): void;
  /** Ends the day: what still trades is expired. */
  close(timeUs: number): void;
  readonly truths: readonly OrderTruth[];
}

/** Why an order did not do what its plan said. 'none': it did. */
export type FailureCause = 'none' | 'drought' | 'halt' | 'limit' | 'venue' | 'parameter' | 'news' | 'rejected' | 'canceled';

/** What really was the matter with an order: kept apart from the events, for scoring alerts and forecasts. */
export interface OrderTruth {
  readonly order_id: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL' | 'SELL_SHORT';
  readonly algorithm: string;
  readonly start_time: string;
  /** null: none was given. */
  readonly end_time: string | null;
  readonly first_quantity: number;
  readonly quantity: number;
  /** Of live executions: after all corrections and busts. */
  readonly filled_quantity: number;
  readonly notional: number;
  /** Filled in whole by its end time (or by the close where it has none). */
  readonly completed: boolean;
  readonly completed_at: string | null;
  readonly cause: FailureCause;
  /** Since when the cause was at work; null for none. */
  readonly cause_since: string | null;
  readonly executions: number;
  readonly busts: number;
  readonly corrections: number;
  readonly replaces: number;
}
