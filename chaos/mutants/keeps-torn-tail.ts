import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

import { replaceMethod } from './replace-method.ts';

replaceMethod(fs, 'truncate', () => () => Promise.resolve());
syncBuiltinESMExports();
