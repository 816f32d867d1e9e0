/**
 * Which kind of recording a file is, told by its first line: the name may lie, the first line does not.
 *
 * It owns the signs of each format. It does not read beyond the first line, so a file that turns bad later is found by
 * its source.
 */
import { firstLine } from './input-file.ts';
import { ReplayError } from './replay-event.ts';

export type FileFormat = 'ndjson' | 'lobster-message' | 'lobster-orderbook';

/** time,type,order_id,size,price,direction, and in some downloads a seventh column with the halt's reason or the firm. */
const LOBSTER_MESSAGE = /^\d+(\.\d+)?,[1-7],-?\d+,-?\d+,-?\d+,-?[01](,[^,]*)?$/;

/** ask_price,ask_size,bid_price,bid_size, once for each level. */
const LOBSTER_ORDERBOOK = /^-?\d+,\d+,-?\d+,\d+(,-?\d+,\d+,-?\d+,\d+)*$/;

const SHOWN_CHARS_MAX = 60;

/** Throws ReplayError when the file cannot be read, is empty, or is none of the known formats. */
export async function sniffFormat(path: string): Promise<FileFormat> {
  const line = (await firstLine(path))?.trim();
  if (line === undefined) throw new ReplayError(`cannot tell the format of ${path}: it is empty`);
  if (line.startsWith('{') && isJson(line)) return 'ndjson';
  if (LOBSTER_MESSAGE.test(line)) return 'lobster-message';
  if (LOBSTER_ORDERBOOK.test(line)) return 'lobster-orderbook';
  const shown = JSON.stringify(line.slice(0, SHOWN_CHARS_MAX));
  throw new ReplayError(
    `cannot tell the format of ${path}: its first line is neither a JSON object (ndjson) ` +
      `nor a LOBSTER message or orderbook row: ${shown}${line.length > SHOWN_CHARS_MAX ? '...' : ''}`,
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
