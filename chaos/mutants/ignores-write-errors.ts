import { open } from 'node:fs/promises';

import { replaceMethod } from './replace-method.ts';

const file = await open('/dev/null');
const prototype = Object.getPrototypeOf(file) as object;
await file.close();
replaceMethod(prototype, 'write', (write) => async function (...args: [Uint8Array, number, number, number]) {
  try {
    return await write.apply(this, args);
  } catch {
    return { bytesWritten: args[2], buffer: args[0] };
  }
});
