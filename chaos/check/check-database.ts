/** Ledger and API against the database: every row exactly once. */

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

import { type Account, accountsOf } from '../ledger/account.ts';
import type { LaneLedger } from '../ledger/ledger.ts';
import { differences } from './check-orders.ts';
import { getOrder, isStoredThrough, type Json } from './service-answers.ts';

const STORED_MS_MAX = 60_000;
/** Rows of what changed last are written at the end of the second in which it did. */
const NEWEST_MS_MAX = 8_000;
const POLL_MS = 100;

/** `lastSequence`: the highest that was told to anyone. Returns how many rows there are, by table; it ends with the first table that has a fault. */
export async function checkDatabase(
  databaseUrl: string,
  url: string,
  ledgers: readonly LaneLedger[],
  lastSequence: number,
  onFault: (fault: string) => void,
): Promise<Readonly<Record<string, number>>> {
  if (!(await isStoredThrough(url, lastSequence, STORED_MS_MAX))) {
    onFault(`rows up to sequence ${lastSequence} are not stored within ${STORED_MS_MAX} ms`);
    return {};
  }
  const accounts = new Map(ledgers.flatMap((ledger) => [...accountsOf(ledger.events(0))]));
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let hasFault = false;
    const database = new Database(client, url, (fault) => {
      hasFault = true;
      onFault(fault);
    });
    const rows: Record<string, number> = {};
    for (const [table, check] of Object.entries(CHECKS)) if (!hasFault) rows[table] = await check(database, accounts);
    return rows;
  } finally {
    await client.end();
  }
}

type Check = (database: Database, accounts: ReadonlyMap<string, Account>) => Promise<number>;

const CHECKS: Readonly<Record<string, Check>> = {
  executions: (database, accounts) => database.checkExecutions(accounts),
  orders: (database, accounts) => database.checkOrders(accounts),
  alerts: (database, accounts) => database.checkAlerts(accounts),
  monitoring: (database, accounts) => database.checkMonitoring(accounts),
};

class Database {
  private readonly client: pg.Client;
  private readonly url: string;
  private readonly onFault: (fault: string) => void;
  private shown: Promise<ReadonlyMap<string, Json>> | undefined;

  constructor(client: pg.Client, url: string, onFault: (fault: string) => void) {
    this.client = client;
    this.url = url;
    this.onFault = onFault;
  }

  /** Each report of an execution exactly once, as it was sent, and nothing else. */
  async checkExecutions(accounts: ReadonlyMap<string, Account>): Promise<number> {
    const rows = await this.rows('SELECT exec_id, exec_type, ref_exec_id, order_id, symbol, venue, child_order_id, liquidity, quantity, price, fee, as_of_sequence::float8 FROM executions');
    const byId = new Map<string, Json>();
    for (const row of rows) {
      const execId = row['exec_id'] as string;
      if (byId.has(execId)) this.onFault(`executions: ${execId} is there more than once`);
      byId.set(execId, row);
    }
    for (const account of accounts.values()) {
      for (const { event, execType } of account.reports) {
        const { body } = event;
        const row = byId.get(body['exec_id'] as string);
        byId.delete(body['exec_id'] as string);
        if (row === undefined) {
          this.onFault(`executions: ${String(body['exec_id'])} of ${account.orderId} is missing`);
          continue;
        }
        // What came before its order is reported together with it.
        const sequence = Math.max(event.sequence, account.announcement.sequence);
        const expected = {
          exec_type: execType, ref_exec_id: body['ref_exec_id'] ?? null, order_id: account.orderId, symbol: account.symbol, venue: body['venue'] ?? null,
          child_order_id: body['child_order_id'] ?? null, liquidity: body['liquidity'] ?? null, quantity: body['quantity'] ?? null, price: body['price'] ?? null, fee: body['fee'] ?? null,
          ...(Number.isNaN(sequence) ? {} : { as_of_sequence: sequence }),
        };
        for (const fault of differences(`executions: ${String(body['exec_id'])}`, expected, row)) this.onFault(fault);
      }
    }
    for (const execId of byId.keys()) this.onFault(`executions: ${execId} was never acknowledged`);
    return rows.length;
  }

  async checkOrders(accounts: ReadonlyMap<string, Account>): Promise<number> {
    return this.untilRight(async (tell) => {
      const rows = await this.rows('SELECT order_id, symbol, state, quantity, filled_quantity, average_price FROM orders');
      const byId = new Map(rows.map((row) => [row['order_id'] as string, row]));
      for (const account of accounts.values()) {
        const row = byId.get(account.orderId);
        const { symbol, state, quantity, filledQuantity, averagePrice } = account;
        if (row === undefined) tell(`orders: ${account.orderId} is missing`);
        else differences(`orders: ${account.orderId}`, { symbol, state, quantity, filled_quantity: filledQuantity, average_price: averagePrice }, row).forEach(tell);
      }
      if (rows.length !== accounts.size) tell(`orders: ${rows.length} rows of ${accounts.size} announced orders`);
      return rows.length;
    });
  }

