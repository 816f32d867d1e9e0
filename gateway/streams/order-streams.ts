/**
 * WS /api/v1/monitoring/{order_id}/stream: who follows which order, and what each is sent.
 *
 * A reader that is slow gets conflated updates: while its socket holds more than a little, updates are skipped and the
 * newest is sent when it has drained. Alerts are never skipped; a reader that cannot take them is closed. Nobody waits
 * for a reader.
 */

import type { ExecutionStatus } from '../../engine/domain/monitoring.ts';
import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import type { MailboxReceiver } from '../../engine/ring/mailbox.ts';
import type { GatewayContext } from '../context.ts';
import type { StreamHandler, StreamSocket } from '../transport/transport.ts';
import type { AlertBoard } from './alert-board.ts';
import { type AlertFrame, EncodedFrame, statusFrame, type StreamFrame, type StreamProtocol } from './frames.ts';

/** Above it a reader counts as slow and its updates are conflated. */
const CONFLATE_ABOVE_BYTES = 64 << 10;
const LOOK_AGAIN_MS = 2;

/** WebSocket close codes: 1013 "try again later" for a reader too slow for its alerts. */
const CLOSE_SLOW_READER = 1013;
const CLOSE_UNEXPECTED_MESSAGE = 1003;

interface Follower {
  readonly orderNo: number;
  readonly protocol: StreamProtocol;
  readonly fromSequence: number | undefined;
  /** Sequence of the last status it was sent, -1 before the first. */
  sentSequence: number;
  isBehind: boolean;
}

export class OrderStreams {
  private readonly context: GatewayContext;
  private readonly board: AlertBoard;
  private readonly changes: readonly MailboxReceiver[];
  private readonly watched: Uint8Array;
  private readonly followers = new Map<StreamSocket, Follower>();
  private readonly ofOrder = new Map<number, Set<StreamSocket>>();
  private readonly changed = new Set<number>();
  private lookingAgain: NodeJS.Timeout | undefined;

  /** `watched` is one byte an order: the shards tell of changes only where it is 1. */
  constructor(context: GatewayContext, board: AlertBoard, changes: readonly MailboxReceiver[], watched: Uint8Array) {
    this.context = context;
    this.board = board;
    this.changes = changes;
    this.watched = watched;
    board.listen((orderNo, frame) => this.sendAlert(orderNo, frame));
  }

  get followerCount(): number {
    return this.followers.size;
  }

  handlerFor(orderNo: number, protocol: StreamProtocol, fromSequence: number | undefined): StreamHandler {
    return {
      onOpen: (socket) => this.open(socket, { orderNo, protocol, fromSequence, sentSequence: -1, isBehind: false }),
      onMessage: (socket) => socket.close(CLOSE_UNEXPECTED_MESSAGE, 'this stream takes no messages'),
      onDrain: (socket) => this.catchUp(socket),
      onClose: (socket) => this.forget(socket),
    };
  }

  /** Sends what the shards have told since the last time: alerts, then the newest status of each changed order. */
  deliver(): void {
    this.board.drain();
    for (const ring of this.changes) {
      ring.receiveInPlace((offset) => this.changed.add(ring.memory.words[offset >> 2]!), Number.POSITIVE_INFINITY);
    }
    const changed = [...this.changed];
    this.changed.clear();
    for (const orderNo of changed) this.sendUpdates(orderNo);
  }

  /** Sends the newest status of all orders that are followed and meant, where it is newer than what was sent. */
  lookAgainAt(isMeant: (orderNo: number) => boolean): void {
    for (const orderNo of this.ofOrder.keys()) if (isMeant(orderNo)) this.changed.add(orderNo);
    this.deliver();
  }

  /** Tells every follower that the service stops, behind everything that there is to tell. */
  sayGoodbye(): void {
    this.deliver();
    const frame = new EncodedFrame({ type: 'server_shutdown', sequence: this.context.sequencer.lastSequence });
    for (const [socket, { protocol }] of this.followers) socket.send(frame.in(protocol));
  }

  /** Asks the shards to ring when there is something new; true when something is there already. */
  askForDoorbell(alertRings: readonly MailboxReceiver[]): boolean {
    let isWaiting = false;
    for (const ring of [...alertRings, ...this.changes]) isWaiting = ring.askForDoorbell() || isWaiting;
    return isWaiting;
  }

  heartbeat(): void {
    const frame = new EncodedFrame({
      type: 'heartbeat',
      sequence: this.context.sequencer.lastSequence,
      timestamp: formatTimestamp(Math.max(0, this.context.sequencer.clock.nowUs)),
    });
    for (const [socket, follower] of this.followers) {
      if (socket.bufferedBytes <= CONFLATE_ABOVE_BYTES) socket.send(frame.in(follower.protocol));
    }
  }

