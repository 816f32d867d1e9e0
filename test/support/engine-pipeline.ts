/**
 * The engine on one thread: real sequencer, router, mailboxes, journal, shards and agents, without workers and without
 * the gateway's doors. A test feeds events and ticks, and reads views, rows, alert notices and every view that was ever
 * shown. Time is what the test says it is.
 *
 * The journal is a real one, in memory-backed files where the machine has them. Only what was made durable is in it for
 * a reader from outside, as after a crash.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Packr } from 'msgpackr';

import { MAILBOX_BYTES } from '../../engine/domain/limits.ts';
import type { InputEvent } from '../../engine/domain/events.ts';
import type { ErrorCode } from '../../engine/domain/errors.ts';
import type { BatchAnswer, ExecutionAnalytics, ExecutionMonitoringRequest, ExecutionStatus } from '../../engine/domain/monitoring.ts';
import type { Row } from '../../engine/domain/rows.ts';
import type { Settings } from '../../engine/domain/settings.ts';
import { validateEvent } from '../../engine/domain/validate.ts';
import type { Disk } from '../../engine/journal/disk.ts';
import { Journal } from '../../engine/journal/journal.ts';
import { ORDER_ROW_DOUBLES, OrderCell } from '../../engine/orders/order-row.ts';
import { createMailbox, MailboxReceiver, MailboxSender } from '../../engine/ring/mailbox.ts';
import { SharedRows } from '../../engine/ring/shared-state.ts';
import type { ClockMode } from '../../engine/sequencer/clock.ts';
import { shardOfSymbol } from '../../engine/domain/shard-of-symbol.ts';
import { Router } from '../../engine/sequencer/router.ts';
import { Sequencer } from '../../engine/sequencer/sequencer.ts';
import type { AlertNotice } from '../../engine/shard/alert-notice.ts';
import { analyticsJson } from '../../engine/shard/answer/analytics-answer.ts';
import { Shard } from '../../engine/shard/shard.ts';
import { ShardAgent } from '../../engine/shard/shard-agent.ts';
import { hashShard, type ShardHash } from '../../engine/shard/state-hash.ts';
import { hashOfParts, hashSequencer, type StateHash } from '../../engine/snapshot/state-hash.ts';
import { loadSequencer, loadShard, saveSnapshot } from '../../engine/snapshot/snapshot.ts';
import { OrderReader } from '../../gateway/order-reader.ts';
import { AlertBoard } from '../../gateway/streams/alert-board.ts';
import { decodedRow, encodedRow } from './wire-rows.ts';

const ORDERS_IN_TEST_MAX = 1_024;
const ALERT_RING_BYTES = 1 << 18;
/** All orders are followed. */
const EVERY_ORDER = new Uint8Array(ORDERS_IN_TEST_MAX).fill(1);
const SHARED_MEMORY_FOLDER = '/dev/shm';

/** The cells that are shown: what two observations with one as_of_sequence must agree on. */
const SHOWN_FROM = OrderCell.AS_OF_SEQUENCE;
const SHOWN_TO = OrderCell.ALERTS_FIRING;

let root: string | undefined;
let folders = 0;
const spareRings = new Map<number, SharedArrayBuffer[]>();
const packr = new Packr({ useRecords: false });

/** A new folder for a journal, removed when the process ends. */
export function newFolder(): string {
  if (root === undefined) {
    const made = (root = mkdtempSync(join(existsSync(SHARED_MEMORY_FOLDER) ? SHARED_MEMORY_FOLDER : tmpdir(), 'execmon-engine-')));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  }
  return join(root, String(++folders));
}

export interface PipelineOptions {
  readonly shards?: number;
  readonly clock?: ClockMode;
  /** Configured once the journal is read; the journal's or the defaults hold otherwise. */
  readonly settings?: Settings;
  /** Of an earlier pipeline: its journal is replayed first. */
  readonly folder?: string;
  /** Read before the journal, of which then only what is behind it is replayed. */
  readonly snapshot?: string;
  /** Of the journal; the machine's own otherwise. */
  readonly disk?: Disk;
  /** What the machine's clock says at the start. */
  readonly receiptUs?: number;
}

