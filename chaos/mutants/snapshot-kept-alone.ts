import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

import { SnapshotKeeper } from '../../engine/snapshot/snapshot-keeper.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(SnapshotKeeper.prototype, 'make', (make) => async function (upTo: number) {
  const made = (await make.call(this, upTo)) as { readonly path: string; readonly sequence: number };
  const { dataDir } = this.options;
  const snapshots = join(dataDir, 'snapshots');
  for (const name of readdirSync(snapshots)) if (!made.path.endsWith(name)) unlinkSync(join(snapshots, name));
  const journal = join(dataDir, 'journal');
  const segments = readdirSync(journal).sort();
  for (const [place, name] of segments.slice(0, -1).entries()) if (Number.parseInt(segments[place + 1]!, 10) <= made.sequence + 1) unlinkSync(join(journal, name));
  return made;
});
