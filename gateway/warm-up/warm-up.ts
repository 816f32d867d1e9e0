/**
 * The warm-up: before the service opens, a made-up market is played through doors, sequencer, shards and streams, so that V8 has
 * compiled what full load needs. A service that has not stands still for tenths of a second when clients come back at once.
 *
 * All of it is of its own: names, journal (on a disk that keeps nothing), rings and rows. Nothing of it is stored, shown or counted.
 * It works while the service waits for its database, in turns, so that that is heard.
 */

import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

import { Packr } from 'msgpackr';

import { Journal } from '../../engine/journal/journal.ts';
import { ORDER_ROW_DOUBLES } from '../../engine/orders/order-row.ts';
import { MailboxReceiver, MailboxSender } from '../../engine/ring/mailbox.ts';
import { SharedRows } from '../../engine/ring/shared-state.ts';
import { Router } from '../../engine/sequencer/router.ts';
import { Sequencer } from '../../engine/sequencer/sequencer.ts';
import type { ShardChannels } from '../../engine/shard/channels.ts';
import { Gateway } from '../gateway.ts';
import { INTAKE_STREAM_PATH } from '../ingest/intake-door.ts';
import { batchOfFills, orderEvent, orderIdOf } from './made-up-market.ts';
import { nullDisk } from './null-disk.ts';
import { PracticeTransport } from './practice-transport.ts';

/** What was played. */
export interface WarmUpReport {
  readonly turns: number;
  readonly tookMs: number;
}

/** Of each engine: more gave little, less left much to compile, seen of update P99 in the first seconds under load. */
const TURNS_MAX = 300;
const MS_MAX = 1_500;
const FOLLOWED_COUNT = 16;
const FIRST_US = Date.UTC(2000, 0, 3, 14, 30) * 1_000;
const US_PER_TURN = 50_000;
const HEARTBEAT_MS = 60_000;
const LOOK_AGAIN_MS = 1;
const OK_MAX = 299;

const utf8 = new TextEncoder();
const packr = new Packr({ useRecords: false });

/**
 * `engines`: channels of engines that are of the warm-up alone, each by shard; somebody runs them, one after the other, until they are
 * told to stop. Rejects when something was not taken as it is from a client.
 */
export async function warmUp(engines: readonly (readonly ShardChannels[])[]): Promise<WarmUpReport> {
  const practices = engines.map((channels) => new Practice(channels));
  try {
    return await play(practices);
  } finally {
    // Whatever has happened: whoever runs the engines waits to be told to stop.
    for (const practice of practices) await practice.end();
  }
}

async function play(practices: readonly Practice[]): Promise<WarmUpReport> {
  const beganMs = performance.now();
  detachOnce();
  let turns = 0;
  for (const [engineNo, practice] of practices.entries()) {
    const untilMs = beganMs + (MS_MAX * (engineNo + 1)) / practices.length;
    const turnsBefore = turns;
    await practice.begin();
    for (; turns - turnsBefore < TURNS_MAX && performance.now() < untilMs; turns++) {
      await practice.turn(turns - turnsBefore);
      await nextTurn();
    }
    await practice.end();
  }
  return { turns, tookMs: Math.round(performance.now() - beganMs) };
}

class Practice {
  private readonly rows: readonly MailboxReceiver[];
  private readonly applied: readonly Float64Array[];
  private readonly router: Router;
  private readonly sequencer: Sequencer;
  private readonly gateway: Gateway;
  private nowUs = FIRST_US;
  private orderCount = 0;
  private isOver = false;
  private transport: PracticeTransport | undefined;
  private sendFrame: ((frame: Uint8Array) => void) | undefined;

