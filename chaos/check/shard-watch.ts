/**
 * Who is answered 503 while a shard is away: orders of its symbols, and of no others. Which shard has a symbol is not told, but it
 * is one and the same all the time.
 */

import { getHealth } from './service-answers.ts';

const ANSWER_MS_MAX = 10_000;
const ORDERS_PER_LOOK = 12;
/** It is known to be away, or only seen not to answer. */
const REFUSALS = ['shard_rebuilding', 'shard_silent'];
const NO_ANSWER = 'no answer';

export interface WatchedOrder {
  readonly orderId: string;
  readonly symbol: string;
}

export class ShardWatch {
  /** How many statuses were asked for while a shard was away. */
  answers = 0;
  private readonly url: string;
  private readonly onFault: (fault: string) => void;
  private readonly shardOfSymbol = new Map<string, number>();
  /** Symbol and shard: answered while that was away all the time. */
  private readonly goesOnWithout = new Set<string>();
  private next = 0;

  constructor(url: string, onFault: (fault: string) => void) {
    this.url = url;
    this.onFault = onFault;
  }

  /** Asks for some orders, in turns, while `shard` is dying, dead or being rebuilt. */
  async look(orders: readonly WatchedOrder[], shard: number): Promise<void> {
    const before = await this.isAway(shard);
    const asked = Array.from({ length: Math.min(ORDERS_PER_LOOK, orders.length) }, () => orders[this.next++ % orders.length]!);
    const codes = await Promise.all(asked.map(({ orderId }) => this.codeOf(orderId)));
    const isAwayAllTheTime = before && (await this.isAway(shard));
    for (const [i, code] of codes.entries()) this.learn(asked[i]!, code, shard, isAwayAllTheTime);
  }

  private learn({ orderId, symbol }: WatchedOrder, code: string, shard: number, isAwayAllTheTime: boolean): void {
    if (code === NO_ANSWER) return;
    if (code !== '200' && !REFUSALS.includes(code)) return this.onFault(`status of ${orderId} while shard ${shard} is away: ${code}`);
    if (code !== '200') {
      const known = this.shardOfSymbol.get(symbol) ?? shard;
      this.shardOfSymbol.set(symbol, known);
      if (known !== shard) this.onFault(`${symbol} is of shard ${known}, and its orders are 503 while shard ${shard} is away`);
    } else if (isAwayAllTheTime) this.goesOnWithout.add(`${symbol} ${shard}`);
    if (isAwayAllTheTime) this.answers++;
    if (this.goesOnWithout.has(`${symbol} ${shard}`) && this.shardOfSymbol.get(symbol) === shard) this.onFault(`orders of ${symbol} are sometimes answered and sometimes 503 while shard ${shard} is away`);
  }

  private async isAway(shard: number): Promise<boolean> {
    return (await getHealth(this.url).catch(() => undefined))?.body.rebuilding_shards?.includes(shard) ?? false;
  }

  private async codeOf(orderId: string): Promise<string> {
    try {
      const response = await fetch(new URL(`/api/v1/monitoring/${encodeURIComponent(orderId)}/status`, this.url), { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
      const body = (await response.json()) as { code?: string };
      if (response.status === 503 && response.headers.get('retry-after') === null) return '503 without Retry-After';
      return response.status === 200 ? '200' : (body.code ?? String(response.status));
    } catch {
      // That the service is there is for the case to see, and once is enough.
      return NO_ANSWER;
    }
  }
}
