/** Where the project's folder is, whether a test runs from dist/ or from its source. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findUp(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`no package.json above ${import.meta.dirname}`);
  return findUp(parent);
}

export const PROJECT_ROOT = findUp(import.meta.dirname);
