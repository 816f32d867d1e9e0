import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

import { replaceMethod } from './replace-method.ts';

replaceMethod(zlib, 'crc32', () => () => 0);
syncBuiltinESMExports();
