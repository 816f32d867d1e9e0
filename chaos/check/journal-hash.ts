/** The hash of the state that a journal makes, told by the product's own tool in a process of its own. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { PROJECT_ROOT } from '../../test/support/project-root.ts';

/** Of everything up to a sequence. */
export async function hashOfJournal(dataDir: string, sequence: number): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/engine/journal-tool/main.js', 'hash', '--data-dir', dataDir, '--to', String(sequence)], { cwd: PROJECT_ROOT });
  return stdout.trim().split(/\s+/).at(-1)!;
}
