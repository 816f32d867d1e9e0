/** Makes each write to a file take so long, so that a kill at any instant finds something that is not written yet. */

import { setTimeout as sleep } from 'node:timers/promises';

import { NodeFile } from '../../engine/journal/node-disk.ts';
import { replaceMethod } from './replace-method.ts';

export function slowWrites(writeMs: number): void {
  replaceMethod(NodeFile.prototype, 'write', (write) => async function (...args: unknown[]) {
    await sleep(writeMs);
    return write.apply(this, args);
  });
}
