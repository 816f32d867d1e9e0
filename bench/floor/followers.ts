/** Who follows which order: the sockets that get a frame when the order has a fill. */

import type { StreamHandler, StreamSocket } from '../../gateway/transport/transport.ts';

export class Followers {
  private readonly socketsOf = new Map<string, Set<StreamSocket>>();

  handlerFor(orderId: string): StreamHandler {
    const sockets = this.socketsOf.get(orderId) ?? new Set<StreamSocket>();
    this.socketsOf.set(orderId, sockets);
    return {
      onOpen: (socket) => void sockets.add(socket),
      onMessage: () => undefined,
      onDrain: () => undefined,
      onClose: (socket) => {
        sockets.delete(socket);
        if (sockets.size === 0) this.socketsOf.delete(orderId);
      },
    };
  }

  has(orderId: string): boolean {
    return this.socketsOf.has(orderId);
  }

  /** Sends the frame to all who follow the order. */
  send(orderId: string, frame: string): void {
    for (const socket of this.socketsOf.get(orderId) ?? []) socket.send(frame);
  }
}
