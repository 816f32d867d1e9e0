/**
 * The auction prints of one symbol, where the feed marks them: opening and closing prices by event time.
 * A day has few, so they are kept as they come.
 */

import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { US_PER_HOUR } from '../domain/units.ts';

interface AuctionPrint {
  readonly kind: 'open' | 'close';
  readonly us: number;
  readonly price: number;
}

export class AuctionPrints {
  private readonly prints: AuctionPrint[] = [];

  add(kind: 'open' | 'close', us: number, price: number): void {
    let at = this.prints.length;
    while (at > 0 && this.prints[at - 1]!.us > us) at--;
    this.prints.splice(at, 0, { kind, us, price });
  }

  /** Close of the day before: the last closing print before `us`; NaN when there is none. */
  previousClose(us: number): number {
    return this.prints.findLast((print) => print.kind === 'close' && print.us < us)?.price ?? Number.NaN;
  }

  /** Open of the session that `us` is in: the first opening print of its (UTC) day between the closes around it; else NaN. */
  open(us: number): number {
    const previous = this.prints.findLast((print) => print.kind === 'close' && print.us < us)?.us ?? Number.NEGATIVE_INFINITY;
    const next = this.prints.find((print) => print.kind === 'close' && print.us >= us)?.us ?? Number.POSITIVE_INFINITY;
    const isOfSession = (print: AuctionPrint): boolean => print.us > previous && print.us <= next && dayOf(print.us) === dayOf(us);
    return this.prints.find((print) => print.kind === 'open' && isOfSession(print))?.price ?? Number.NaN;
  }

  /** Close of the (UTC) day that `us` is in: the first closing print at or after it; NaN until it comes. */
  close(us: number): number {
    return this.prints.find((print) => print.kind === 'close' && print.us >= us && dayOf(print.us) === dayOf(us))?.price ?? Number.NaN;
  }

  save(out: StateWriter): void {
    out.word(this.prints.length);
    for (const { kind, us, price } of this.prints) {
      out.word(kind === 'open' ? 1 : 0);
      out.double(us);
      out.double(price);
    }
  }

  load(from: StateReader): void {
    for (let left = from.word(); left > 0; left--) this.add(from.word() === 1 ? 'open' : 'close', from.double(), from.double());
  }
}

const dayOf = (us: number): number => Math.floor(us / (24 * US_PER_HOUR));
