import { SnapshotKeeper } from '../../engine/snapshot/snapshot-keeper.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(SnapshotKeeper.prototype, 'makeOne', (makeOne) => function () {
  this.options = { ...this.options, upToSequence: () => Number.MAX_SAFE_INTEGER };
  return makeOne.call(this);
});
