/** The methods of what `open` of node:fs/promises gives: their class is exported nowhere. */

import { open } from 'node:fs/promises';

const file = await open('/dev/null');
export const FILE_METHODS = Object.getPrototypeOf(file) as object;
await file.close();