/** One view of an order as any reader of shared memory could have seen it. */
export interface ShownView {
  readonly orderNo: number;
  readonly asOfSequence: number;
  readonly cells: Float64Array;
}

interface Lane {
  readonly shard: Shard;
  readonly agent: ShardAgent;
}

export class EnginePipeline {
  readonly folder: string;
  readonly sequencer: Sequencer;
  readonly rows: Row[] = [];
  readonly alerts: AlertNotice[] = [];
  readonly shown: ShownView[] = [];
  /** Per shard: the newest sequence it said it had applied. */
  readonly progressed: number[] = [];
  readonly orders: OrderReader;
  readonly sharedRows = SharedRows.create(ORDERS_IN_TEST_MAX, ORDER_ROW_DOUBLES);
  receiptUs: number;
  private readonly board: AlertBoard;
  private readonly lanes: Lane[];
  private readonly rings: { readonly bytes: number; readonly ring: SharedArrayBuffer }[] = [];
  private readonly row = new Float64Array(ORDER_ROW_DOUBLES);
  private journalOrNone: Journal | undefined;

  private constructor(options: PipelineOptions) {
    this.folder = options.folder ?? newFolder();
    this.receiptUs = options.receiptUs ?? 0;
    const count = options.shards ?? 1;
    const mailboxes = Array.from({ length: count }, () => this.ring(MAILBOX_BYTES));
    const alertRings = Array.from({ length: count }, () => this.ring(ALERT_RING_BYTES));
    const router = new Router(mailboxes.map((ring) => new MailboxSender(ring)));
    const onBroken = (error: unknown): never => {
      throw error;
    };
    this.sequencer = new Sequencer(router, options.clock ?? 'receipt', () => this.receiptUs, onBroken);
    this.board = new AlertBoard(alertRings.map((ring) => new MailboxReceiver(ring)));
    this.orders = new OrderReader(this.sharedRows, this.sequencer.registry, this.board);
    this.lanes = mailboxes.map((ring, lane) => this.makeLane(lane, ring, new MailboxSender(alertRings[lane]!)));
  }

  static async open(options: PipelineOptions = {}): Promise<EnginePipeline> {
    const pipeline = new EnginePipeline(options);
    if (options.snapshot !== undefined) await pipeline.load(options.snapshot);
    const journal = await Journal.open(pipeline.folder, () => undefined, (segment, frame) => {
      pipeline.sequencer.recover(segment, frame);
      pipeline.work();
    }, { afterSequence: pipeline.sequencer.lastSequence, ...(options.disk === undefined ? {} : { disk: options.disk }) });
    pipeline.journalOrNone = journal;
    pipeline.sequencer.attach(journal);
    if (options.settings !== undefined) pipeline.sequencer.configure(options.settings);
    return pipeline;
  }

  get journal(): Journal {
    return this.journalOrNone!;
  }

  /** Takes a batch as POST /api/v1/events does, each event validated first, and lets the shards work it off. */
  accept(...values: readonly unknown[]): BatchAnswer {
    return this.acceptBatch(values);
  }

  acceptBatch(values: readonly unknown[], idempotency?: { key: string; bodyHash: number }): BatchAnswer {
    const events: { index: number; event: InputEvent }[] = [];
    const rejected: { index: number; code: ErrorCode; detail: string }[] = [];
    for (const [index, value] of values.entries()) {
      const checked = validateEvent(value);
      if (checked.ok) events.push({ index, event: checked.value });
      else rejected.push({ index, code: checked.code, detail: `${checked.fault.field} ${checked.fault.detail}` });
    }
    const answer = this.sequencer.accept({ events, rejected, ...(idempotency === undefined ? {} : { idempotency }) });
    this.work();
    return answer;
  }

  start(request: ExecutionMonitoringRequest): void {
    this.sequencer.startMonitoring(request);
    this.work();
  }

  /** The machine's clock moves on and ticks (`clock: 'receipt'`). */
  tick(receiptUs: number): void {
    this.receiptUs = receiptUs;
    this.sequencer.tick();
    this.work();
  }

