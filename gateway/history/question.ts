/** What is asked of the past, and what comes back. */

export interface HistoryQuestion {
  readonly dataDir: string;
  readonly orderId: string;
  /** What was received after it was not known then. */
  readonly asOfUs: number;
  /** Newest sequence that is on the disk. */
  readonly upToSequence: number;
  readonly leaf: 'status' | 'analytics' | 'explained';
}

export type HistoryAnswer =
  | { readonly is: 'found'; readonly json: string }
  /** The order was not announced then. */
  | { readonly is: 'unknown' }
  /** It had left memory: its analytics were final, and are in the database. */
  | { readonly is: 'evicted' }
  /** The journal does not go back that far. */
  | { readonly is: 'gone' };
