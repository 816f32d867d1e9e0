/**
 * The rate of trades of one symbol through its session, as far as it is known beforehand: constant between the edges of the volume
 * curve's steps and of the incidents. Owns no randomness.
 */

import type { Incident } from './market-source.ts';
import type { SessionTimes } from './session-times.ts';
import { CONTINUOUS_STEPS, STEP_US } from './volume-curves.ts';

/** News draws trading: factors on the rate, up to parts of the news' time. */
const NEWS_RUSH = [
  { upTo: 0.15, factor: 4 },
  { upTo: 0.4, factor: 2.5 },
  { upTo: 1, factor: 1.5 },
] as const;

export class ActivityProfile {
  /** Segment i reaches from edgesUs[i] to edgesUs[i + 1]. */
  readonly edgesUs: Float64Array;
  /** Expected trades per second in each segment; 0 where nothing can trade. */
  readonly perSecond: Float64Array;
  /** 1 in the segments in which quotes are shown, else 0. */
  readonly quotesOpen: Uint8Array;

  /** `tradesPerDay` of a whole continuous session, spread by `shares`, then changed by the symbol's own `incidents`. */
  constructor(times: SessionTimes, tradesPerDay: number, shares: Float64Array, incidents: readonly Incident[]) {
    const { openUs, closeUs } = times;
    const edges = new Set([openUs, closeUs]);
    for (let i = 0; i < CONTINUOUS_STEPS; i++) edges.add(openUs + i * STEP_US);
    for (const { kind, fromUs, toUs } of incidents) {
      edges.add(fromUs).add(toUs);
      if (kind === 'news') for (const { upTo } of NEWS_RUSH) edges.add(Math.round(fromUs + upTo * (toUs - fromUs)));
    }
    this.edgesUs = Float64Array.from([...edges].filter((us) => us >= openUs && us <= closeUs)).sort();
    this.perSecond = new Float64Array(this.edgesUs.length - 1);
    this.quotesOpen = new Uint8Array(this.edgesUs.length - 1);
    for (let i = 0; i < this.perSecond.length; i++) {
      const middleUs = (this.edgesUs[i]! + this.edgesUs[i + 1]!) / 2;
      const step = Math.min(CONTINUOUS_STEPS - 1, Math.floor((middleUs - openUs) / STEP_US));
      let perSecond = (tradesPerDay * shares[step]! * 1e6) / STEP_US;
      let isShown = true;
      for (const incident of incidents) {
        if (middleUs <= incident.fromUs || middleUs >= incident.toUs) continue;
        perSecond *= factorOf(incident, middleUs);
        if (incident.kind === 'stale_feed') isShown = false;
      }
      this.perSecond[i] = perSecond;
      this.quotesOpen[i] = isShown && perSecond > 0 ? 1 : 0;
    }
  }
}

function factorOf({ kind, fromUs, toUs, size }: Incident, us: number): number {
  if (kind === 'halt') return 0;
  if (kind === 'drought') return size;
  if (kind !== 'news') return 1;
  const passed = (us - fromUs) / (toUs - fromUs);
  return NEWS_RUSH.find(({ upTo }) => passed < upTo)?.factor ?? 1;
}
