/**
 * The service with one promise taken out: modules that are loaded before it (`node --import`) and change its classes while it
 * runs. The product knows nothing of them and has no switch for them. A case that does not fail on its mutants shows nothing.
 */

export const MUTANTS = {
  'no-fsync': 'the journal is written and never synced',
  'acknowledges-early': 'a batch is answered before it is on the disk',
  'forgets-executions': 'an exec_id that was seen before counts again',
  'forgets-keys': 'an Idempotency-Key or event_id that was seen before counts again',
  'watermark-outside': 'the watermark moves in a transaction of its own, after the rows',
  'watermark-first': 'the watermark moves in a transaction of its own, before the rows',
  'drops-rows': 'rows whose transaction failed are forgotten',
  'drops-rows-held': 'rows that wait for the database are dropped when there are more than a few',
  'no-checksum': 'the journal has no checksums',
  'keeps-torn-tail': 'a torn end of the journal is not cut',
  'ignores-write-errors': 'a write that the disk refused counts as done',
  'rebuilds-half': 'a shard that is rebuilt passes over some executions',
  'keeps-half-rows': 'rows that a dead shard has sent count beside those that its successor sends again',
  'tells-alerts-again': 'alerts that a dead shard has told are told again by its successor',
  'never-looks': 'nobody looks whether a shard hangs',
  'dies-with-its-shard': 'a shard that dies takes the service with it',
  'restarts-for-ever': 'a shard is started again however often it has died',
  'says-no-goodbye': 'streams are closed without being told why',
  'acknowledges-when-full': 'a batch that a full disk has no room for is acknowledged',
  'full-is-failed': 'a full disk is told as a journal that cannot be written',
  'snapshot-named-at-once': 'a snapshot has its name while it is written',
  'snapshot-ahead': 'a snapshot stands for rows that the database does not have',
  'snapshot-forgets-keys': 'a snapshot knows no Idempotency-Key and no event_id',
  'snapshot-unchecked': 'what is read of a snapshot is not checked, nor of the journal',
  'snapshot-kept-alone': 'one snapshot is kept, and the journal behind it',
  'ignores-sigterm': 'SIGTERM ends the service as it ends any program',
} as const;

export type MutantName = keyof typeof MUTANTS;

export function mutantModule(name: MutantName): string {
  return new URL(`./${name}.js`, import.meta.url).href;
}
