import { Journal } from '../../engine/journal/journal.ts';
import { replaceGetter, replaceMethod } from './replace-method.ts';

replaceMethod(Journal.prototype, 'durable', (durable) => async function () {
  try {
    await durable.call(this);
  } catch (error) {
    if ((error as Error).name !== 'DiskFull') throw error;
  }
});
replaceGetter(Journal.prototype, 'closedBy', () => function () {
  return this.failed === undefined ? undefined : 'journal_failed';
});
