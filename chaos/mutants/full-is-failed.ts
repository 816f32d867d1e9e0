import { Journal } from '../../engine/journal/journal.ts';
import { replaceGetter } from './replace-method.ts';

replaceGetter(Journal.prototype, 'failed', (failed) => function () {
  return failed.call(this) ?? (this.isFull ? new Error('no room') : undefined);
});
replaceGetter(Journal.prototype, 'closedBy', () => function () {
  return this.failed === undefined ? undefined : 'journal_failed';
});
