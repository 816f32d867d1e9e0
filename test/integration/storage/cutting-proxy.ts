/** A TCP proxy in front of a database server that cuts connections at a chosen point. */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type Cut =
  /** After so many bytes from the client; the rest never arrives. */
  | { readonly afterClientBytes: number }
  /** When the client sends this text: the server gets it and acts, the client never hears of it. */
  | { readonly onceForwarded: string }
  /** When the client sends this text: the server does not get it. */
  | { readonly before: string };

export interface CuttingProxy {
  /** The server's URL by way of the proxy. */
  readonly databaseUrl: string;
  /** Cuts the connections at the next such point, once. */
  cutNext(cut: Cut): void;
  disarm(): void;
  readonly cutsMade: number;
  /** Refuses connections, or takes them again. */
  setReachable(reachable: boolean): void;
  stop(): Promise<void>;
}

export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let armed: Cut | undefined;
  let clientBytes = 0;
  let cutsMade = 0;
  let reachable = true;

  const cutAt = (chunk: Buffer): number => {
    if (armed === undefined) return -1;
    if ('before' in armed) return chunk.includes(armed.before) ? 0 : -1;
    if ('onceForwarded' in armed) return chunk.includes(armed.onceForwarded) ? chunk.length : -1;
    clientBytes += chunk.length;
    return clientBytes >= armed.afterClientBytes ? Math.max(0, chunk.length - (clientBytes - armed.afterClientBytes)) : -1;
  };

  const server = createServer((client) => {
    if (!reachable) return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    }
    upstream.pipe(client);
    upstream.once('close', () => client.destroy());
    client.once('close', () => upstream.end());
    client.on('data', (chunk: Buffer) => {
      const end = cutAt(chunk);
      if (end < 0) return void upstream.write(chunk);
      armed = undefined;
      cutsMade++;
      upstream.end(chunk.subarray(0, end));
      client.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = new URL(databaseUrl);
  own.port = String((server.address() as AddressInfo).port);

  return {
    databaseUrl: own.href,
    cutNext: (cut) => {
      armed = cut;
      clientBytes = 0;
    },
    disarm: () => {
      armed = undefined;
    },
    get cutsMade() {
      return cutsMade;
    },
    setReachable: (value) => {
      reachable = value;
      if (!value) for (const socket of sockets) socket.destroy();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
