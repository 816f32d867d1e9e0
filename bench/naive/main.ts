/**
 * The naive service: what a good developer writes in an afternoon. One thread, plain objects and Maps, the same transport
 * and the same API for what the benchmark asks: POST /api/v1/events (JSON, NDJSON, MessagePack), GET status, the stream of
 * an order. A body is appended to a log with a group fdatasync before it is answered; each fill is sent to who follows
 * its order, and stored as a row. It has no recovery, no alerts, no history, no WebSocket intake and no limits.
 *
 *     node dist/bench/naive/main.js [--log=FILE] [--copy=DATABASE_URL] [--push]
 *
 * Prints `ready URL`, ends on SIGTERM.
 */

import { unpack } from 'msgpackr';

import { chooseTransport } from '../../gateway/transport/choose-transport.ts';
import type { HttpRequest, HttpResponse } from '../../gateway/transport/transport.ts';
import { CopyPump } from '../database/copy-pump.ts';
import { readFloorOptions } from '../floor/floor-options.ts';
import { Followers } from '../floor/followers.ts';
import { GroupLog } from '../floor/group-log.ts';
import { executionText, NAIVE_FRAME, NAIVE_TABLE } from './execution-text.ts';
import { Orders, statusOf } from './orders.ts';

const HOST = '127.0.0.1';
const BODY_BYTES_MAX = 1 << 20;
const ORDER_PATH = /^\/api\/v1\/monitoring\/([^/]+)\/(status|stream)$/;
const ROWS_PATH = '/bench/rows';

const options = readFloorOptions(process.argv.slice(2));
const log = options.logFile === undefined ? undefined : new GroupLog(options.logFile);
const pump = options.databaseUrl === undefined ? undefined : await CopyPump.open(options.databaseUrl, NAIVE_TABLE, NAIVE_FRAME);
const followers = new Followers();
const orders = new Orders();

const json = (status: number, body: object): HttpResponse => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** Throws what the parser throws. */
function eventsOf(request: HttpRequest): unknown {
  const type = request.header('content-type');
  if (type === 'application/msgpack') return unpack(request.body);
  const text = Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength).toString('utf8');
  if (type === 'application/x-ndjson') return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
  return JSON.parse(text);
}

async function postEvents(request: HttpRequest): Promise<HttpResponse> {
  let events: unknown;
  try {
    events = eventsOf(request);
  } catch (error) {
    return json(400, { code: 'body_malformed', detail: String(error) });
  }
  if (!Array.isArray(events)) return json(400, { code: 'body_malformed', detail: 'not a list of events' });
  const { fills, ...answer } = orders.apply(events as Record<string, unknown>[]);
  const { sequence } = orders;
  if (options.isPushing) {
    for (const { order } of fills) {
      if (followers.has(order.orderId)) followers.send(order.orderId, JSON.stringify({ type: 'update', sequence, ...statusOf(order) }));
    }
  }
  if (fills.length > 0) pump?.push(executionText(fills, sequence), fills.length);
  // The transport's memory is there in this turn only.
  await log?.append(Uint8Array.from(request.body));
  return json(200, { ...answer, duplicate_of: [], sequence });
}

function getRequest({ path }: HttpRequest): HttpResponse {
  if (path === ROWS_PATH) return json(200, { given: pump?.rowsGiven ?? 0, stored: pump?.rowsStored ?? 0 });
  const orderId = ORDER_PATH.exec(path)?.[1];
  const order = orderId === undefined ? undefined : orders.get(decodeURIComponent(orderId));
  return order === undefined ? json(404, { code: 'not_found' }) : json(200, statusOf(order));
}

const transport = chooseTransport(
  {
    onRequest: (request) => {
      if (request.method === 'GET') return getRequest(request);
      if (request.path === '/api/v1/events') return postEvents(request);
      // Every order is monitored from the beginning.
      return request.path === '/api/v1/monitoring/start' ? json(200, {}) : json(404, { code: 'not_found' });
    },
    onUpgrade: ({ path }) => {
      const orderId = ORDER_PATH.exec(path)?.[1];
      if (orderId === undefined) return { accept: false, response: json(404, { code: 'not_found' }) };
      return { accept: true, protocol: undefined, handler: followers.handlerFor(decodeURIComponent(orderId)) };
    },
    onRefused: (reason, status, detail) => json(status, { code: reason, detail }),
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
