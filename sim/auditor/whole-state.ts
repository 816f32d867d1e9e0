/** The hash of all that a service knows, by which two ways to one state are compared. */

import { shardOfSymbol } from '../../engine/domain/shard-of-symbol.ts';
import { hashShard } from '../../engine/shard/state-hash.ts';
import { hashOfParts, hashSequencer, type StateHash } from '../../engine/snapshot/state-hash.ts';
import type { Service } from '../service/service.ts';

export function wholeState({ sequencer, lanes }: Service): StateHash {
  const ofShards = lanes.map(({ shard }, lane) => hashShard(shard, (symbolNo) => shardOfSymbol(symbolNo, lanes.length) === lane));
  return hashOfParts(sequencer.lastSequence, hashSequencer(sequencer), ofShards);
}
