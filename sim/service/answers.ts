/** What the door of the simulation is asked, and what it answers. */

export interface BatchRequest {
  readonly events: readonly unknown[];
  readonly idempotency?: { readonly key: string; readonly bodyHash: number };
}

/** A request that was refused had no effect; one whose outcome is in doubt may have had it. */
export type Answered<T> = { readonly is: 'answered'; readonly answer: T } | { readonly is: 'refused' | 'in_doubt'; readonly why: string };

export interface SessionAnswer {
  readonly sessionId: string;
  readonly created: boolean;
}
