/**
 * Loaded before the service, in each of its threads (`node --import`): a shard dies inside a record when a file asks for it. The
 * product knows nothing of it. In the folder named by EXECMON_CHAOS_FAULTS a file `shard-N` with the word for how is taken away
 * and obeyed; an order whose id is POISON kills its shard each time that it is announced.
 */

import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

import { SharedRows } from '../../engine/ring/shared-state.ts';
import { type OrderFacts, Shard } from '../../engine/shard/shard.ts';
import { ShardRings } from '../../engine/shard/shard-rings.ts';
import { replaceMethod } from '../mutants/replace-method.ts';
import { POISON, SHARD_FAULTS_VARIABLE } from './shard-faults.ts';

const LOOK_MS = 5;

const folder = process.env[SHARD_FAULTS_VARIABLE];
if (!isMainThread && folder !== undefined) {
  // A thread learns which shard it is when it begins, and makes an engine then.
  let file: string | undefined;
  replaceMethod(ShardRings.prototype, 'outputs', (outputs) => function (...args) {
    file = join(folder, `shard-${this.channels.shard}`);
    return outputs.apply(this, args);
  });
  let lookedMs = 0;
  // While the row is open: what a successor finds is half written.
  replaceMethod(SharedRows.prototype, 'endWrite', (endWrite) => function (...args) {
    const nowMs = performance.now();
    if (file !== undefined && nowMs - lookedMs > LOOK_MS) {
      lookedMs = nowMs;
      obey(file);
    }
    return endWrite.apply(this, args);
  });
  replaceMethod(Shard.prototype, 'keepFacts', (keepFacts) => function (...args) {
    if ((args[1] as OrderFacts).announcement.order_id === POISON) throw new Error('chaos: poison');
    return keepFacts.apply(this, args);
  });
}

function obey(path: string): void {
  let how: string;
  try {
    how = readFileSync(path, 'utf8');
    unlinkSync(path);
  } catch {
    return;
  }
  if (how === 'throw') throw new Error('chaos: thrown');
  if (how === 'hang') for (;;);
  if (how !== 'heap') throw new Error(`chaos: ${path} says ${JSON.stringify(how)}`);
  const kept: unknown[] = [];
  for (;;) kept.push(Array.from({ length: 10_000 }, (_, i) => ({ i })));
}
