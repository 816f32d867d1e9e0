import { HeldRows } from '../../storage/held-rows.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(HeldRows.prototype, 'restartAfter', () => () => undefined);
