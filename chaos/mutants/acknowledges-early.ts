import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { Journal } from '../../engine/journal/journal.ts';
import { replaceMethod } from './replace-method.ts';

/** The disk is slow, so that a kill at any instant finds something that is answered and not written. */
const WRITE_MS = 50;

replaceMethod(Journal.prototype, 'durable', () => () => Promise.resolve());
const file = await open('/dev/null');
const prototype = Object.getPrototypeOf(file) as object;
await file.close();
replaceMethod(prototype, 'write', (write) => async function (...args: unknown[]) {
  await sleep(WRITE_MS);
  return write.apply(this, args);
});
