/**
 * What is known to happen to one symbol before its session begins: statuses, auctions and the edges of its incidents, in the order of
 * time. Every entry brings exactly one happening.
 */

import type { RandomStream } from '../random/random-stream.ts';
import type { Incident, MarketStatus } from './market-source.ts';
import type { SessionTimes } from './session-times.ts';
import type { UShape } from './volume-curves.ts';

/** How quotes are shown: as they are, the bid above the offer, or without a side. */
export type QuoteView = 'plain' | 'crossed' | 'no_bid' | 'no_ask';

export type PlanEntry =
  | { readonly kind: 'status'; readonly timeUs: number; readonly status: MarketStatus }
  /** `volumeShare`: part of the ADV. */
  | { readonly kind: 'auction'; readonly timeUs: number; readonly condition: string; readonly volumeShare: number }
  | { readonly kind: 'quote'; readonly timeUs: number; readonly view: QuoteView }
  | { readonly kind: 'news'; readonly timeUs: number; readonly ratio: number };

const REOPENING_CALL_US_MAX = 120_000_000;
const REOPENING_CALL_SHARE_MAX = 0.3;
const REOPENING_VOLUME_SHARES = [0.002, 0.008] as const;
/** The auctions' volumes scatter around the symbol's usual ones by these factors. */
const OPENING_SCATTER = [0.6, 1.4] as const;
const CLOSING_SCATTER = [0.85, 1.15] as const;
const CLOSING_SHARES = [0.05, 0.12] as const;

/** `incidents`: of this symbol; they do not overlap. */
export function planDay(stream: RandomStream, times: SessionTimes, shape: UShape, incidents: readonly Incident[]): PlanEntry[] {
  const openingShare = shape.openingShare * stream.between(...OPENING_SCATTER);
  const closingShare = shape.closingShare * stream.between(...CLOSING_SCATTER);
  const plan: PlanEntry[] = [
    { kind: 'status', timeUs: times.preOpenUs, status: 'AUCTION' },
    { kind: 'auction', timeUs: times.openUs, condition: 'OPENING_AUCTION', volumeShare: openingShare },
    { kind: 'status', timeUs: times.openUs, status: 'OPEN' },
    { kind: 'quote', timeUs: times.openUs, view: 'plain' },
  ];
  for (const { kind, fromUs, toUs, size } of incidents) {
    if (kind === 'news') plan.push({ kind: 'news', timeUs: fromUs, ratio: size });
    if (kind === 'halt') {
      const callUs = Math.round(Math.min(REOPENING_CALL_US_MAX, REOPENING_CALL_SHARE_MAX * (toUs - fromUs)));
      plan.push(
        { kind: 'status', timeUs: fromUs, status: 'HALTED' },
        { kind: 'status', timeUs: toUs - callUs, status: 'AUCTION' },
        { kind: 'auction', timeUs: toUs, condition: 'REOPENING_AUCTION', volumeShare: stream.between(...REOPENING_VOLUME_SHARES) },
        { kind: 'status', timeUs: toUs, status: 'OPEN' },
        { kind: 'quote', timeUs: toUs, view: 'plain' },
      );
    }
    if (kind === 'stale_feed') plan.push({ kind: 'quote', timeUs: toUs, view: 'plain' });
    if (kind === 'crossed_quotes' || kind === 'one_sided_quotes') {
      const view = kind === 'crossed_quotes' ? 'crossed' : stream.chance(0.5) ? 'no_bid' : 'no_ask';
      plan.push({ kind: 'quote', timeUs: fromUs, view }, { kind: 'quote', timeUs: toUs, view: 'plain' });
    }
  }
  const volumeShare = Math.min(CLOSING_SHARES[1], Math.max(CLOSING_SHARES[0], closingShare));
  plan.push(
    { kind: 'status', timeUs: times.closeUs, status: 'AUCTION' },
    { kind: 'auction', timeUs: times.endUs, condition: 'CLOSING_AUCTION', volumeShare },
    { kind: 'status', timeUs: times.endUs, status: 'CLOSED' },
  );
  // Entries of one time keep their order: sorting is stable.
  return plan.sort((a, b) => a.timeUs - b.timeUs);
}
