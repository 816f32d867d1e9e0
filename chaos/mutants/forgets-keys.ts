import { Remembered } from '../../engine/sequencer/remembered.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(Remembered.prototype, 'get', () => () => undefined);
