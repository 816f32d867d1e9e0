/** The answer to a question about an order, from the shard's state as it is after its newest input. */

import { ABSENT } from '../../market/market.ts';
import { refreshOrder } from '../each-second.ts';
import type { Question, ShardAnswer } from '../../domain/question.ts';
import type { Shard } from '../shard.ts';
import { analyticsJson } from './analytics-answer.ts';

export function answerTo(shard: Shard, orderNo: number, question: Question): ShardAnswer {
  if (question === 'view') {
    // One that can no longer change by itself stays as it was shown last.
    if (shard.activePlaces.get(orderNo) !== ABSENT) refreshOrder(shard, orderNo);
    return 'shown';
  }
  return shard.evicted.has(orderNo) ? 'evicted' : { json: analyticsJson(shard, orderNo, question === 'explained analytics') };
}
