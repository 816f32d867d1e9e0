import { HeldRows } from '../../storage/held-rows.ts';
import { replaceMethod } from './replace-method.ts';

const ROWS_MAX = 30;

replaceMethod(HeldRows.prototype, 'append', (append) => function (row: unknown) {
  return this.rowCount < ROWS_MAX && append.call(this, row);
});