  private open(socket: StreamSocket, follower: Follower): void {
    // Alerts that are waiting are in the snapshot; only those behind it are sent.
    this.board.drain();
    this.followers.set(socket, follower);
    let sockets = this.ofOrder.get(follower.orderNo);
    if (sockets === undefined) this.ofOrder.set(follower.orderNo, (sockets = new Set()));
    sockets.add(socket);
    this.watched[follower.orderNo] = 1;
    const { orderNo, fromSequence } = follower;
    const isResumed = fromSequence !== undefined && this.resume(socket, follower, fromSequence);
    if (!this.context.registry.isAnnounced(orderNo)) return;
    // Where that changes what is shown, the follower is told.
    void this.context.broughtUpToDate(orderNo);
    const status = this.context.orders.status(orderNo);
    if (status === 'busy') this.comeAgain(orderNo);
    else this.sendStatus(socket, follower, status, isResumed && this.isPushed(orderNo) ? 'update' : 'snapshot');
  }

  private isPushed(orderNo: number): boolean {
    return this.context.registry.sessions.get(orderNo)?.realTimeUpdates ?? true;
  }

  /** The order's shard is inside its row, or has not taken it in yet: look again soon, once for all such orders. */
  private comeAgain(orderNo: number): void {
    this.changed.add(orderNo);
    this.lookingAgain ??= setTimeout(() => {
      this.lookingAgain = undefined;
      this.deliver();
    }, LOOK_AGAIN_MS);
  }

  /** Without a gap: the alerts since then, and the next status as an update. Where that cannot be: a reset. */
  private resume(socket: StreamSocket, follower: Follower, fromSequence: number): boolean {
    const frames = fromSequence > this.context.sequencer.lastSequence ? undefined : this.board.framesSince(follower.orderNo, fromSequence);
    if (frames === undefined) {
      const reason = fromSequence > this.context.sequencer.lastSequence ? 'from_sequence is ahead of this service' : 'from_sequence is too old';
      this.sendFrame(socket, follower, { type: 'reset', sequence: this.context.sequencer.lastSequence, reason });
      return false;
    }
    for (const frame of frames) this.sendFrame(socket, follower, frame);
    return true;
  }

  private sendFrame(socket: StreamSocket, follower: Follower, frame: StreamFrame): void {
    if (socket.send(new EncodedFrame(frame).in(follower.protocol)) === 'dropped') socket.close(CLOSE_SLOW_READER, 'reader is too slow');
  }

  private sendStatus(socket: StreamSocket, follower: Follower, status: ExecutionStatus, type: 'snapshot' | 'update'): void {
    this.sendEncoded(socket, follower, new EncodedFrame(statusFrame(type, status)), status.as_of_sequence);
  }

  private sendEncoded(socket: StreamSocket, follower: Follower, frame: EncodedFrame, sequence: number): void {
    const isTooSlow = socket.bufferedBytes > CONFLATE_ABOVE_BYTES || socket.send(frame.in(follower.protocol)) === 'dropped';
    follower.isBehind = isTooSlow;
    if (!isTooSlow) follower.sentSequence = sequence;
  }

  private sendUpdates(orderNo: number): void {
    const sockets = this.ofOrder.get(orderNo);
    if (sockets === undefined) return;
    const status = this.context.orders.status(orderNo);
    if (status === 'busy') {
      this.comeAgain(orderNo);
      return;
    }
    const arePushed = this.isPushed(orderNo);
    const update = new EncodedFrame(statusFrame('update', status));
    for (const socket of sockets) {
      const follower = this.followers.get(socket)!;
      if (follower.sentSequence < 0) this.sendStatus(socket, follower, status, 'snapshot');
      else if (arePushed && status.as_of_sequence > follower.sentSequence) this.sendEncoded(socket, follower, update, status.as_of_sequence);
    }
  }

  private sendAlert(orderNo: number, alert: AlertFrame): void {
    const sockets = this.ofOrder.get(orderNo);
    if (sockets === undefined) return;
    const frame = new EncodedFrame(alert);
    for (const socket of sockets) {
      if (socket.send(frame.in(this.followers.get(socket)!.protocol)) === 'dropped') socket.close(CLOSE_SLOW_READER, 'reader is too slow');
    }
  }

  private catchUp(socket: StreamSocket): void {
    const follower = this.followers.get(socket);
    if (follower === undefined || !follower.isBehind) return;
    const status = this.context.orders.status(follower.orderNo);
    if (status === 'busy') this.comeAgain(follower.orderNo);
    else this.sendStatus(socket, follower, status, follower.sentSequence < 0 ? 'snapshot' : 'update');
  }

  private forget(socket: StreamSocket): void {
    const follower = this.followers.get(socket);
    if (follower === undefined) return;
    this.followers.delete(socket);
    const sockets = this.ofOrder.get(follower.orderNo);
    sockets?.delete(socket);
    if (sockets?.size !== 0) return;
    this.ofOrder.delete(follower.orderNo);
    this.watched[follower.orderNo] = 0;
  }
}
