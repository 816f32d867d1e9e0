/**
 * The floor of the fan-out: a bare uWebSockets.js server that publishes one constant frame for each fill to the topic of its
 * order, to which the sockets of that order have subscribed: the library's own fan-out and nothing else. It takes the same
 * frames on the same WebSocket as the service's fast door and answers at once.
 *
 *     node dist/bench/floor/publish-main.js --frame-bytes=N
 *
 * Prints `ready URL`, ends on SIGTERM.
 */

import { Packr } from 'msgpackr';
import uWS, { type WebSocket } from 'uWebSockets.js';

import { BODY_BYTES_MAX } from '../../engine/domain/limits.ts';
import { markOfFrame, readMark } from '../workload/fill-mark.ts';
import { CONSTANT_FRAME } from './constant-frame.ts';

interface SocketState {
  readonly topic: string;
}

/** What 20.30 has and its declarations have not. */
interface ListeningApp {
  listen(host: string, port: number, listening: (socket: uWS.us_listen_socket | false) => void): void;
}

const HOST = '127.0.0.1';
const CREDITS = 64;
const CREDIT_BYTES = 4 << 20;
/** As much as the service lets a slow reader have. */
const BACKPRESSURE_BYTES_MAX = 1 << 20;

const packr = new Packr({ useRecords: false });
const frameBytes = Number(process.argv.find((arg) => arg.startsWith('--frame-bytes='))?.split('=')[1] ?? CONSTANT_FRAME.length);
/** The same text, as long as is asked. */
const frame = CONSTANT_FRAME.padEnd(frameBytes).slice(0, frameBytes);

const app = uWS.App();
app.ws<SocketState>('/api/v1/events/stream', {
  maxPayloadLength: BODY_BYTES_MAX,
  idleTimeout: 0,
  upgrade: (response, request, context) => {
    const keys = ['sec-websocket-key', 'sec-websocket-protocol', 'sec-websocket-extensions'].map((name) => request.getHeader(name)) as [string, string, string];
    response.upgrade({ topic: '' }, ...keys, context);
  },
  open: (socket) => {
    socket.send(packr.pack({ type: 'welcome', credits: CREDITS, credit_bytes: CREDIT_BYTES }), true);
  },
  message: (socket, message) => {
    const { roundId, orderNos } = readMark(markOfFrame(new Uint8Array(message), true));
    for (const orderNo of orderNos) app.publish(`${roundId}-${orderNo}`, frame, false);
    socket.send(packr.pack({ type: 'ack', accepted: orderNos.length, credits: 1 }), true);
  },
});
app.ws<SocketState>('/api/v1/monitoring/:order/stream', {
  maxBackpressure: BACKPRESSURE_BYTES_MAX,
  idleTimeout: 0,
  upgrade: (response, request, context) => {
    const topic = request.getParameter(0);
    const keys = ['sec-websocket-key', 'sec-websocket-protocol', 'sec-websocket-extensions'].map((name) => request.getHeader(name)) as [string, string, string];
    response.upgrade({ topic }, ...keys, context);
  },
  open: (socket: WebSocket<SocketState>) => {
    socket.subscribe(socket.getUserData().topic);
  },
});
(app as unknown as ListeningApp).listen(HOST, 0, (socket) => {
  if (socket === false) throw new Error('the fan-out floor cannot listen');
  process.stdout.write(`ready http://${HOST}:${uWS.us_socket_local_port(socket)}\n`);
});
process.once('SIGTERM', () => process.exit(0));
// The benchmark is gone: nobody is left to end this process.
process.stdin.resume().once('end', () => process.exit(0));
