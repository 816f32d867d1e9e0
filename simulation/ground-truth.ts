/** What really was the matter, as NDJSON beside the events: incidents of the market, then every order. For scoring; the service never sees it. */

import { formatTimestamp } from '../engine/domain/timestamp.ts';
import type { Desk } from './desk/desk-contract.ts';
import type { MarketSource } from './market/market-source.ts';

/** Lines without their ends. Complete when the simulation has ended. */
export function* groundTruthLines(market: MarketSource, desk: Desk): Generator<string, void, undefined> {
  for (const { kind, symbol, fromUs, toUs, size } of market.incidents) {
    yield JSON.stringify({ type: 'incident', kind, symbol, from: formatTimestamp(fromUs), to: formatTimestamp(toUs), size });
  }
  for (const truth of desk.truths) yield JSON.stringify({ type: 'order', ...truth });
}

/** `day.ndjson` -> `day.truth.ndjson`. */
export function groundTruthPath(eventsPath: string): string {
  return `${eventsPath.replace(/\.ndjson$/, '')}.truth.ndjson`;
}
