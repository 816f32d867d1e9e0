/**
 * How much of a stretch of trades was above, and how much at, a price: blocks of trades kept sorted by price with the
 * volume above each, so that a long stretch costs one search a block. Blocks are sorted when they are first asked for.
 */

const BLOCK_TRADES = 256;

/** An average price is a quotient: within this share of it a trade's price counts as equal. Far below any tick. */
const TIE = 1e-10;

interface SortedBlock {
  readonly prices: Float64Array;
  /** Volume of the trades from this place on, in rising order of price; one longer than `prices`. */
  readonly volumeFrom: Float64Array;
}

export class PriceRanks {
  private blocks: (SortedBlock | undefined)[] = [];
  private readonly result = { above: 0, at: 0 };

  /** Trades from this place on have changed. */
  forgetFrom(place: number): void {
    this.blocks.length = Math.min(this.blocks.length, Math.floor(place / BLOCK_TRADES));
  }

  /** Volume above and at `price` among the trades [from, to). The answer is reused by the next call. */
  volumeAround(price: number, prices: Float64Array, quantities: Float64Array, from: number, to: number): { above: number; at: number } {
    this.result.above = 0;
    this.result.at = 0;
    const low = price * (1 - TIE);
    const high = price * (1 + TIE);
    let at = from;
    while (at < to) {
      const isWholeBlock = at % BLOCK_TRADES === 0 && at + BLOCK_TRADES <= to;
      if (isWholeBlock) {
        this.addBlock(this.block(at / BLOCK_TRADES, prices, quantities), low, high);
        at += BLOCK_TRADES;
        continue;
      }
      const end = Math.min(to, (Math.floor(at / BLOCK_TRADES) + 1) * BLOCK_TRADES);
      for (; at < end; at++) {
        if (prices[at]! > high) this.result.above += quantities[at]!;
        else if (prices[at]! >= low) this.result.at += quantities[at]!;
      }
    }
    return this.result;
  }

  private addBlock(block: SortedBlock, low: number, high: number): void {
    const firstAt = lowerBound(block.prices, low, false);
    const firstAbove = lowerBound(block.prices, high, true);
    this.result.above += block.volumeFrom[firstAbove]!;
    if (firstAbove > firstAt) this.result.at += block.volumeFrom[firstAt]! - block.volumeFrom[firstAbove]!;
  }

  private block(index: number, prices: Float64Array, quantities: Float64Array): SortedBlock {
    const known = this.blocks[index];
    if (known !== undefined) return known;
    const first = index * BLOCK_TRADES;
    const order = Array.from({ length: BLOCK_TRADES }, (_, i) => first + i).sort((a, b) => prices[a]! - prices[b]! || a - b);
    const sorted = new Float64Array(BLOCK_TRADES);
    const volumeFrom = new Float64Array(BLOCK_TRADES + 1);
    for (let i = BLOCK_TRADES - 1; i >= 0; i--) {
      sorted[i] = prices[order[i]!]!;
      volumeFrom[i] = volumeFrom[i + 1]! + quantities[order[i]!]!;
    }
    const block = { prices: sorted, volumeFrom };
    this.blocks[index] = block;
    return block;
  }
}

/** The first place whose price is at or above `price`, or above it when `strictly`. */
function lowerBound(sorted: Float64Array, price: number, strictly: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const isBelow = strictly ? sorted[middle]! <= price : sorted[middle]! < price;
    if (isBelow) low = middle + 1;
    else high = middle;
  }
  return low;
}