  constructor(channels: readonly ShardChannels[]) {
    this.rows = channels.map(({ rows }) => new MailboxReceiver(rows));
    this.applied = channels.map(({ appliedSequence }) => new Float64Array(appliedSequence));
    this.router = new Router(channels.map(({ mailbox }) => new MailboxSender(mailbox)));
    this.sequencer = new Sequencer(this.router, 'receipt', () => this.nowUs, raise);
    this.gateway = new Gateway({
      sequencer: this.sequencer,
      orders: SharedRows.over(channels[0]!.orders, ORDER_ROW_DOUBLES),
      watched: new Uint8Array(channels[0]!.watched),
      alerts: channels.map(({ alerts }) => new MailboxReceiver(alerts)),
      alertsBeginAfter: -1,
      changes: channels.map(({ changes }) => new MailboxReceiver(changes)),
      openTransport: (handlers) => (this.transport = new PracticeTransport(handlers)),
      heartbeatMs: HEARTBEAT_MS,
      analytics: { ofShard: () => Promise.resolve(undefined), stored: () => Promise.resolve(undefined) },
      dataDir: '',
      durableSequence: () => 0,
      isRebuilding: () => false,
      broughtUpToDate: () => undefined,
      visibility: () => () => true,
      intakeClosed: () => undefined,
      stateHash: () => Promise.resolve(undefined),
      health: () => ({ isReady: true, reason: undefined, details: {} }),
      onError: raise,
    });
  }

  /** Announces the first orders, and follows them. */
  async begin(): Promise<void> {
    this.sequencer.attach(await Journal.open('', () => undefined, () => undefined, { disk: nullDisk }));
    this.sequencer.tick();
    await this.post(Array.from({ length: FOLLOWED_COUNT }, () => this.newOrder()));
    for (let orderNo = 0; orderNo < FOLLOWED_COUNT; orderNo++) {
      await this.request('POST', '/api/v1/monitoring/start', jsonOf({ order_id: orderIdOf(orderNo) }));
      await this.transport!.connect(`/api/v1/monitoring/${orderIdOf(orderNo)}/stream`, 'json');
    }
    this.sendFrame = await this.transport!.connect(INTAKE_STREAM_PATH, 'msgpack');
    await this.letShardsCome();
  }

  /** A batch through each door, a status and what there is to tell. */
  async turn(turnNo: number): Promise<void> {
    this.nowUs += US_PER_TURN;
    this.sequencer.tick();
    await this.post([...batchOfFills(2 * turnNo, FOLLOWED_COUNT, this.nowUs), this.newOrder()]);
    this.sendFrame!(Uint8Array.from(packr.pack({ type: 'batch', batch: turnNo + 1, events: batchOfFills(2 * turnNo + 1, FOLLOWED_COUNT, this.nowUs) })));
    await this.request('GET', `/api/v1/monitoring/${orderIdOf(turnNo % FOLLOWED_COUNT)}/status`);
    this.takeWhatCame();
    while (!this.sequencer.hasRoom()) await this.letShardsCome();
  }

  async end(): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    await this.letShardsCome();
    while (!this.router.stop()) await sleep(LOOK_AGAIN_MS);
    await this.gateway.close();
  }

  /** Until they have applied all that there is. */
  private async letShardsCome(): Promise<void> {
    this.takeWhatCame();
    while (this.applied.some((cell) => cell[0]! < this.sequencer.lastSequence)) {
      await sleep(LOOK_AGAIN_MS);
      this.takeWhatCame();
    }
  }

  private takeWhatCame(): void {
    this.gateway.onDoorbell();
    // There is no storage behind them.
    for (const ring of this.rows) ring.receiveInPlace(() => undefined, Number.POSITIVE_INFINITY);
  }

  private newOrder(): object {
    return orderEvent(this.orderCount++, this.nowUs);
  }

  private async post(events: readonly object[]): Promise<void> {
    const answer = JSON.parse(await this.request('POST', '/api/v1/events', jsonOf(events))) as { readonly accepted: number };
    if (answer.accepted !== events.length) throw new Error(`of ${events.length} events ${answer.accepted} were taken`);
  }

  private async request(method: string, path: string, body: Uint8Array = new Uint8Array(0)): Promise<string> {
    const response = await this.transport!.request(method, path, 'application/json', body);
    if (response.status > OK_MAX) throw new Error(`${method} ${path}: ${response.status} ${String(response.body)}`);
    return String(response.body);
  }
}

/**
 * uWebSockets.js takes its memory back after each call, and with the first array buffer that is detached V8 throws away all code that
 * reads typed arrays and took for granted that none ever is.
 */
function detachOnce(): void {
  const buffer = new ArrayBuffer(1);
  structuredClone(buffer, { transfer: [buffer] });
}

/** Not a Buffer, as no body is one: what is compiled for another class is thrown away with the first real request. */
function jsonOf(value: unknown): Uint8Array {
  return utf8.encode(JSON.stringify(value));
}

function raise(error: unknown): never {
  throw error;
}
