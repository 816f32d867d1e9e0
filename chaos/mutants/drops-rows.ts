import { CopyWriter } from '../../storage/copy-writer.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(CopyWriter.prototype, 'commit', (commit) => async function (upTo: number) {
  try {
    await commit.call(this, upTo);
  } catch (error) {
    for (const rows of this.held) rows.dropThrough(upTo);
    throw error;
  }
});
