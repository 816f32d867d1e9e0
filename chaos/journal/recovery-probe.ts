/** The service's recovery, over one damaged copy after the other: thousands of starts would take hours. Answers on stdout. */

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';

import { nodeDisk } from '../../engine/journal/node-disk.ts';
import { recoverJournal } from '../../engine/journal/recovery.ts';
import { applyDamage, type ProbeRequest, type Recovery } from './damage.ts';

const { file, name, scratch, damages } = (await json(process.stdin)) as ProbeRequest;
const bytes = readFileSync(file);
const recoveries: Recovery[] = [];
const folder = join(scratch, 'probe');
const path = join(folder, name);
for (const damage of damages) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(path, applyDamage(bytes, damage));
  try {
    const { nextSequence, bytesCut } = await recoverJournal(nodeDisk, folder, 0, () => undefined, () => undefined);
    recoveries.push({ is: 'recovered', nextSequence, bytesCut, fileBytes: statSync(path).size });
  } catch (error) {
    recoveries.push({ is: 'refused', message: String(error) });
  }
}
process.stdout.write(JSON.stringify(recoveries));
