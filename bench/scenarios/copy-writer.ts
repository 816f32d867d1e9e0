/**
 * Storage's own writer beside a bare `pg-copy-streams` that sends the same bytes, encoded in advance, into the same table of the
 * same server: what taking rows in, transactions and watermark cost.
 *
 * Both send as many rows a transaction as storage does. The writer takes the rows of the next one in while the last is
 * committed, as in the service; both run in the benchmark's own process.
 */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

import { ROW_KINDS as KINDS_BY_CODE } from '../../engine/ring/row-codec.ts';
import { BATCH_LIMITS } from '../../storage/batcher.ts';
import { COPY_HEADER, COPY_TRAILER } from '../../storage/copy-frame.ts';
import { CopyWriter } from '../../storage/copy-writer.ts';
import { startEmbeddedPostgres } from '../../storage/embedded.ts';
import { pgConnect } from '../../storage/pg-database.ts';
import { type Table, TABLES } from '../../storage/tables.ts';
import { EncodedRows, makeRows, ROW_KINDS, type RowKind } from '../database/many-rows.ts';
import { monotonicUs } from '../measure/clock.ts';
import { type CpuSeconds, familyCpu } from '../measure/cpu.ts';
import { median, ratiosOf } from '../measure/ratios.ts';
import { fixed, ratioText } from '../report/table.ts';
import type { Bench } from './bench.ts';
import { type Scenario, type ScenarioReport, type Size, tell } from './scenario.ts';

/** Rows of a round. */
const ROWS: Readonly<Record<Size, number>> = { smoke: 5_000, default: 200_000, full: 1_000_000 };
const WRITERS = ['storage', 'pump'] as const;
const RATIO_MIN = 0.8;
const BATCH_ROWS = BATCH_LIMITS.batchRowsMax;
const US_PER_SECOND = 1_000_000;

interface Server {
  readonly databaseUrl: string;
  readonly client: pg.Client;
  readonly pid: number;
  stop(): Promise<void>;
}

interface CopyRound {
  readonly writer: (typeof WRITERS)[number];
  readonly kind: RowKind;
  readonly pair: number;
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly bytesPerRow: number;
  /** Of all that the table holds afterwards. */
  readonly digest: string;
  readonly loadSeconds: number;
  readonly cpu: CpuSeconds;
}

export const copyWriter: Scenario = {
  asks: "rows/s of storage's own COPY writer beside a bare pg-copy-streams of the same bytes into the same table",
  async run({ bench, size, pairs }) {
    const server = await startServer();
    const rounds: CopyRound[] = [];
    try {
      for (const kind of ROW_KINDS) {
        // It migrates, and makes the hours that both then write to.
        await runRound(bench, server, 'storage', kind, BATCH_ROWS, -1);
        for (let pair = 0; pair < pairs; pair++) {
          for (const writer of pair % 2 === 0 ? WRITERS : WRITERS.toReversed()) rounds.push(await runRound(bench, server, writer, kind, ROWS[size], pair));
        }
      }
    } finally {
      await server.stop();
    }
    return reportOf(ROWS[size], rounds);
  },
};