  /** No moment of an order twice; the newest row says what the status says. */
  async checkMonitoring(accounts: ReadonlyMap<string, Account>): Promise<number> {
    for (const row of await this.rows('SELECT order_id, as_of_sequence, count(*)::int AS times FROM execution_monitoring_ts GROUP BY 1, 2 HAVING count(*) > 1')) {
      this.onFault(`execution_monitoring_ts: ${String(row['order_id'])} at sequence ${String(row['as_of_sequence'])} is there ${String(row['times'])} times`);
    }
    const shown = await this.statuses(accounts);
    return this.untilRight(async (tell) => {
      const rows = await this.rows(`SELECT DISTINCT ON (order_id) order_id, execution_progress, average_price, venue_distribution FROM execution_monitoring_ts ORDER BY order_id, as_of_sequence DESC`);
      const newest = new Map(rows.map((row) => [row['order_id'] as string, row]));
      for (const [orderId, account] of accounts) {
        const row = newest.get(orderId);
        const status = shown.get(orderId);
        if (row === undefined) tell(`execution_monitoring_ts: ${orderId} has no row`);
        else if (status === undefined) tell(`order ${orderId} is unknown`);
        else {
          const { execution_progress, average_price } = status;
          differences(`execution_monitoring_ts: newest row of ${orderId}`, { execution_progress, average_price }, row).forEach(tell);
          differences(`execution_monitoring_ts: newest row of ${orderId}`, { average_price: account.averagePrice }, row).forEach(tell);
        }
      }
      return Number((await this.rows('SELECT count(*)::int AS count FROM execution_monitoring_ts'))[0]!['count']);
    });
  }

  /** Revisions of an episode without a gap, one episode of a key at a time; what a status shows is there. */
  async checkAlerts(accounts: ReadonlyMap<string, Account>): Promise<number> {
    for (const row of await this.rows('SELECT event_id, min(revision) AS first, max(revision) AS last, count(*)::int AS count FROM alerts GROUP BY 1')) {
      if (row['first'] !== 1 || row['last'] !== row['count']) this.onFault(`alerts: revisions of ${String(row['event_id'])} have gaps: ${JSON.stringify(row)}`);
    }
    const shown = await this.statuses(accounts);
    return this.untilRight(async (tell) => {
      const rows = await this.rows('SELECT event_id, revision, order_id, alert_state, severity FROM alerts');
      const byKey = new Map(rows.map((row) => [`${String(row['event_id'])} ${String(row['revision'])}`, row]));
      for (const [orderId, status] of shown) {
        for (const alert of (status['active_alerts'] ?? []) as readonly Json[]) {
          const row = byKey.get(`${String(alert['event_id'])} ${String(alert['revision'])}`);
          if (row === undefined) tell(`alerts: ${JSON.stringify(alert)} of ${orderId} is shown and not stored`);
          else differences(`alerts: ${String(alert['event_id'])}`, { order_id: orderId, alert_state: alert['state'], severity: alert['severity'] }, row).forEach(tell);
        }
      }
      return rows.length;
    });
  }

  /**
   * What is shown of each known order, asked once and before any row that is held against it: alerts are raised by the passing of time too, and
   * rows that were read before such an answer cannot have it.
   */
  private statuses(accounts: ReadonlyMap<string, Account>): Promise<ReadonlyMap<string, Json>> {
    return (this.shown ??= this.askAll(accounts.keys()));
  }

  private async askAll(orderIds: Iterable<string>): Promise<ReadonlyMap<string, Json>> {
    const shown = new Map<string, Json>();
    for (const orderId of orderIds) {
      const status = await getOrder(this.url, orderId, 'status');
      if (status !== undefined) shown.set(orderId, status);
    }
    return shown;
  }

  /** Tells the faults of the last try; what is shown is stored a moment later. */
  private async untilRight<T>(look: (tell: (fault: string) => void) => Promise<T>): Promise<T> {
    for (const untilMs = performance.now() + NEWEST_MS_MAX; ; await sleep(POLL_MS)) {
      const faults: string[] = [];
      const found = await look((fault) => faults.push(fault));
      if (faults.length === 0 || performance.now() > untilMs) {
        faults.forEach(this.onFault);
        return found;
      }
    }
  }

  private async rows(sql: string): Promise<readonly Json[]> {
    return (await this.client.query<Record<string, unknown>>(sql)).rows;
  }
}
