/**
 * `node make-snapshot.js DATA_DIR JOURNAL_ID UP_TO`: makes the next snapshot in a process of its own, so that the service neither
 * waits for it nor shares its memory. Writes one line of JSON.
 */

import { makeNextSnapshot } from './next-snapshot.ts';

const [dataDir, journalId, upTo] = process.argv.slice(2);
if (dataDir === undefined || journalId === undefined || upTo === undefined) throw new Error('usage: make-snapshot DATA_DIR JOURNAL_ID UP_TO');

process.stdout.write(`${JSON.stringify(await makeNextSnapshot({ dataDir, journalId, upToSequence: Number(upTo) }))}\n`);
