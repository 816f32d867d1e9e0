/** The fields of frequent events, and which of them a name in bytes is. */

export const FREQUENT_FIELDS = [
  'type', 'timestamp', 'order_id', 'symbol', 'exec_id', 'child_order_id', 'venue', 'liquidity',
  'quantity', 'price', 'fee', 'bid', 'ask', 'bid_size', 'ask_size', 'vwap_eligible',
] as const;

/** Places in FREQUENT_FIELDS. */
export const FrequentField = {
  TYPE: 0, TIMESTAMP: 1, ORDER_ID: 2, SYMBOL: 3, EXEC_ID: 4, CHILD_ORDER_ID: 5, VENUE: 6, LIQUIDITY: 7,
  QUANTITY: 8, PRICE: 9, FEE: 10, BID: 11, ASK: 12, BID_SIZE: 13, ASK_SIZE: 14, VWAP_ELIGIBLE: 15,
} as const;

const NO_FIELD = -1;
const NAMES = FREQUENT_FIELDS.map((name) => Buffer.from(name));
const SLOTS = 256;

/** First and last byte and the length tell these names apart. */
const slotOf = (first: number, last: number, length: number): number => (first * 7 + last * 31 + length * 3) & (SLOTS - 1);

const fieldAtSlot = new Int8Array(SLOTS).fill(NO_FIELD);
NAMES.forEach((name, field) => {
  const slot = slotOf(name[0]!, name.at(-1)!, name.length);
  if (fieldAtSlot[slot] !== NO_FIELD) throw new RangeError(`${FREQUENT_FIELDS[field]} and ${FREQUENT_FIELDS[fieldAtSlot[slot]!]} share a slot`);
  fieldAtSlot[slot] = field;
});

/** The field whose name stands at `at`, or -1. */
export function frequentFieldAt(bytes: Uint8Array, at: number, length: number): number {
  if (length === 0) return NO_FIELD;
  const field = fieldAtSlot[slotOf(bytes[at]!, bytes[at + length - 1]!, length)]!;
  if (field === NO_FIELD) return NO_FIELD;
  const name = NAMES[field]!;
  if (name.length !== length) return NO_FIELD;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== name[i]) return NO_FIELD;
  return field;
}