async function startServer(): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-copy-'));
  // As root the server runs as another user, who must be able to enter.
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  return {
    databaseUrl: server.databaseUrl,
    client,
    pid: Number.parseInt(await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8'), 10),
    async stop() {
      await client.end();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** `pair` -1: the round before the first. */
async function runRound(bench: Bench, server: Server, writer: CopyRound['writer'], kind: RowKind, rowCount: number, pair: number): Promise<CopyRound> {
  const { name } = tableOf(kind);
  const { client } = server;
  if (pair >= 0) await client.query(`TRUNCATE ${name}`);
  const prepared = await (writer === 'storage' ? prepareStorage(server, kind, rowCount) : preparePump(server, kind, rowCount));
  // What the round before has left to do is not in this one.
  await client.query('CHECKPOINT');
  const cpuSince = bench.countCpu({ database: () => familyCpu(server.pid) });
  const startUs = monotonicUs();
  await prepared.run();
  const loadSeconds = (monotonicUs() - startUs) / US_PER_SECOND;
  const cpu = cpuSince();
  await prepared.close();
  const { rows } = await client.query<{ digest: string }>(`SELECT count(*) || ' ' || sum(hashtextextended(t::text, 0)) AS digest FROM ${name} t`);
  const round: CopyRound = { writer, kind, pair, rows: rowCount, rowsPerSecond: rowCount / loadSeconds, bytesPerRow: new EncodedRows(makeRows(kind, 1)).tuples(0, 1).length, digest: rows[0]!.digest, loadSeconds, cpu };
  if (pair >= 0) tell(`copy-writer ${kind} ${writer}, pair ${pair}`, `${fixed(round.rowsPerSecond, 0)} rows/s`, []);
  return round;
}

interface Prepared {
  run(): Promise<void>;
  close(): Promise<void>;
}

/** The writer as the storage worker uses it. */
async function prepareStorage({ databaseUrl }: Server, kind: RowKind, rowCount: number): Promise<Prepared> {
  const rows = new EncodedRows(makeRows(kind, rowCount));
  const writer = new CopyWriter({ connect: pgConnect(databaseUrl), journalId: randomUUID() });
  await writer.connect();
  return {
    async run() {
      let committing: Promise<void> = Promise.resolve();
      for (let first = 0; first < rowCount; first += BATCH_ROWS) {
        const end = Math.min(rowCount, first + BATCH_ROWS);
        for (let i = first; i < end; i++) writer.append(rows.at(i));
        await committing;
        committing = writer.commit(end);
      }
      await committing;
    },
    close: () => writer.close(),
  };
}

async function preparePump({ databaseUrl }: Server, kind: RowKind, rowCount: number): Promise<Prepared> {
  const { copySql } = tableOf(kind);
  const batches: Uint8Array[] = [];
  const rows = new EncodedRows(makeRows(kind, rowCount));
  for (let first = 0; first < rowCount; first += BATCH_ROWS) {
    batches.push(Buffer.concat([COPY_HEADER, rows.tuples(first, Math.min(rowCount, first + BATCH_ROWS)), COPY_TRAILER]));
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return {
    async run() {
      for (const batch of batches) {
        const copy = client.query(copyFrom(copySql));
        copy.end(batch);
        await once(copy, 'finish');
      }
    },
    close: () => client.end(),
  };
}

function tableOf(kind: RowKind): Table {
  return TABLES[KINDS_BY_CODE.indexOf(kind)]!;
}

function reportOf(rowCount: number, rounds: readonly CopyRound[]): ScenarioReport {
  const of = (kind: RowKind, writer: CopyRound['writer']): CopyRound[] => rounds.filter((round) => round.kind === kind && round.writer === writer).sort((a, b) => a.pair - b.pair);
  const ratioOf = (kind: RowKind) => ratiosOf(of(kind, 'storage').map((round, i) => ({ a: round.rowsPerSecond, b: of(kind, 'pump')[i]!.rowsPerSecond })));
  const rows = ROW_KINDS.map((kind) => [
    `${tableOf(kind).name}, ${of(kind, 'storage')[0]!.bytesPerRow} bytes a row`,
    ...WRITERS.map((writer) => fixed(median(of(kind, writer).map(({ rowsPerSecond }) => rowsPerSecond)), 0)),
    ratioText(ratioOf(kind)),
  ]);
  const digests = ROW_KINDS.flatMap((kind) => {
    const different = new Set(rounds.filter((round) => round.kind === kind).map(({ digest }) => digest));
    return different.size === 1 && [...different][0]!.startsWith(`${rowCount} `) ? [] : [`copy-writer: ${kind} rows are not the same after each round: ${[...different].join('; ')}`];
  });
  return {
    title: `COPY: ${fixed(rowCount, 0)} rows a round in transactions of ${fixed(BATCH_ROWS, 0)}, rows/s of this run on this machine`,
    tables: [{ head: ['storage', 'bare pg-copy-streams', 'storage/bare'], rows }],
    notes: ["the rows of both were encoded before, as the shards do it; storage's writer takes them in while it sends; both are the process \"benchmark itself\""],
    figures: ROW_KINDS.map((kind) => ({ what: `COPY of ${kind} rows/s, storage/bare`, figure: ratioOf(kind), limit: RATIO_MIN, isLeast: true })),
    cpu: ROW_KINDS.flatMap((kind) => WRITERS.map((writer) => ({ head: `${kind}, ${writer}`, rounds: of(kind, writer) }))),
    plots: [],
    faults: digests,
    rounds,
  };
}
