/**
 * Serves a request whose `Upgrade` we do not follow, over node:http.
 *
 * A server may ignore an Upgrade (RFC 9110 section 7.8), and must here: Java's HttpClient and `curl --http2` send
 * `Upgrade: h2c` with ordinary requests. Once node:http has an 'upgrade' listener it hands every such socket over and
 * has no way back (before Node 24), so the head is written again without these fields and read as a new connection.
 * It is not for WebSockets.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

const HOP_FIELDS = new Set(['upgrade', 'http2-settings']);

/** `first` is what was read of the connection after the head. */
export function serveWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, first: Buffer): void {
  const lines = [`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/${request.httpVersion}`];
  const { rawHeaders } = request;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    const value = rawHeaders[i + 1]!;
    if (HOP_FIELDS.has(name.toLowerCase())) continue;
    lines.push(`${name}: ${name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value}`);
  }
  // node:http reads a head as latin1: written back so, its bytes are those that came.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), first]));
  server.emit('connection', socket);
}

/** `Upgrade, HTTP2-Settings, close` -> `close`. */
function withoutUpgrade(connectionField: string): string {
  const kept = connectionField.split(',').map((token) => token.trim());
  return kept.filter((token) => !HOP_FIELDS.has(token.toLowerCase()) && token !== '').join(', ') || 'keep-alive';
}
