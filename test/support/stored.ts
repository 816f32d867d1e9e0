/** The embedded database of a running service, to look at what it stored. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

export async function connectTo(dataDir: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: (await readFile(join(dataDir, 'database-url'), 'utf8')).trim() });
  // A test that kills the service ends the server under this connection.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
