/** Measures one operation and writes its outcome to stdout as JSON; a process of its own for main.ts. `NAME SIZE` */

import type { Size } from './size.ts';
import { OPERATIONS } from './operations.ts';

const [name = '', size] = process.argv.slice(2);
const operation = await OPERATIONS[name]?.();
if (operation === undefined) throw new Error(`no operation is called ${name}`);
process.stdout.write(JSON.stringify(await operation.run(size as Size)));
