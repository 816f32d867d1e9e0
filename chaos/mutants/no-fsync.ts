import { NodeFile, nodeDisk } from '../../engine/journal/node-disk.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(NodeFile.prototype, 'sync', () => () => Promise.resolve());
replaceMethod(nodeDisk, 'syncFolder', () => () => Promise.resolve());
