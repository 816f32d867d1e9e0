/**
 * The service on one thread, from its start to its death: journal, snapshots, sequencer, mailboxes, shards and storage are the product's own,
 * put together as engine/supervisor.ts does; disk, database and time are simulated. The door stands for gateway/ingest.
 */

import { MAILBOX_BYTES } from '../../engine/domain/limits.ts';
import type { BatchAnswer, ExecutionMonitoringRequest } from '../../engine/domain/monitoring.ts';
import type { Settings } from '../../engine/domain/settings.ts';
import { US_PER_MS } from '../../engine/domain/units.ts';
import { validateEvent } from '../../engine/domain/validate.ts';
import { DiskFull } from '../../engine/journal/disk.ts';
import { Journal } from '../../engine/journal/journal.ts';
import { ORDER_ROW_DOUBLES } from '../../engine/orders/order-row.ts';
import { MailboxReceiver, MailboxSender } from '../../engine/ring/mailbox.ts';
import { SharedRows } from '../../engine/ring/shared-state.ts';
import { Router } from '../../engine/sequencer/router.ts';
import { Sequencer } from '../../engine/sequencer/sequencer.ts';
import type { BatchLimits } from '../../storage/batcher.ts';
import type { Migration } from '../../storage/migrations.ts';
import { StorageAgent } from '../../storage/storage-agent.ts';
import { must } from '../auditor/violation.ts';
import type { Mutant } from '../mutants.ts';
import { JOURNAL_DIR } from '../world/folders.ts';
import { Life } from '../world/life.ts';
import type { Random } from '../world/random.ts';
import type { SimulatedDatabase } from '../world/simulated-database.ts';
import type { SimulatedDisk } from '../world/simulated-disk.ts';
import { SimulatedSpillDisk } from '../world/simulated-spill-disk.ts';
import { TimedDisk } from '../world/timed-disk.ts';
import type { VirtualTime } from '../world/virtual-time.ts';
import type { Answered, BatchRequest, SessionAnswer } from './answers.ts';
import { beginWithSnapshot } from './begin-with-snapshot.ts';
import { Lane } from './lane.ts';
import type { Rings } from './rings.ts';
import { SnapshotKeeping } from './snapshot-keeping.ts';

const ORDERS_MAX = 64;
const TICK_US_MAX = 120_000;
const ROOM_RETRY_US = 1_000;
const STOP_MS_MAX = 60_000;

export interface ServiceOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly rings: Rings;
  readonly disk: SimulatedDisk;
  readonly database: SimulatedDatabase;
  readonly migrations: readonly Migration[];
  readonly shards: number;
  readonly segmentBytesMax: number;
  readonly rowRingBytes: number;
  readonly limits: Partial<BatchLimits>;
  /** Room for rows that memory has no room for. */
  readonly spillBytesMax: number;
  readonly settings: Settings;
  /** How far back snapshots and journal are kept behind the newest two snapshots. */
  readonly historyMs: number;
  readonly ignoresSnapshots: boolean;
  /** The processes on this machine that make snapshots. */
  readonly makers: Set<Life>;
  readonly trace: (line: string) => void;
  readonly mutant: Mutant | undefined;
  /** What the machine's clock shows, microseconds since 1970. */
  readonly wallUs: () => number;
  readonly onRow?: (message: Buffer) => void;
}

export class Service {
  readonly orders = SharedRows.create(ORDERS_MAX, ORDER_ROW_DOUBLES);
  readonly sequencer: Sequencer;
  readonly lanes: readonly Lane[];
  private readonly options: ServiceOptions;
  private readonly life: Life;
  private readonly applied: readonly Float64Array[];
  private readonly rowRings: readonly SharedArrayBuffer[];
  private journalOrNone: Journal | undefined;
  private storage: StorageAgent | undefined;
  private running: Promise<void> | undefined;
  private snapshots: SnapshotKeeping | undefined;
  /** As storage has told it. */
  private committedSequence = 0;
  private isOpen = false;

