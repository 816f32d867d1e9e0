/**
 * The floor: a bare server on the service's own transport that does the least that could be called the same job. It takes
 * the same batches, over HTTP and over a WebSocket, makes their bytes durable before it answers, sends one constant frame
 * for each fill to who follows its order, and stores one row for each fill that was encoded in advance. It reads no body,
 * checks nothing and knows no state: what the service takes longer is the price of being an execution monitor, on this
 * machine and in this run.
 *
 *     node dist/bench/floor/main.js [--log=FILE] [--copy=DATABASE_URL] [--push] [--second-thread=MAIN_US,THREAD_US]
 *
 * Prints `ready URL`, ends on SIGTERM.
 */

import { chooseTransport } from '../../gateway/transport/choose-transport.ts';
import type { HttpRequest, HttpResponse, UpgradeDecision, UpgradeRequest } from '../../gateway/transport/transport.ts';
import { CopyPump } from '../database/copy-pump.ts';
import { MARK_HEADER, markOfFrame, readMark } from '../workload/fill-mark.ts';
import { CONSTANT_FRAME } from './constant-frame.ts';
import { executionRows, FLOOR_FRAME, FLOOR_TABLE, rowCountOf } from './execution-rows.ts';
import { readFloorOptions } from './floor-options.ts';
import { Followers } from './followers.ts';
import { GroupLog } from './group-log.ts';
import { intakeHandler } from './intake-handler.ts';
import { SecondThread } from './second-thread.ts';

const HOST = '127.0.0.1';
/** As the service's. */
const BODY_BYTES_MAX = 1 << 20;
const INTAKE_PATH = '/api/v1/events/stream';
/** Says how many rows were to be stored and how many are. */
const ROWS_PATH = '/bench/rows';
/** /api/v1/monitoring/ORDER_ID/stream */
const ORDER_SEGMENT = 4;

const JSON_TYPE = { 'content-type': 'application/json' };
const OK: HttpResponse = { status: 200, headers: JSON_TYPE, body: '{}' };
const STATUS: HttpResponse = { status: 200, headers: JSON_TYPE, body: CONSTANT_FRAME };

const options = readFloorOptions(process.argv.slice(2));
const log = options.logFile === undefined ? undefined : new GroupLog(options.logFile);
const pump = options.databaseUrl === undefined ? undefined : await CopyPump.open(options.databaseUrl, FLOOR_TABLE, FLOOR_FRAME);
const followers = new Followers();
const secondThread = options.secondThread === undefined ? undefined : new SecondThread(options.secondThread, (orderId) => followers.send(orderId, CONSTANT_FRAME));

/** As in the service: shown at once, answered when durable, stored when it is stored. */
async function take(bytes: Uint8Array, mark: string | undefined): Promise<void> {
  const { roundId, orderNos } = readMark(mark);
  const orderIds = options.isPushing ? orderNos.map((orderNo) => `${roundId}-${orderNo}`) : [];
  if (secondThread !== undefined) secondThread.send(orderIds);
  else for (const orderId of orderIds) followers.send(orderId, CONSTANT_FRAME);
  if (pump !== undefined) for (const piece of executionRows(orderNos.length)) pump.push(piece, rowCountOf(piece));
  // The transport's memory is there in this turn only.
  await log?.append(Uint8Array.from(bytes));
}

async function onRequest(request: HttpRequest): Promise<HttpResponse> {
  await take(request.body, request.header(MARK_HEADER));
  return OK;
}

function onGet({ path }: HttpRequest): HttpResponse {
  if (path !== ROWS_PATH) return STATUS;
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify({ given: pump?.rowsGiven ?? 0, stored: pump?.rowsStored ?? 0 }) };
}

function onUpgrade({ path, protocols }: UpgradeRequest): UpgradeDecision {
  if (path !== INTAKE_PATH) return { accept: true, protocol: undefined, handler: followers.handlerFor(path.split('/')[ORDER_SEGMENT]!) };
  return { accept: true, protocol: protocols[0], handler: intakeHandler((frame, isBinary) => take(frame, markOfFrame(frame, isBinary))) };
}

const transport = chooseTransport(
  {
    onRequest: (request) => (request.method === 'GET' ? onGet(request) : onRequest(request)),
    onUpgrade,
    onRefused: (reason, status, detail) => ({ status, headers: { 'content-type': 'text/plain' }, body: `${reason}: ${detail}` }),
    onError: (error) => {
      throw error;
    },
  },
  { bodyBytesMax: BODY_BYTES_MAX, messageBytesMax: BODY_BYTES_MAX },
);
const address = await transport.listen(HOST, 0);
process.stdout.write(`ready http://${address.host}:${address.port}\n`);
process.once('SIGTERM', () => void transport.close().then(() => process.exit(0)));
// The benchmark is gone: nobody is left to end this process.
process.stdin.resume().once('end', () => process.exit(0));
