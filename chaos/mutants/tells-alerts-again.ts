import { AlertBoard } from '../../gateway/streams/alert-board.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(AlertBoard.prototype, 'expectRepeats', () => () => undefined);
