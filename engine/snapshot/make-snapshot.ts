/**
 * `node make-snapshot.js DATA_DIR JOURNAL_ID UP_TO`: makes a snapshot of what the service knew after the newest frame that ends at
 * or before a sequence: the newest snapshot there is, and the journal behind it. A process of its own, so that the service
 * neither waits for it nor shares its memory. Writes one line of JSON.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { JOURNAL_FOLDER } from '../journal/journal.ts';
import { readJournal } from '../journal/journal-reader.ts';
import { findSnapshot, SNAPSHOT_FOLDER } from './find-snapshot.ts';
import { Replica } from './replica.ts';
import { verifySnapshot } from './snapshot-file.ts';

export interface MadeSnapshot {
  readonly path: string;
  readonly sequence: number;
  /** Snapshots that could not be read. */
  readonly damaged: readonly string[];
}

const [dataDir, journalId, upTo] = process.argv.slice(2);
if (dataDir === undefined || journalId === undefined || upTo === undefined) throw new Error('usage: make-snapshot DATA_DIR JOURNAL_ID UP_TO');

const damaged: string[] = [];
const found = findSnapshot(dataDir, ({ sequence }) => sequence <= Number(upTo), ({ message }) => damaged.push(message));
const replica = found === undefined ? new Replica() : Replica.fromSnapshot(found.path);
readJournal(join(dataDir, JOURNAL_FOLDER), replica.sequence, Number(upTo), (segment, frame) => replica.apply(segment, frame));
const folder = join(dataDir, SNAPSHOT_FOLDER);
mkdirSync(folder, { recursive: true, mode: 0o700 });
const path = replica.save(folder, journalId);
verifySnapshot(path);
process.stdout.write(`${JSON.stringify({ path, sequence: replica.sequence, damaged } satisfies MadeSnapshot)}\n`);
