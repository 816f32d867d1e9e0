import { open } from 'node:fs/promises';

import { replaceMethod } from './replace-method.ts';

const file = await open('/dev/null');
const prototype = Object.getPrototypeOf(file) as object;
await file.close();
replaceMethod(prototype, 'truncate', () => () => Promise.resolve());
