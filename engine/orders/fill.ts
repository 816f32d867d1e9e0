/** One execution in effect, with the numbers of its names. */

export interface FillNumbers {
  executionNo: number;
  timestampUs: number;
  /** Of the record that brought it: with the timestamp it tells which quote the fill met. */
  sequence: number;
  quantity: number;
  price: number;
  /** In the order's currency, 0 when none was given. */
  fee: number;
  venueNo: number;
  childNo: number;
  liquidity: number;
}

export interface Fill extends Readonly<FillNumbers> {
  readonly execId: string;
}
