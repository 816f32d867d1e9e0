/** One execution in effect, with the numbers of its names. */

export interface Fill {
  readonly executionNo: number;
  readonly execId: string;
  readonly timestampUs: number;
  /** Of the record that brought it: with the timestamp it tells which quote the fill met. */
  readonly sequence: number;
  readonly quantity: number;
  readonly price: number;
  /** In the order's currency, 0 when none was given. */
  readonly fee: number;
  readonly venueNo: number;
  readonly childNo: number;
  readonly liquidity: number;
}
