import { Timestamp } from '../../../engine/domain/events.ts';
import { parseTimestampUs } from '../../../engine/domain/timestamp.ts';
import type { ErrorCode } from '../../../engine/domain/errors.ts';
import type { GatewayContext } from '../../context.ts';
import type { HistoryQuestion } from '../../history/question.ts';
import type { HttpResponse } from '../../transport/transport.ts';
import { json, problem } from '../problem.ts';
import { orderNotFound } from './order-not-found.ts';

export const asOfParameter = {
  as_of: { description: 'A moment of receipt time: the answer is what was known then.', schema: Timestamp },
} as const;

export const AS_OF_ERRORS = ['query_malformed', 'history_gone', 'overloaded', 'internal_error'] as const satisfies readonly ErrorCode[];

/** What was known of an order then; `evicted` answers for one that had left memory. */
export async function answerAsOf(
  asOf: string,
  orderId: string,
  leaf: HistoryQuestion['leaf'],
  context: GatewayContext,
  evicted: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const asOfUs = parseTimestampUs(asOf);
  const fault = Number.isNaN(asOfUs) ? 'must be an RFC 3339 timestamp' : asOfUs > Date.now() * 1_000 ? 'must not be in the future' : undefined;
  if (fault !== undefined) return problem('query_malformed', `as_of ${fault}`, { faults: [{ field: 'as_of', detail: fault }] });
  const answer = await context.history({ orderId, asOfUs, leaf });
  if (answer === undefined) return problem('overloaded', 'too many questions about the past wait already');
  switch (answer.is) {
    case 'found':
      return json(200, answer.json);
    case 'unknown':
      return orderNotFound(orderId, context);
    case 'evicted':
      return evicted();
    case 'gone':
      return problem('history_gone', `nothing is kept of ${asOf}`);
  }
}
