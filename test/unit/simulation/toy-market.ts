/**
 * A market small enough to reason about, for tests of the desk: random walks of the touch, trades of both sides, one closing print. It
 * does not answer to what the desk takes, but remembers it.
 */
import { RandomStream } from '../../../simulation/random/random-stream.ts';
import type { Happening, Incident, MarketSource, MarketStatus } from '../../../simulation/market/market-source.ts';
import type { EventOf } from '../../../engine/domain/events.ts';
import { formatTimestamp } from '../../../engine/domain/timestamp.ts';

export const OPEN_US = Date.UTC(2026, 2, 2, 14, 30) * 1_000;
const SECOND_US = 1_000_000;

export const quote = (timeUs: number, bid: number, ask: number, bidSize = 500, askSize = 500, symbolNo = 0): Happening =>
  ({ kind: 'quote', timeUs, symbolNo, bid, ask, bidSize, askSize });
export const trade = (timeUs: number, price: number, quantity: number, aggressor: 1 | -1 | 0, conditions: readonly string[] = [], symbolNo = 0): Happening =>
  ({ kind: 'trade', timeUs, printedUs: timeUs, symbolNo, price, quantity, venue: 'XNAS', aggressor, isVwapEligible: true, conditions });
export const status = (timeUs: number, word: MarketStatus, symbolNo = 0): Happening => ({ kind: 'status', timeUs, symbolNo, status: word });

/** Happenings of a script, in the order of their times. */
export class ScriptedMarket implements MarketSource {
  readonly instruments: readonly EventOf<'instrument'>[];
  readonly tradableSymbolNos: readonly number[];
  readonly openUs = OPEN_US;
  readonly closeUs: number;
  readonly incidents: readonly Incident[];
  readonly takes: { readonly symbolNo: number; readonly side: 1 | -1; readonly quantity: number; readonly timeUs: number }[] = [];
  private readonly script: readonly Happening[];
  private place = 0;

  constructor(script: readonly Happening[], seconds: number, facts: Partial<EventOf<'instrument'>> = {}, symbols = 1, incidents: readonly Incident[] = []) {
    this.script = [...script].sort((a, b) => a.timeUs - b.timeUs);
    this.closeUs = OPEN_US + seconds * SECOND_US;
    this.incidents = incidents;
    this.tradableSymbolNos = Array.from({ length: symbols }, (_, i) => i);
    this.instruments = this.tradableSymbolNos.map((i) => ({
      type: 'instrument', timestamp: formatTimestamp(OPEN_US), symbol: `TOY${i}`, currency: 'USD', lot_size: 100, tick_size: 0.01,
      trading_day_minutes: seconds / 60, ...facts,
    }));
  }

  nextUs(): number {
    return this.script[this.place]?.timeUs ?? Number.POSITIVE_INFINITY;
  }

  next(): Happening {
    return this.script[this.place++]!;
  }

  onOwnTake(symbolNo: number, side: 1 | -1, quantity: number, timeUs: number): void {
    this.takes.push({ symbolNo, side, quantity, timeUs });
  }
}

export interface ToyOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly symbols: number;
  /** Symbol 0 is halted for a tenth of the session in its middle. */
  readonly halts?: boolean;
  readonly incidents?: readonly Incident[];
}

/** Calm random walks: a quote about every second, a trade about every second, a tick's spread. */
export function toyMarket({ seed, seconds, symbols, halts = false, incidents = [] }: ToyOptions): ScriptedMarket {
  const script: Happening[] = [];
  const meanTrade = 250;
  for (let symbolNo = 0; symbolNo < symbols; symbolNo++) {
    const random = new RandomStream(seed, `toy/${symbolNo}`);
    let ticks = 5_000 + 1_000 * symbolNo;
    const price = (offset: number): number => (ticks + offset) / 100;
    const isHalted = (s: number): boolean => halts && symbolNo === 0 && s >= seconds * 0.5 && s < seconds * 0.6;
    const at = (s: number): number => OPEN_US + Math.round(s * SECOND_US);
    script.push(status(at(0), 'OPEN', symbolNo), quote(at(0), price(0), price(1), 500, 500, symbolNo));
    if (halts && symbolNo === 0) script.push(status(at(seconds * 0.5), 'HALTED', 0), status(at(seconds * 0.6), 'OPEN', 0));
    for (let s = 0.1; s < seconds; s += random.exponential(0.5)) {
      if (isHalted(s)) continue;
      if (random.chance(0.5)) {
        const aggressor = random.chance(0.5) ? 1 : -1;
        script.push(trade(at(s), price(aggressor === 1 ? 1 : 0), Math.ceil(random.exponential(meanTrade)), aggressor, [], symbolNo));
      } else {
        ticks += random.integer(-1, 1);
        script.push(quote(at(s), price(0), price(1), 100 * random.integer(1, 9), 100 * random.integer(1, 9), symbolNo));
      }
    }
    script.push(status(at(seconds), 'AUCTION', symbolNo), trade(at(seconds + 5), price(0), 40_000, 0, ['CLOSING_AUCTION'], symbolNo), status(at(seconds + 5), 'CLOSED', symbolNo));
  }
  return new ScriptedMarket(script, seconds, { adv: seconds * meanTrade, daily_volatility: 0.01, volume_curve: [0, 0.3, 0.5, 0.7, 1] }, symbols, incidents);
}
