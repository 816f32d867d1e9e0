import { ShardDeaths } from '../../engine/shard-deaths.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(ShardDeaths.prototype, 'judge', () => () => undefined);
