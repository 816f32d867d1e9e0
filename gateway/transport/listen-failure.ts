/** Why an address cannot be listened on, as an error to show. It owns the wording, the same for both transports. */
import { createServer } from 'node:net';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'the address is not one of this machine',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name is not known',
};

export function listenError(host: string, port: number, cause: NodeJS.ErrnoException): Error {
  const reason = REASONS[cause.code ?? ''] ?? cause.message;
  const error: NodeJS.ErrnoException = new Error(`cannot listen on ${host}:${port}: ${reason}`, { cause });
  if (cause.code !== undefined) error.code = cause.code;
  return error;
}

/** uWebSockets.js says only that it failed: the reason is found by trying the same with node:net. */
export async function listenFailure(host: string, port: number): Promise<Error> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', (cause) => resolve(listenError(host, port, cause)));
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => resolve(new Error(`cannot listen on ${host}:${port}: the address was refused`)));
    });
  });
}
