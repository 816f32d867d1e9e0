import { Journal } from '../../engine/journal/journal.ts';
import { replaceMethod } from './replace-method.ts';
import { slowWrites } from './slow-writes.ts';

/** So that a kill at any instant finds something that is answered and not written. */
const WRITE_MS = 50;

replaceMethod(Journal.prototype, 'durable', () => () => Promise.resolve());
slowWrites(WRITE_MS);
