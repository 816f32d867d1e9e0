/**
 * WS /api/v1/events/stream: who may come in, and what all connections hold together. It sends the answers that one turn of
 * the disk made ready together. What happens on a connection is in intake-connection.ts.
 */

import { INTAKE_CONNECTIONS_MAX, INTAKE_TOTAL_BYTES_MAX } from '../../engine/domain/limits.ts';
import type { GatewayContext } from '../context.ts';
import { isOfOtherOrigin } from '../http/origin.ts';
import { problem } from '../http/problem.ts';
import { STREAM_PROTOCOLS } from '../streams/frames.ts';
import type { UpgradeDecision, UpgradeRequest } from '../transport/transport.ts';
import { IntakeConnection, type SharedIntake } from './intake-connection.ts';

export const INTAKE_STREAM_PATH = '/api/v1/events/stream';

export class IntakeDoor implements SharedIntake {
  readonly context: GatewayContext;
  private readonly connections = new Set<IntakeConnection>();
  private readonly withAnswers = new Set<IntakeConnection>();
  private heldBytes = 0;

  constructor(context: GatewayContext) {
    this.context = context;
  }

  upgrade(request: UpgradeRequest): UpgradeDecision {
    if (isOfOtherOrigin(request)) {
      return { accept: false, response: problem('origin_refused', 'a page may send events only to the host that it came from') };
    }
    const closed = this.context.intakeClosed();
    if (closed !== undefined) return { accept: false, response: problem(closed, 'no events are taken now') };
    if (this.connections.size >= INTAKE_CONNECTIONS_MAX) {
      return { accept: false, response: problem('capacity_reached', `${INTAKE_CONNECTIONS_MAX} connections send events, which is the maximum`) };
    }
    const protocol = STREAM_PROTOCOLS.find((known) => request.protocols.includes(known));
    return { accept: true, protocol, handler: new IntakeConnection(this, protocol ?? 'json') };
  }

  hasRoom(): boolean {
    return this.heldBytes <= INTAKE_TOTAL_BYTES_MAX;
  }

  hold(bytes: number): void {
    this.heldBytes += bytes;
  }

  /** Batches that became durable together settle one after the other: the answers leave when the last has. */
  sendSoon(connection: IntakeConnection): void {
    if (this.withAnswers.size === 0) queueMicrotask(() => this.sendAll());
    this.withAnswers.add(connection);
  }

  entered(connection: IntakeConnection): void {
    this.connections.add(connection);
  }

  left(connection: IntakeConnection): void {
    this.connections.delete(connection);
  }

  private sendAll(): void {
    const connections = [...this.withAnswers];
    this.withAnswers.clear();
    for (const connection of connections) connection.sendAnswers();
  }
}
