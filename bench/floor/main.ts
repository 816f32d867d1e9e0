/**
 * The floor: a bare server on the service's own transport that does the least that could be called the same job. It takes
 * the same requests, makes their bytes durable before it answers, and sends one constant frame for each fill to who
 * follows its order. It reads no body, checks nothing and knows no state: what the service takes longer is the price of
 * being an execution monitor, on this machine and in this run.
 *
 *     node dist/bench/floor/main.js LOG_FILE      prints `ready URL`, ends on SIGTERM
 */

import { chooseTransport } from '../../gateway/transport/choose-transport.ts';
import type { HttpRequest, HttpResponse, StreamHandler, StreamSocket } from '../../gateway/transport/transport.ts';
import { ORDER_HEADER } from '../load/post-events.ts';
import { CONSTANT_FRAME } from './constant-frame.ts';
import { GroupLog } from './group-log.ts';

const HOST = '127.0.0.1';
/** As the service's. */
const BODY_BYTES_MAX = 1 << 20;
/** /api/v1/monitoring/ORDER_ID/stream */
const ORDER_SEGMENT = 4;

const OK: HttpResponse = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
const log = new GroupLog(process.argv[2]!);
const followers = new Map<string, Set<StreamSocket>>();

function handlerFor(orderId: string): StreamHandler {
  const sockets = followers.get(orderId) ?? new Set<StreamSocket>();
  followers.set(orderId, sockets);
  return {
    onOpen: (socket) => void sockets.add(socket),
    onMessage: () => undefined,
    onDrain: () => undefined,
    onClose: (socket) => {
      sockets.delete(socket);
      if (sockets.size === 0) followers.delete(orderId);
    },
  };
}

async function onRequest(request: HttpRequest): Promise<HttpResponse> {
  const orderId = request.header(ORDER_HEADER);
  // As in the service: shown at once, answered when durable.
  if (orderId !== undefined) for (const socket of followers.get(orderId) ?? []) socket.send(CONSTANT_FRAME);
  await log.append(request.body);
  return OK;
}

const transport = chooseTransport(
  {
    onRequest,
    onUpgrade: (request) => ({ accept: true, protocol: undefined, handler: handlerFor(request.path.split('/')[ORDER_SEGMENT]!) }),
    onRefused: (reason, status, detail) => ({ status, headers: { 'content-type': 'text/plain' }, body: `${reason}: ${detail}` }),
    onError: (error) => {
      throw error;
    },
  },
  { bodyBytesMax: BODY_BYTES_MAX },
);
const address = await transport.listen(HOST, 0);
process.stdout.write(`ready http://${address.host}:${address.port}\n`);
process.once('SIGTERM', () => void transport.close().then(() => process.exit(0)));
// The benchmark is gone: nobody is left to end this process.
process.stdin.resume().once('end', () => process.exit(0));