  constructor(options: ServiceOptions) {
    this.options = options;
    const { time, random, rings, shards } = options;
    this.life = new Life(time);
    const mailboxes = Array.from({ length: shards }, () => rings.take(MAILBOX_BYTES));
    this.sequencer = new Sequencer(new Router(mailboxes.map((ring) => new MailboxSender(ring))), 'receipt', options.wallUs, (error) => time.fail(error));
    if (options.mutant === 'no-duplicate-check') this.sequencer.registry.identities.executions.recognize = () => ({ is: 'new' });
    this.applied = mailboxes.map(() => new Float64Array(new SharedArrayBuffer(8)));
    this.rowRings = mailboxes.map(() => rings.take(options.rowRingBytes));
    this.lanes = mailboxes.map(
      (ring, lane) =>
        new Lane({
          orders: this.orders,
          mailbox: new MailboxReceiver(ring),
          rows: this.rowRings[lane]!,
          applied: this.applied[lane]!,
          life: this.life,
          random,
          onRow: options.onRow ?? (() => undefined),
        }),
    );
  }

  get journal(): Journal {
    return this.journalOrNone!;
  }

  get isReady(): boolean {
    return this.isOpen;
  }

  /** True once it can acknowledge nothing any more and must be started again. */
  get hasFailed(): boolean {
    return this.journalOrNone?.failed !== undefined;
  }

  /** Up to here everything is on the disk, as far as the service knows; Infinity while the journal is read back, which is synced first. */
  get durableSequence(): number {
    return this.journalOrNone === undefined ? Number.POSITIVE_INFINITY : new Float64Array(this.journalOrNone.durableSequence)[0]!;
  }

  /** `onRebuilt` is called when all state is there and before anything is taken in. */
  async start(onRebuilt: () => void): Promise<void> {
    const { time, random, disk, segmentBytesMax, settings, ignoresSnapshots, trace } = this.options;
    const { sequencer, lanes } = this;
    const ownDisk = new TimedDisk(disk, this.life, random);
    const isDamaged = (path: string): boolean => disk.isDamaged(path);
    const snapshot = ignoresSnapshots ? undefined : await beginWithSnapshot({ disk: ownDisk, isDamaged, sequencer, lanes, time, trace });
    this.journalOrNone = await Journal.open(
      JOURNAL_DIR,
      (journalId, durableSequence) => {
        must(snapshot === undefined || snapshot.journalId === journalId, () => `snapshot ${snapshot!.path} is of another journal`);
        this.startStorage(journalId, durableSequence);
      },
      async (segment, frame) => {
        while (!this.sequencer.hasRoom()) await this.life.pause(ROOM_RETRY_US);
        this.sequencer.recover(segment, frame);
        this.wake();
      },
      { disk: ownDisk, segmentBytesMax, afterSequence: snapshot?.sequence ?? 0, clock: { nowMs: () => this.options.time.nowUs / US_PER_MS, pause: (ms) => this.life.pause(ms * US_PER_MS) } },
    );
    must(this.journal.nextSequence > (snapshot?.sequence ?? 0), () => `the journal ends at ${this.journal.nextSequence - 1}, the snapshot is of ${snapshot!.sequence}`);
    this.sequencer.attach(this.journalOrNone);
    while (!this.isCaughtUp()) await this.life.pause(ROOM_RETRY_US);
    onRebuilt();
    this.sequencer.configure(settings);
    this.wake();
    this.isOpen = true;
    this.keepSnapshots(snapshot?.sequence ?? 0);
    this.tick();
  }

  /** Takes a batch as POST /api/v1/events does. */
  async post({ events, idempotency }: BatchRequest): Promise<Answered<BatchAnswer>> {
    const closed = this.whyClosed();
    if (closed !== undefined) return { is: 'refused', why: closed };
    const known = idempotency === undefined ? undefined : this.sequencer.registry.answeredBatches.get(idempotency.key);
    if (known !== undefined && known.bodyHash !== idempotency!.bodyHash) return { is: 'refused', why: 'idempotency_key_reused' };
    const answer = known === undefined ? this.accept(events, idempotency) : (JSON.parse(known.answerJson) as BatchAnswer);
    return this.onceDurable(answer);
  }

  /** Starts a session as POST /api/v1/monitoring/start does. */
  async startMonitoring(request: ExecutionMonitoringRequest): Promise<Answered<SessionAnswer>> {
    const closed = this.whyClosed();
    if (closed !== undefined) return { is: 'refused', why: closed };
    const started = this.sequencer.startMonitoring(request);
    if (typeof started === 'string') return { is: 'refused', why: started };
    this.wake();
    return this.onceDurable({ sessionId: started.session.sessionId, created: started.created });
  }

