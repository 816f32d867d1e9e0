/**
 * A recorded file as lines of text, read as they are asked for: plain or gzip (told by its first bytes, not its name).
 *
 * It owns opening, decompression, line ends and the wording of what can go wrong with them. It knows no format.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ReplayError } from './replay-event.ts';

/** A longer line is no event but a file of another kind. */
export const LINE_CHARS_MAX = 1024 * 1024;

const READ_BYTES = 256 * 1024;

/**
 * The lines of a file without their line ends (LF or CRLF); a byte order mark is dropped. A last line needs no line end.
 * Throws ReplayError, naming the file, when it cannot be read, is a broken gzip, or has a line over LINE_CHARS_MAX.
 */
export async function* readLines(path: string): AsyncGenerator<string, void, undefined> {
  let lineNumber = 0;
  let rest = '';
  try {
    const text = await openText(path);
    for await (const chunk of text as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield clean(line, ++lineNumber, path);
      if (rest.length > LINE_CHARS_MAX) clean(rest, lineNumber + 1, path);
    }
  } catch (error) {
    throw error instanceof ReplayError ? error : new ReplayError(`cannot read ${path}: ${readFailure(error)}`);
  }
  if (rest !== '') yield clean(rest, lineNumber + 1, path);
}

/** The first line that is not blank, or undefined when there is none. */
export async function firstLine(path: string): Promise<string | undefined> {
  for await (const line of readLines(path)) if (line.trim() !== '') return line;
  return undefined;
}

async function openText(path: string): Promise<Readable> {
  const handle = await open(path, 'r');
  try {
    const isGzip = await startsWithGzipMagic(handle);
    const raw = handle.createReadStream({ start: 0, highWaterMark: READ_BYTES });
    // The reader of the last stream sees its error; the callback is there because pipeline asks for one.
    const bytes = isGzip ? pipeline(raw, createGunzip({ chunkSize: READ_BYTES }), () => undefined) : raw;
    return bytes.setEncoding('utf8');
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function startsWithGzipMagic(handle: FileHandle): Promise<boolean> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

function clean(line: string, lineNumber: number, path: string): string {
  if (line.length > LINE_CHARS_MAX) {
    throw new ReplayError(`${path}:${lineNumber}: line is longer than ${LINE_CHARS_MAX} characters`);
  }
  const start = lineNumber === 1 && line.charCodeAt(0) === 0xfeff ? 1 : 0;
  return line.slice(start, line.endsWith('\r') ? -1 : undefined);
}

function readFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  if (code?.startsWith('Z_') === true) return `it is a damaged gzip file (${message})`;
  return message;
}
