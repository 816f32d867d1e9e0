import { Timestamp } from '../../../engine/domain/events.ts';
import type { HttpResponse } from '../../transport/transport.ts';
import { problem } from '../problem.ts';

export const asOfParameter = {
  as_of: { description: 'Not available in this version: answered with 501.', schema: Timestamp },
} as const;

/** `as_of` is part of the contract and not built yet; answering with the numbers of now would be false. */
export function refuseAsOf(query: URLSearchParams): HttpResponse | undefined {
  return query.has('as_of') ? problem('not_built', 'as_of is not available in this version') : undefined;
}
