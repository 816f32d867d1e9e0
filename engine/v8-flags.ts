/**
 * What V8 is told, for all threads, before the first of them is warm. To be imported first.
 *
 * A number that crosses a call which is not inlined is boxed: 16 bytes each, a hundred and more an event with V8's own budget for
 * inlining, and some ten with this one. It is read each time that a function is optimized.
 */

import { setFlagsFromString } from 'node:v8';

export const V8_FLAGS = ['--max-inlined-bytecode-size-cumulative=4000'] as const;

for (const flag of V8_FLAGS) setFlagsFromString(flag);
