import { ShardThread } from '../../engine/shard-thread.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(ShardThread.prototype, 'look', () => () => undefined);
