/** Rows in PostgreSQL's binary COPY format, read as a server reads them: by the columns that the statement names. */

const HEADER_BYTES = 19;
const SERVER_EPOCH_US = 946_684_800_000_000n;
const INTEGERS = new Set(['revision', 'part', 'parts']);
const NUMBERS = new Set([
  'execution_progress', 'fill_rate', 'average_price', 'market_impact', 'cost_efficiency', 'slippage', 'expected_progress', 'quantity', 'price', 'fee',
  'filled_quantity', 'limit_price', 'arrival_price', 'decision_price', 'current_progress', 'execution_speed',
]);
const TIMES = new Set(['timestamp', 'received_at', 'announced_at', 'start_at', 'planned_end_at', 'ended_at']);
const JSONS = new Set(['venue_distribution', 'alerts']);

export type StoredValue = string | number | null;
export type StoredRow = Readonly<Record<string, StoredValue>>;

/** The rows between the header and the trailer of one COPY. Throws where a server would refuse the bytes. */
export function copiedRows(chunks: readonly Uint8Array[], columns: readonly string[]): StoredRow[] {
  const bytes = Buffer.concat(chunks);
  if (bytes.toString('latin1', 0, 6) !== 'PGCOPY') throw new Error('COPY file signature not recognized');
  const rows: StoredRow[] = [];
  let at = HEADER_BYTES;
  while (bytes.readInt16BE(at) !== -1) {
    const { row, end } = rowAt(bytes, at, columns);
    rows.push(row);
    at = end;
  }
  if (at + 2 !== bytes.length) throw new Error('received copy data after EOF marker');
  return rows;
}

/** The row that begins at a byte, and where it ends. */
export function rowAt(bytes: Buffer, from: number, columns: readonly string[]): { row: StoredRow; end: number } {
  if (bytes.readInt16BE(from) !== columns.length) throw new Error(`row field count is ${bytes.readInt16BE(from)}, expected ${columns.length}`);
  const row: Record<string, StoredValue> = {};
  let at = from + 2;
  for (const column of columns) {
    const length = bytes.readInt32BE(at);
    at += 4;
    row[column] = length < 0 ? null : valueOf(column, bytes.subarray(at, at + length));
    if (length > 0) at += length;
  }
  return { row, end: at };
}

function valueOf(column: string, field: Buffer): StoredValue {
  if (TIMES.has(column)) return Number(field.readBigInt64BE() + SERVER_EPOCH_US);
  if (column === 'as_of_sequence') return Number(field.readBigInt64BE());
  if (INTEGERS.has(column)) return field.readInt32BE();
  if (NUMBERS.has(column)) return field.readDoubleBE();
  if (JSONS.has(column)) return field.toString('utf8', 1);
  return column === 'event_id' ? field.toString('hex') : field.toString('utf8');
}
