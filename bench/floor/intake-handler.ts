/**
 * The floor's side of WS /api/v1/events/stream: welcomes with the service's credits, takes each frame as bytes, and
 * acknowledges the first, the second, ... frame of the connection when it is durable. It holds nobody to the credits.
 */

import { Packr } from 'msgpackr';

import { BATCH_EVENTS_MAX, BODY_BYTES_MAX, INTAKE_CREDIT_BYTES_MAX, INTAKE_CREDITS_MAX } from '../../engine/domain/limits.ts';
import type { StreamHandler, StreamSocket } from '../../gateway/transport/transport.ts';

const WELCOME = {
  type: 'welcome',
  credits: INTAKE_CREDITS_MAX,
  credit_bytes: INTAKE_CREDIT_BYTES_MAX,
  batch_events_max: BATCH_EVENTS_MAX,
  batch_bytes_max: BODY_BYTES_MAX,
};
const packr = new Packr({ useRecords: false });

const encoded = (frame: object, isBinary: boolean): string | Uint8Array => (isBinary ? Uint8Array.from(packr.pack(frame)) : JSON.stringify(frame));

/** `take` resolves when the frame is durable. */
export function intakeHandler(take: (frame: Uint8Array, isBinary: boolean) => Promise<void>): StreamHandler {
  let [frameCount, ackCount, isOpen] = [0, 0, true];
  const acknowledge = (socket: StreamSocket, isBinary: boolean): void => {
    const ack = { type: 'ack', batch: ++ackCount, accepted: 0, duplicates: 0, duplicate_of: [], rejected: [], sequence: frameCount, credits: 1 };
    if (isOpen) socket.send(encoded(ack, isBinary));
  };
  return {
    onOpen: (socket) => void socket.send(encoded(WELCOME, socket.protocol === 'msgpack')),
    onMessage: (socket, frame, isBinary) => {
      frameCount++;
      void take(frame, isBinary).then(() => acknowledge(socket, isBinary));
    },
    onDrain: () => undefined,
    onClose: () => void (isOpen = false),
  };
}
