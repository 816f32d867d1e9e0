/** Whether the database holds each row exactly once: looked at behind each COMMIT, and wholly at the end. */

import { ORD_STATUSES } from '../../engine/domain/enums.ts';
import { OrderCell } from '../../engine/orders/order-row.ts';
import type { Service } from '../service/service.ts';
import type { StoredRow } from '../world/copy-rows.ts';
import type { SimulatedDatabase } from '../world/simulated-database.ts';
import { type AppendedTable, sequenceOf } from '../world/stored-tables.ts';
import type { Ledger } from './ledger.ts';
import { must } from './violation.ts';

/** What makes an appended row one of its own. */
const KEY_OF: Readonly<Record<AppendedTable, (row: StoredRow) => string>> = {
  executions: (row) => String(row['exec_id']),
  execution_monitoring_ts: (row) => `${row['order_id']} at ${row['as_of_sequence']}`,
};

export class DatabaseAudit {
  private readonly database: SimulatedDatabase;
  private readonly seen: Readonly<Record<AppendedTable, Set<string>>> = { executions: new Set(), execution_monitoring_ts: new Set() };
  private lookedAt = 0;

  constructor(database: SimulatedDatabase) {
    this.database = database;
  }

  get watermark(): number {
    return Math.max(0, ...this.database.tables.watermarks.values());
  }

  /** Behind a COMMIT. */
  committed(durableSequence: number): void {
    const { appended } = this.database.tables;
    const { watermark } = this;
    must(watermark <= durableSequence, () => `the watermark is ${watermark}, the journal is durable up to ${durableSequence}`);
    for (const table of Object.keys(appended) as AppendedTable[]) {
      const seen = this.seen[table];
      for (const row of appended[table].slice(seen.size)) {
        const key = KEY_OF[table](row);
        must(!seen.has(key), () => `${table} has ${key} twice`);
        seen.add(key);
        must(sequenceOf(row) <= watermark, () => `${table} has ${key} with sequence ${sequenceOf(row)} above the watermark ${watermark}`);
        must(sequenceOf(row) > this.lookedAt, () => `${table} got ${key} with sequence ${sequenceOf(row)} after the watermark had been ${this.lookedAt}`);
      }
    }
    this.lookedAt = watermark;
  }

  /** Nothing the database has may be lost from the journal. */
  rebuilt(lastSequence: number): void {
    must(this.watermark <= lastSequence, () => `the database has rows up to ${this.watermark}, the journal ends at ${lastSequence}`);
  }

  /** When all that was acknowledged is written: every execution with what it said, every order as the service shows it. */
  complete(service: Service, ledger: Ledger): void {
    const { appended, keyed } = this.database.tables;
    const stored = new Map(appended.executions.map((row) => [row['exec_id'], row]));
    const announced = new Set(ledger.said.filter(({ event, state }) => event.type === 'order' && state === 'in').map(({ event }) => (event as { order_id: string }).order_id));
    let executions = 0;
    for (const { event, state } of ledger.said) {
      if (!('exec_id' in event) || state !== 'in' || !announced.has(event.order_id)) continue;
      executions++;
      const row = stored.get(event.exec_id);
      must(row !== undefined, () => `execution ${event.exec_id} was acknowledged and is not in the database`);
      const said = 'quantity' in event ? [event.order_id, event.quantity, event.price] : [event.order_id, null, null];
      const found = [row!['order_id'], row!['quantity'], row!['price']];
      must(JSON.stringify(said) === JSON.stringify(found), () => `execution ${event.exec_id} is ${JSON.stringify(found)} in the database, was ${JSON.stringify(said)}`);
    }
    must(stored.size === executions, () => `the database has ${stored.size} executions, ${executions} were acknowledged`);
    for (const orderId of announced) this.compareOrder(service, orderId, keyed.orders.get(orderId));
    must(keyed.orders.size === announced.size, () => `the database has ${keyed.orders.size} orders, ${announced.size} were announced`);
  }

  private compareOrder(service: Service, orderId: string, row: StoredRow | undefined): void {
    const at = service.sequencer.registry.orders.find(orderId)! * service.orders.rowDoubles;
    const cell = (name: keyof typeof OrderCell): number => service.orders.cells[at + OrderCell[name]]!;
    const shown = [ORD_STATUSES[cell('STATE')], cell('QUANTITY'), cell('FILLED_QUANTITY')];
    const found = [row?.['state'], row?.['quantity'], row?.['filled_quantity']];
    must(JSON.stringify(shown) === JSON.stringify(found), () => `order ${orderId} is ${JSON.stringify(found)} in the database, ${JSON.stringify(shown)} is shown`);
  }
}
