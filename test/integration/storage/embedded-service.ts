/** A process that starts the embedded database, says its URL, and waits to be killed. Argument: the data folder. */

import { startEmbeddedPostgres } from '../../../storage/embedded.ts';

// Ctrl-C is the service's own business; the test sends it to the whole process group.
process.on('SIGINT', () => {});
const server = await startEmbeddedPostgres({ dataDir: process.argv[2]!, log: () => {} });
process.stdout.write(`${server.databaseUrl}\n`);
setInterval(() => {}, 60_000);
