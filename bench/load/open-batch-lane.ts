/** Opens a connection of the load through the door that is asked for. */

import { isJsonDoor, isSocketDoor } from '../workload/batches.ts';
import { markHeader } from '../workload/fill-mark.ts';
import { type BatchLane, type LaneOptions, REFUSED } from './batch-lane.ts';
import { HttpLane } from './http-lane.ts';
import { EVENTS_PATH, faultOf, JSON_HEADERS, MSGPACK_HEADERS } from './post-events.ts';
import { SocketLane } from './socket-lane.ts';

const OVERLOADED = 503;

export async function openBatchLane(options: LaneOptions): Promise<BatchLane> {
  const { url, door, checkAnswers, onFailure, sendsAgain = true } = options;
  if (isSocketDoor(door)) return SocketLane.open(options);
  const lane = await HttpLane.open(url, onFailure, sendsAgain);
  const headers = isJsonDoor(door) ? JSON_HEADERS : MSGPACK_HEADERS;
  return {
    get retries() {
      return lane.retries;
    },
    get waitingCount() {
      return lane.waitingCount;
    },
    send: ({ body, mark, eventCount }, onAnswer) =>
      lane.post(EVENTS_PATH, headers + markHeader(mark), body, (answer) => onAnswer(answer.status === OVERLOADED ? REFUSED : faultOf(answer, checkAnswers ? eventCount : undefined))),
    close: () => lane.close(),
  };
}
