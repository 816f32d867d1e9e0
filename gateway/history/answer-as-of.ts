/**
 * `node answer-as-of.js` with a question as JSON on stdin: what the service knew of an order at a moment, from the newest snapshot
 * before it and the journal behind that. A process of its own: live traffic shares neither thread nor memory with it.
 * Writes its answer as one line of JSON.
 */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';

import { JOURNAL_FOLDER } from '../../engine/journal/journal.ts';
import { readJournal } from '../../engine/journal/journal-reader.ts';
import { RecordReader } from '../../engine/journal/record.ts';
import { firstSequenceOf, SEGMENT_FILE_PATTERN } from '../../engine/journal/segment.ts';
import { analyticsJson } from '../../engine/shard/answer/analytics-answer.ts';
import { findSnapshot } from '../../engine/snapshot/find-snapshot.ts';
import { Replica } from '../../engine/snapshot/replica.ts';
import { OrderReader } from '../order-reader.ts';
import { AlertBoard } from '../streams/alert-board.ts';
import type { HistoryAnswer, HistoryQuestion } from './question.ts';

process.stdout.write(`${JSON.stringify(await answer((await json(process.stdin)) as HistoryQuestion))}\n`);

async function answer({ dataDir, orderId, asOfUs, upToSequence, leaf }: HistoryQuestion): Promise<HistoryAnswer> {
  const folder = join(dataDir, JOURNAL_FOLDER);
  const snapshot = await findSnapshot(dataDir, ({ receivedUs, sequence }) => receivedUs <= asOfUs && sequence <= upToSequence, () => undefined);
  const oldest = Math.min(...(existsSync(folder) ? readdirSync(folder) : []).filter((name) => SEGMENT_FILE_PATTERN.test(name)).map(firstSequenceOf));
  if (oldest > (snapshot?.sequence ?? 0) + 1) return { is: 'gone' };
  const board = new AlertBoard([]);
  const onAlert = board.take.bind(board);
  const replica = snapshot === undefined ? new Replica({ onAlert }) : await Replica.fromSnapshot(snapshot.path, { onAlert });
  const record = new RecordReader();
  await readJournal(folder, replica.sequence, upToSequence, (segment, frame) => {
    // All records of a frame were received at one moment.
    if (record.open(segment, frame.payloadOffset).receivedUs > asOfUs) return 'stop';
    replica.apply(segment, frame);
    return undefined;
  });
  const orders = new OrderReader(replica.orders, replica.sequencer.registry, board);
  const orderNo = orders.find(orderId);
  if (orderNo === undefined) return { is: 'unknown' };
  if (leaf !== 'status' && orders.isEvicted(orderNo)) return { is: 'evicted' };
  replica.refresh(orderNo);
  if (leaf !== 'status') return { is: 'found', json: analyticsJson(replica.shard, orderNo, leaf === 'explained') };
  const status = orders.status(orderNo);
  if (status === 'busy') throw new Error(`order ${orderId} has alerts that nobody was told of`);
  return { is: 'found', json: JSON.stringify(status) };
}
