/**
 * What can be broken on purpose, so that the auditor is known to find it. Each is a switch of the simulated world or of how the
 * service is put together: the product's code has none.
 */

export const MUTANTS = {
  'lying-disk': 'the disk says that it has synced and has not',
  'watermark-alone': 'the database commits the watermark before the rows that it covers',
  'no-row-lock': 'the database lets two transactions at one watermark',
  'no-duplicate-check': 'an execution that comes again is taken as a new one',
  'rows-before-durable': 'storage is not told what is durable, and writes rows before their records are',
  'early-answer': 'intake answers before what it took is durable',
  'snapshot-ahead': 'a snapshot is of what is durable, whether its rows are in the database or not',
  'snapshot-not-synced': 'a snapshot gets its name before it is on the disk',
  'snapshot-name-unsure': 'segments go before the name of the snapshot that stands for them is on the disk',
  'snapshot-named-at-once': 'a snapshot has its name while it is written',
  'segments-gone-early': 'segments go that only the newest snapshot does not need',
  'spilled-mixed-up': 'where spilled rows wait, one block is given back in the place of another',
  'forgotten-barrier': 'of several shards only the first one tells storage how far it is',
} as const;

export type Mutant = keyof typeof MUTANTS;

export function isMutant(name: string): name is Mutant {
  return name in MUTANTS;
}
