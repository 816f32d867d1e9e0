/** What a shard can be asked about one of its orders, in its place among the records. */

/** `view`: bring the order's row up to what is known. */
export const QUESTIONS = ['analytics', 'explained analytics', 'view'] as const;
export type Question = (typeof QUESTIONS)[number];

/** Analytics as JSON, or that the order has left memory. */
export type AnalyticsAnswer = { readonly json: string } | 'evicted';

export type ShardAnswer = AnalyticsAnswer | 'shown';
