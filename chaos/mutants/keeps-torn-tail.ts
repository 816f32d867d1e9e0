import { FILE_METHODS } from './file-handle.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(FILE_METHODS, 'truncate', () => () => Promise.resolve());
