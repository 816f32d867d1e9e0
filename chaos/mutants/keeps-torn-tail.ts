import { NodeFile } from '../../engine/journal/node-disk.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(NodeFile.prototype, 'truncate', () => () => Promise.resolve());
