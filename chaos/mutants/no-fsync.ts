import { FILE_METHODS } from './file-handle.ts';
import { replaceMethod } from './replace-method.ts';

for (const name of ['datasync', 'sync']) replaceMethod(FILE_METHODS, name, () => () => Promise.resolve());
