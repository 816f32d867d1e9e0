/**
 * A made-up stretch of trading from a seed: several symbols, orders of every algorithm, and every type of event, with what
 * goes wrong on real days (late, twice, busted, corrected, crossed). In rough order of event time; pure.
 */
import { EVENT_TYPES } from '../../engine/domain/events.ts';
import { seededRandom } from './seeded-random.ts';
import { Timeline, type TestEvent } from './timeline.ts';

export interface MarketDay {
  readonly events: readonly TestEvent[];
  readonly orderIds: readonly string[];
  /** Timestamp of the last event, a whole second behind all others. */
  readonly endTime: string;
}

const BASE = '2026-03-02T14:30:00Z';
const LATE_SECONDS_MAX = 8;
const ALGORITHMS = ['NONE', 'TWAP', 'POV', 'CUSTOM', 'VWAP'] as const;
const ENDS = ['order_canceled', 'order_expired', 'order_rejected', 'order_done_for_day', 'order_pending_cancel', 'order_pending_replace'] as const;

export function marketDay(seed: number, size: { readonly symbols: number; readonly orders: number; readonly seconds: number }): MarketDay {
  const random = seededRandom(seed);
  const upTo = (max: number): number => Math.floor(random() * max);
  const lines = Array.from({ length: size.symbols }, (_, i) => new Timeline(`SYM${i}`, BASE));
  /** With the second at which each is sent, which is not always that at which it happened. */
  const sent: { readonly atSecond: number; readonly event: TestEvent }[] = [];
  const send = (seconds: number, event: TestEvent): void => {
    const delay = random() < 0.1 ? random() * LATE_SECONDS_MAX : 0;
    sent.push({ atSecond: seconds + delay, event });
    if (random() < 0.03) sent.push({ atSecond: seconds + delay + 1, event });
  };

  for (const [i, line] of lines.entries()) {
    send(0, { type: 'instrument', timestamp: line.at(0), symbol: line.symbol, currency: 'USD', adv: 1e6 * (i + 1), daily_volatility: 0.02 });
    let mid = 50 + 10 * i;
    for (let s = random(); s < size.seconds; s += 1 + 3 * random()) {
      mid *= 1 + (random() - 0.5) * 0.002;
      const half = mid * 0.0002 * (1 + random());
      send(s, random() < 0.05 ? line.quote(s, mid + half, mid - half) : line.quote(s, mid - half, mid + half));
      if (random() < 0.6) send(s + 0.1, line.trade(s + 0.1, mid + (random() - 0.5) * half, 1 + upTo(900), random() < 0.1 ? { vwap_eligible: false } : {}));
    }
    if (i % 4 === 3) {
      send(60, { type: 'market_status', timestamp: line.at(60), symbol: line.symbol, status: 'HALTED' });
      send(90, { type: 'market_status', timestamp: line.at(90), symbol: line.symbol, status: 'OPEN' });
    }
  }

  const orderIds = Array.from({ length: size.orders }, (_, i) => `day-${i}`);
  for (const [i, id] of orderIds.entries()) {
    const line = lines[i % lines.length]!;
    const start = 5 + random() * size.seconds * 0.3;
    const end = start + size.seconds * (0.3 + 0.5 * random());
    const algorithm = ALGORITHMS[i % ALGORITHMS.length]!;
    const quantity = 100 * (1 + upTo(50));
    send(start, line.order(start, id, {
      side: i % 3 === 1 ? 'SELL' : i % 7 === 3 ? 'SELL_SHORT' : 'BUY',
      quantity,
      algorithm,
      ...(algorithm === 'TWAP' || algorithm === 'VWAP' ? { end_time: line.at(end) } : {}),
      ...(algorithm === 'POV' ? { participation_rate: 0.1 } : {}),
      ...(algorithm === 'CUSTOM' ? { schedule: [{ time: line.at(start), fraction: 0 }, { time: line.at((start + end) / 2), fraction: 0.7 }, { time: line.at(end), fraction: 1 }] } : {}),
    }));
    const share = [0, 0.3, 0.6, 1, 1.1][i % 5 === 4 ? upTo(5) : (i * 3) % 5]!;
    const fills = share === 0 ? 0 : 2 + upTo(8);
    for (let n = 0; n < fills; n++) {
      const s = start + ((end - start) * (n + random())) / (fills + 1);
      const execId = `${id}-x${n}`;
      const child = `${id}-c${n % 3}`;
      const fill = line.fill(s, id, execId, (quantity * share) / fills, 50 + 10 * (i % lines.length) + random() - 0.5, {
        venue: `V${upTo(4)}`,
        fee: random(),
        ...(i % 2 === 0 ? { child_order_id: child } : {}),
      });
      if (i % 2 === 0 && n < 3) send(s - 1, line.of(s - 1, id, 'route', { child_order_id: child, venue: 'V0', quantity: quantity / 2 }));
      if (i % 2 === 0 && n < 3) send(s - 0.5, line.of(s - 0.5, id, ['route_accepted', 'route_rejected', 'route_canceled', 'route_expired'][(i + n) % 4]!, { child_order_id: child }));
      send(s, fill);
      if (random() < 0.1) send(s + 1, line.of(s + 1, id, 'execution_canceled', { exec_id: `${execId}b`, ref_exec_id: execId }));
      else if (random() < 0.1) send(s + 1, line.of(s + 1, id, 'execution_corrected', { exec_id: `${execId}c`, ref_exec_id: execId, quantity: 7, price: 50 + 10 * (i % lines.length) }));
      if (random() < 0.03) send(s + 2, { ...fill, price: 1 });
    }
    if (i % 6 === 2) send(start + 20, line.of(start + 20, id, 'order_replaced', { quantity: quantity * 1.5 }));
    if (i % 12 === 4) send(end * 0.8, line.of(end * 0.8, id, 'order_cancel_rejected'));
    if (i % 6 === 5) send(end * 0.8, line.of(end * 0.8, id, ENDS[(i / 6) % ENDS.length | 0]!));
  }

  const last = Math.ceil(size.seconds + LATE_SECONDS_MAX * 2);
  const inOrder = sent.sort((a, b) => a.atSecond - b.atSecond).map(({ event }) => event);
  const events = [...inOrder, lines[0]!.now(last)];
  const missing = EVENT_TYPES.filter((type) => !events.some((event) => event['type'] === type));
  if (missing.length > 0) throw new Error(`this day has no ${missing.join(', ')}`);
  return { events, orderIds, endTime: lines[0]!.at(last) };
}
