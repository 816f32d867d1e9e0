/**
 * From the files that a caller names to event sources: one for each NDJSON file, one for each LOBSTER pair.
 *
 * It owns what `--format` means. Every file is looked at before the first event is sent, so that a wrong name among
 * several does not stop a replay half way.
 */
import { pairLobsterFiles, type LobsterOverrides } from './lobster-files.ts';
import { lobsterEvents } from './lobster-source.ts';
import { ndjsonEvents } from './ndjson-source.ts';
import { ReplayError, type EventSource } from './replay-event.ts';
import { sniffFormat, type FileFormat } from './sniff-format.ts';

export const FORMATS = ['auto', 'ndjson', 'lobster'] as const;
export type Format = (typeof FORMATS)[number];

/** Each open file holds a descriptor and a read buffer. */
export const FILES_MAX = 64;

/**
 * Sources in the order of their files. With `ndjson` files are taken as NDJSON whatever their first line says (so that the
 * service can judge it); with `lobster` a file that is not LOBSTER is refused. Throws ReplayError.
 */
export async function openSources(
  files: readonly string[],
  format: Format,
  overrides: LobsterOverrides,
): Promise<EventSource[]> {
  if (files.length > FILES_MAX) {
    throw new ReplayError(`${files.length} files are more than the ${FILES_MAX} that one replay reads`);
  }
  const formats = new Map<string, FileFormat>();
  for (const file of files) {
    const sniffed = await sniffUnless(format === 'ndjson', file);
    if (format === 'lobster' && sniffed === 'ndjson') throw new ReplayError(`${file} is NDJSON, not LOBSTER`);
    if (formats.has(file)) throw new ReplayError(`${file} is named twice`);
    formats.set(file, sniffed);
  }
  const ofFormat = (wanted: FileFormat): string[] => files.filter((file) => formats.get(file) === wanted);
  const messageFiles = ofFormat('lobster-message');
  const pairs = await pairLobsterFiles(messageFiles, ofFormat('lobster-orderbook'), overrides);
  const pairByMessageFile = new Map(pairs.map((pair) => [pair.messagePath, pair]));
  return files
    .filter((file) => formats.get(file) !== 'lobster-orderbook')
    .map((file) => {
      const pair = pairByMessageFile.get(file);
      return pair === undefined ? ndjsonEvents(file) : lobsterEvents(pair);
    });
}

async function sniffUnless(isNdjson: boolean, file: string): Promise<FileFormat> {
  return isNdjson ? 'ndjson' : sniffFormat(file);
}