  /** True when every shard has applied all that was given a sequence. */
  isCaughtUp(): boolean {
    return this.applied.every((cell) => cell[0]! >= this.sequencer.lastSequence);
  }

  /** Ends in order: no more intake, all rows written, the journal closed. */
  async stop(): Promise<void> {
    this.isOpen = false;
    this.snapshots?.stop();
    while (!this.isCaughtUp()) await this.life.pause(ROOM_RETRY_US);
    await this.journal.close();
    this.storage!.onMessage({ type: 'stop', upTo: this.sequencer.lastSequence, deadlineMs: STOP_MS_MAX });
    await this.running;
    this.kill();
  }

  /** All that was in memory is gone. */
  kill(): void {
    this.isOpen = false;
    this.life.end();
    this.options.rings.giveBack();
  }

  private keepSnapshots(lastSequence: number): void {
    const { time, random, disk, historyMs, wallUs, mutant, makers, trace } = this.options;
    const upToSequence = (): number => (mutant === 'snapshot-ahead' ? this.durableSequence : Math.min(this.durableSequence, this.committedSequence));
    const { life } = this;
    this.snapshots = new SnapshotKeeping({ time, random, life, disk, ordersMax: ORDERS_MAX, historyMs, wallUs, mutant, makers, journalId: this.journal.id, upToSequence, trace }, lastSequence);
  }

  private accept(values: readonly unknown[], idempotency: BatchRequest['idempotency']): BatchAnswer {
    const events = values.map((value, index) => {
      const checked = validateEvent(value);
      if (!checked.ok) throw new Error(`the client has sent something that is no event: ${JSON.stringify(value)}, ${checked.fault.field} ${checked.fault.detail}`);
      return { index, event: checked.value };
    });
    const answer = this.sequencer.accept({ events, rejected: [], ...(idempotency === undefined ? {} : { idempotency }) });
    this.wake();
    return answer;
  }

  private async onceDurable<T>(answer: T): Promise<Answered<T>> {
    if (this.options.mutant === 'early-answer') return { is: 'answered', answer };
    try {
      await this.sequencer.durable();
      return { is: 'answered', answer };
    } catch (error) {
      return { is: 'in_doubt', why: error instanceof DiskFull ? 'disk_full' : 'journal_failed' };
    }
  }

  private whyClosed(): string | undefined {
    if (!this.isOpen) return 'not_ready';
    if (this.hasFailed) return 'journal_failed';
    if (this.journal.isFull) return 'disk_full';
    return this.sequencer.hasRoom() ? undefined : 'overloaded';
  }

  private startStorage(journalId: string, durableSequence: SharedArrayBuffer): void {
    const { time, database, limits, migrations, mutant } = this.options;
    const applied = this.applied.map((cell) => cell.buffer as SharedArrayBuffer);
    this.storage = new StorageAgent({
      rowRings: this.rowRings,
      appliedSequences: mutant === 'forgotten-barrier' ? applied.map(() => applied[0]!) : applied,
      ...(mutant === 'rows-before-durable' ? {} : { durableSequence }),
      journalId,
      connect: database.connectFor(this.life),
      spillDisk: new SimulatedSpillDisk(this.options.spillBytesMax, mutant === 'spilled-mixed-up'),
      post: (message) => {
        if (message.type === 'status') this.committedSequence = message.committedSequence;
      },
      limits,
      migrations,
      clock: {
        nowMs: () => time.nowUs / 1_000,
        wallUs: this.options.wallUs,
        after: (ms, call) => this.life.after(ms * 1_000, call),
        turn: () => this.life.pause(1),
      },
    });
    this.running = this.storage.run().catch((error: unknown) => time.fail(error));
  }

  private tick(): void {
    if (!this.isOpen) return;
    this.sequencer.tick();
    this.wake();
    this.life.after(this.options.random.whole(10_000, TICK_US_MAX), () => this.tick());
  }

  private wake(): void {
    for (const lane of this.lanes) lane.wake();
  }
}
