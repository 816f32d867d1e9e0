/** A response written straight to a socket, where node:http has none to give: after a parse error or for an upgrade. */
import type { Duplex } from 'node:stream';
import { bodyBytes, isBodiless, reasonPhrase } from './response-head.ts';
import type { HttpResponse } from './transport.ts';

/** Answers and ends the connection. */
export function respondRaw(socket: Duplex, response: HttpResponse): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const lines = [`HTTP/1.1 ${response.status} ${reasonPhrase(response.status)}`];
  for (const [name, value] of Object.entries(response.headers)) lines.push(`${name}: ${value}`);
  lines.push(`Date: ${new Date().toUTCString()}`, 'Connection: close');
  if (!isBodiless(response.status)) lines.push(`Content-Length: ${bodyBytes(response.body)}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  socket.end(isBodiless(response.status) ? '' : response.body, () => socket.destroy());
}
