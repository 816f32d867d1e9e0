/**
 * The gateway: the doors of the service. It owns the transport, the routes and the streams; the engine it is given.
 */

import type { ErrorCode } from '../engine/domain/errors.ts';
import { BODY_BYTES_MAX } from '../engine/domain/limits.ts';
import type { MailboxReceiver } from '../engine/ring/mailbox.ts';
import type { SharedRows } from '../engine/ring/shared-state.ts';
import type { Sequencer } from '../engine/sequencer/sequencer.ts';
import { AnalyticsReader, type AnalyticsSources } from './analytics-reader.ts';
import type { GatewayContext } from './context.ts';
import { HistoryReader } from './history/history-reader.ts';
import { problem } from './http/problem.ts';
import { createRouter } from './http/router.ts';
import { ROUTES } from './http/routes.ts';
import { INTAKE_STREAM_PATH, IntakeDoor } from './ingest/intake-door.ts';
import { OrderReader } from './order-reader.ts';
import { AlertBoard } from './streams/alert-board.ts';
import { ORDER_STREAM_PATH, upgradeToOrderStream } from './streams/upgrade.ts';
import { OrderStreams } from './streams/order-streams.ts';
import type { TransportLimits } from './transport/transport-limits.ts';
import type { RefusalReason, Transport, TransportHandlers } from './transport/transport.ts';

export interface GatewayParts {
  readonly sequencer: Sequencer;
  readonly orders: SharedRows;
  readonly watched: Uint8Array;
  /** Rings from the shards, one each. That of a shard which is started again is replaced in its place. */
  readonly alerts: readonly MailboxReceiver[];
  /** Sequence of the snapshot that the service began with, -1 for none. */
  readonly alertsBeginAfter: number;
  readonly changes: readonly MailboxReceiver[];
  /** Opens no door yet. */
  readonly openTransport: (handlers: TransportHandlers, limits: Partial<TransportLimits>) => Transport;
  readonly heartbeatMs: number;
  readonly analytics: AnalyticsSources;
  readonly dataDir: string;
  /** Newest sequence that is on the disk. */
  durableSequence(): number;
  isRebuilding: GatewayContext['isRebuilding'];
  broughtUpToDate: GatewayContext['broughtUpToDate'];
  visibility: GatewayContext['visibility'];
  health: GatewayContext['health'];
  stateHash: GatewayContext['stateHash'];
  intakeClosed: GatewayContext['intakeClosed'];
  onError(error: unknown): void;
}

const REFUSAL_CODES: Readonly<Record<RefusalReason, ErrorCode>> = {
  body_too_large: 'body_too_large',
  bad_request: 'bad_request',
  head_too_large: 'header_too_large',
  not_implemented: 'transfer_coding_unsupported',
  request_timeout: 'request_timeout',
  upgrade_invalid: 'bad_request',
};

export class Gateway {
  readonly transport: Transport;
  private readonly board: AlertBoard;
  private readonly streams: OrderStreams;
  private readonly alertRings: readonly MailboxReceiver[];
  private readonly heartbeats: NodeJS.Timeout;

  constructor(parts: GatewayParts) {
    const board = new AlertBoard(parts.alerts, parts.alertsBeginAfter);
    const history = new HistoryReader();
    const { sequencer } = parts;
    const orders = new OrderReader(parts.orders, sequencer.registry, board, parts.isRebuilding);
    const context: GatewayContext = {
      sequencer,
      registry: sequencer.registry,
      orders,
      analytics: new AnalyticsReader(orders, parts.analytics),
      history: (question) => history.ask({ ...question, dataDir: parts.dataDir, upToSequence: parts.durableSequence() }),
      isRebuilding: parts.isRebuilding,
      broughtUpToDate: parts.broughtUpToDate,
      visibility: parts.visibility,
      health: parts.health,
      stateHash: parts.stateHash,
      intakeClosed: parts.intakeClosed,
    };
    this.board = board;
    this.alertRings = parts.alerts;
    this.streams = new OrderStreams(context, board, parts.changes, parts.watched);
    const intake = new IntakeDoor(context);
    const handlers: TransportHandlers = {
      onRequest: createRouter(ROUTES, [ORDER_STREAM_PATH, INTAKE_STREAM_PATH], context),
      onUpgrade: (request) =>
        request.path === INTAKE_STREAM_PATH ? intake.upgrade(request) : upgradeToOrderStream(request, context, this.streams),
      onRefused: (reason, status, detail) => problem(REFUSAL_CODES[reason], detail, { status }),
      onError: parts.onError,
    };
    this.transport = parts.openTransport(handlers, { bodyBytesMax: BODY_BYTES_MAX, messageBytesMax: BODY_BYTES_MAX });
    this.heartbeats = setInterval(() => this.streams.heartbeat(), parts.heartbeatMs);
    this.heartbeats.unref();
  }

  /** A shard has something new: send it, and ask to be told of the next. */
  onDoorbell(): void {
    do this.streams.deliver();
    while (this.streams.askForDoorbell(this.alertRings));
  }

  /** A shard has died: what it told last is sent, and what its successor tells again will be known. */
  onShardLost(shard: number): void {
    this.streams.deliver();
    this.board.expectRepeats(shard);
  }

  /** What streams show of these orders was not told while their shard was rebuilt. */
  onShardRebuilt(isOfShard: (orderNo: number) => boolean): void {
    this.streams.lookAgainAt(isOfShard);
  }

  async close(): Promise<void> {
    clearInterval(this.heartbeats);
    this.streams.sayGoodbye();
    await this.transport.close();
  }
}
