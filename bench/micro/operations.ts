/** All operations by name, in the order in which they are measured. Each is loaded only by the process that measures it. */

import type { Operation } from './operation.ts';

export const OPERATIONS: Readonly<Record<string, () => Promise<Operation>>> = {
  'engine-alone': async () => (await import('./engine-alone.ts')).engineAlone,
  'one-fill': async () => (await import('./one-fill.ts')).oneFill,
  'one-quote': async () => (await import('./one-quote.ts')).oneQuote,
  'late-events': async () => (await import('./late-events.ts')).lateEvents,
  'active-orders': async () => (await import('./active-orders.ts')).activeOrders,
  'ring-hop': async () => (await import('./ring-hop.ts')).ringHop,
  'snapshot-read': async () => (await import('./snapshot-read.ts')).snapshotRead,
  'alert-evaluation': async () => (await import('./alert-evaluation.ts')).alertEvaluation,
  'journal-append': async () => (await import('./journal-append.ts')).journalAppend,
  'row-encoding': async () => (await import('./row-encoding.ts')).rowEncoding,
  'exec-id-lookup': async () => (await import('./exec-id-lookup.ts')).execIdLookup,
  'take-execution': async () => (await import('./take-execution.ts')).takeExecution,
  memory: async () => (await import('./memory.ts')).memory,
  'journal-replay': async () => (await import('./journal-replay.ts')).journalReplay,
};
