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

/** Four bytes of a name each: `NAME_WORDS` of them a field from its first byte on, and its last four. Unused for shorter names. */
const NAME_WORDS = 4;
const nameWords = new Int32Array(NAMES.length * NAME_WORDS);
const lastWords = new Int32Array(NAMES.length);
NAMES.forEach((name, field) => {
  for (let i = 0; i + 4 <= name.length; i += 4) nameWords[field * NAME_WORDS + i / 4] = name.readInt32BE(i);
  if (name.length >= 4) lastWords[field] = name.readInt32BE(name.length - 4);
});

/** The same of a name as JSON has it in front of its value: quoted, with a colon behind. */
const quotedNames = FREQUENT_FIELDS.map((name) => Buffer.from(`"${name}":`));
export const QUOTED_NAME_BYTES = Int32Array.from(quotedNames, ({ length }) => length);
const quotedWords = new Int32Array(NAMES.length * NAME_WORDS);
const lastQuotedWords = Int32Array.from(quotedNames, (name) => name.readInt32BE(name.length - 4));
quotedNames.forEach((name, field) => {
  for (let i = 0; i + 4 <= name.length; i += 4) quotedWords[field * NAME_WORDS + i / 4] = name.readInt32BE(i);
});

/** Whether a field's name, quoted and with its colon, stands at `at`. */
export function isQuotedNameAt(view: DataView, at: number, field: number): boolean {
  const length = QUOTED_NAME_BYTES[field]!;
  if (at + length > view.byteLength) return false;
  const words = field * NAME_WORDS;
  for (let i = 0; i + 4 <= length; i += 4) if (view.getInt32(at + i) !== quotedWords[words + (i >> 2)]) return false;
  return view.getInt32(at + length - 4) === lastQuotedWords[field];
}

/** The field whose name stands at `at` in bytes that are also seen as `view`, or -1. */
export function frequentFieldAt(bytes: Uint8Array, view: DataView, at: number, length: number): number {
  if (length === 0) return NO_FIELD;
  const field = fieldAtSlot[slotOf(bytes[at]!, bytes[at + length - 1]!, length)]!;
  if (field === NO_FIELD) return NO_FIELD;
  const name = NAMES[field]!;
  if (name.length !== length) return NO_FIELD;
  if (length < 4) {
    for (let i = 0; i < length; i++) if (bytes[at + i] !== name[i]) return NO_FIELD;
    return field;
  }
  const words = field * NAME_WORDS;
  for (let i = 0; i + 4 <= length; i += 4) if (view.getInt32(at + i) !== nameWords[words + (i >> 2)]) return NO_FIELD;
  return view.getInt32(at + length - 4) === lastWords[field] ? field : NO_FIELD;
}
