/**
 * One PostgreSQL server for all cases that reach a database over the network; each gets a database of its own. Started when it is
 * first needed, through the product's own `startEmbeddedPostgres`.
 */

import { chmod, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

import { startEmbeddedPostgres } from '../../storage/embedded.ts';
import { type Cleanup, removeFolder } from './cleanup.ts';

interface Running {
  readonly url: string;
  readonly pid: number;
}

export class DatabaseServer {
  private readonly cleanup: Cleanup;
  private running: Promise<Running> | undefined;
  private made = 0;

  constructor(cleanup: Cleanup) {
    this.cleanup = cleanup;
  }

  /** URL of a new, empty database. */
  async create(): Promise<string> {
    const { url } = await this.server();
    const name = `chaos_${++this.made}`;
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    const own = new URL(url);
    own.pathname = `/${name}`;
    return own.href;
  }

  /** Process id of the server. */
  async pid(): Promise<number> {
    return (await this.server()).pid;
  }

  private server(): Promise<Running> {
    return (this.running ??= this.start());
  }

  private async start(): Promise<Running> {
    const dataDir = await mkdtemp(join(tmpdir(), 'execution-monitor-chaos-database-'));
    this.cleanup.add(() => removeFolder(dataDir));
    await chmod(dataDir, 0o755);
    const server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    this.cleanup.add(() => server.stop());
    const pid = Number.parseInt(await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8'), 10);
    return { url: server.databaseUrl, pid };
  }
}