  get nowUs(): number {
    return this.sequencer.clock.nowUs;
  }

  orderNo(orderId: string): number {
    return this.sequencer.registry.orders.find(orderId)!;
  }

  status(orderId: string): ExecutionStatus {
    const status = this.orders.status(this.orderNo(orderId));
    if (typeof status !== 'object') throw new Error(`order ${orderId} has no status: ${status}`);
    return status;
  }

  analytics(orderId: string, isExplained = false): ExecutionAnalytics {
    const orderNo = this.orderNo(orderId);
    const symbolNo = this.sequencer.registry.symbolOfOrder(orderNo);
    const answer = JSON.parse(analyticsJson(this.lanes[symbolNo % this.lanes.length]!.shard, orderNo, isExplained)) as ExecutionAnalytics;
    this.look(orderNo);
    return answer;
  }

  /** A cell of an order's row in shared memory, by name. */
  cell(orderId: string, name: keyof typeof OrderCell): number {
    this.sharedRows.read(this.orderNo(orderId), this.row);
    return this.row[OrderCell[name]]!;
  }

  /** Makes what was taken durable, as before every answer of the service. */
  durable(): Promise<void> {
    return this.sequencer.durable();
  }

  async close(): Promise<void> {
    this.work();
    await this.journal.close();
    for (const { bytes, ring } of this.rings) {
      const spare = spareRings.get(bytes);
      if (spare === undefined) spareRings.set(bytes, [ring]);
      else spare.push(ring);
    }
  }

  /** Writes a snapshot of how things are now; returns its path. */
  snapshot(): Promise<string> {
    const folder = newFolder();
    mkdirSync(folder);
    return saveSnapshot(folder, this.journal.id, this.sequencer, this.lanes.map(({ shard }) => shard));
  }

  /** Of all state as it is now. */
  stateHash(): StateHash {
    return hashOfParts(this.sequencer.lastSequence, hashSequencer(this.sequencer), this.shardHashes());
  }

  shardHashes(): ShardHash[] {
    return this.lanes.map(({ shard }, lane) => hashShard(shard, (symbolNo) => shardOfSymbol(symbolNo, this.lanes.length) === lane));
  }

  /** All duty cycles until nobody has anything to do. */
  work(): void {
    for (let done = 1; done > 0; ) {
      done = 0;
      for (const { agent } of this.lanes) done += agent.doWork();
    }
    this.board.drain();
  }

  private async load(snapshot: string): Promise<void> {
    await loadSequencer(snapshot, this.sequencer);
    for (const [lane, { shard }] of this.lanes.entries()) await loadShard(snapshot, shard, { shard: lane, shards: this.lanes.length });
    this.board.drain();
  }

  private makeLane(lane: number, mailbox: SharedArrayBuffer, alertRing: MailboxSender): Lane {
    const shard = new Shard(this.sharedRows, {
      row: (row) => void this.rows.push(decodedRow(encodedRow(row))),
      alert: (notice) => {
        this.alerts.push(notice);
        if (!alertRing.tryPublish(packr.pack(notice))) throw new Error('the alert ring is full');
      },
      changed: (orderNo) => this.look(orderNo),
    });
    const agent = new ShardAgent(shard, new MailboxReceiver(mailbox), {
      progressed: (sequence) => (this.progressed[lane] = sequence),
      query: () => undefined,
      hash: () => undefined,
    }, { watched: EVERY_ORDER });
    return { shard, agent };
  }

  private look(orderNo: number): void {
    this.sharedRows.read(orderNo, this.row);
    const cells = this.row.slice(SHOWN_FROM, SHOWN_TO + 1);
    this.shown.push({ orderNo, asOfSequence: cells[0]!, cells });
  }

  /** Rings are used again: a drained ring is as good as a new one, and 32 MiB each add up over hundreds of lives. */
  private ring(bytes: number): SharedArrayBuffer {
    const ring = spareRings.get(bytes)?.pop() ?? createMailbox(bytes);
    this.rings.push({ bytes, ring });
    return ring;
  }
}
