/** Short hand-written stories of one order for tests: events at seconds after a beginning, in the order of their arrival. */
import type { InputEvent } from '../../engine/domain/events.ts';
import { QUOTES_PER_SYMBOL_MAX } from '../../engine/domain/limits.ts';
import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import { EnginePipeline, type PipelineOptions } from './engine-pipeline.ts';
import { advance } from './engine-runs.ts';

export const STORY_BEGIN_US = Date.UTC(2024, 5, 3, 9, 0) * 1_000;
const SECOND_US = 1_000_000;
const BATCH = 4_096;

export function atSecond(second: number): string {
  return formatTimestamp(STORY_BEGIN_US + second * SECOND_US);
}

/** An event of order A (or of symbol AAA) at a second; further fields as given. */
export function tell(type: InputEvent['type'], second: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  const isMarket = ['quote', 'trade', 'market_status', 'instrument'].includes(type);
  return { type, timestamp: atSecond(second), ...(isMarket ? { symbol: 'AAA' } : { order_id: 'A' }), ...fields };
}

export function order(second: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return tell('order', second, { symbol: 'AAA', side: 'BUY', quantity: 100, ...fields });
}

export function fill(second: number, exec_id: string, quantity: number, price = 100, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return tell('execution', second, { exec_id, venue: 'XNAS', quantity, price, ...fields });
}

export function quote(second: number, bid: number, ask: number): Record<string, unknown> {
  return tell('quote', second, { bid, ask });
}

export function trade(second: number, price: number, quantity: number): Record<string, unknown> {
  return tell('trade', second, { price, quantity });
}

/** An engine whose clock stands at the story's beginning. */
export async function storyEngine(options: PipelineOptions = {}): Promise<EnginePipeline> {
  const engine = await EnginePipeline.open({ receiptUs: STORY_BEGIN_US, ...options });
  advance(engine, STORY_BEGIN_US);
  return engine;
}

/** Lets the machine's clock run to a second of the story. */
export function clockTo(engine: EnginePipeline, second: number): void {
  advance(engine, STORY_BEGIN_US + second * SECOND_US);
}

/** Tells a whole story one event at a time and lets the clock run to its end. */
export async function toldStory(events: readonly Record<string, unknown>[], endSecond: number, options: PipelineOptions = {}): Promise<EnginePipeline> {
  const engine = await storyEngine(options);
  for (const event of events) {
    const answer = engine.accept(event);
    if (answer.rejected.length > 0) throw new Error(`${JSON.stringify(event)}: ${answer.rejected[0]!.detail}`);
  }
  clockTo(engine, endSecond);
  return engine;
}

/** So many quotes from a second on, or other events of the market, that the older half of them has left. */
export function fillTape(engine: EnginePipeline, second: number, market: Record<string, unknown> = { type: 'quote', bid: 120, ask: 122 }): void {
  for (let sent = 0; sent <= QUOTES_PER_SYMBOL_MAX; sent += BATCH) {
    const timestamp = (i: number): string => formatTimestamp(STORY_BEGIN_US + second * SECOND_US + sent + i);
    engine.acceptBatch(Array.from({ length: BATCH }, (_, i) => ({ ...market, symbol: 'AAA', timestamp: timestamp(i) })));
  }
}
