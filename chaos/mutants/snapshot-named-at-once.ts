import { nodeDisk } from '../../engine/journal/node-disk.ts';
import { replaceMethod } from './replace-method.ts';

const UNFINISHED = /\.[^.]+\.unfinished$/;

replaceMethod(nodeDisk, 'open', (open) => (path: string, isNew: boolean) => open(path.replace(UNFINISHED, ''), isNew));
replaceMethod(nodeDisk, 'rename', () => () => Promise.resolve());
