import { Remembered } from '../../engine/sequencer/remembered.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(Remembered.prototype, 'load', (load) => function (...args: unknown[]) {
  load.apply(this, args);
  for (const generation of [this.young, this.old]) generation.clear();
});
