/** The hash of a whole engine's state: what the sequencer knows and what all shards know after one sequence (shard/state-hash.ts). */

import { type DigestParts, DigestSum, StateDigest } from '../domain/state-digest.ts';
import type { Sequencer } from '../sequencer/sequencer.ts';
import type { ShardHash } from '../shard/state-hash.ts';

/** State after this sequence, as 16 hexadecimal digits. */
export interface StateHash {
  readonly sequence: number;
  readonly hash: string;
}

export function hashSequencer(sequencer: Sequencer): DigestParts {
  const digest = new StateDigest();
  digest.clear();
  digest.double(sequencer.lastSequence);
  sequencer.saveFold(digest);
  return { high: digest.high, low: digest.low };
}

/** All parts are of one sequence. Throws when the shards do not agree about what all of them have. */
export function hashOfParts(sequence: number, sequencer: DigestParts, shards: readonly ShardHash[]): StateHash {
  const sum = new DigestSum().add(sequencer);
  const { common } = shards[0]!;
  sum.add(common);
  for (const [shardNo, { own, common: other }] of shards.entries()) {
    if (other.high !== common.high || other.low !== common.low) throw new Error(`shard ${shardNo} does not know at sequence ${sequence} what shard 0 knows`);
    sum.add(own);
  }
  return { sequence, hash: sum.toString() };
}
