import { FILE_METHODS } from './file-handle.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(FILE_METHODS, 'write', (write) => async function (...args: [Uint8Array, number, number, number]) {
  try {
    return await write.apply(this, args);
  } catch {
    return { bytesWritten: args[2], buffer: args[0] };
  }
});
