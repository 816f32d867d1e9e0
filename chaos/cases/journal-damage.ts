/**
 * Damage to the journal on the disk. What is promised:
 *
 * - damage in front of the last frame: the service does not start, and names file, byte and sequence;
 * - a last frame that is not whole: it is cut, everything before it is there. A flipped bit in the last frame looks the same, for
 *   nothing behind it says that it had ever been whole: that frame is lost, whole, and nothing else is.
 */


import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

import type { JournalFile, JournalFrame } from '../journal/frames.ts';
import { readLastSegment } from '../journal/frames.ts';
import { type Damage, damagedDataDir, recoverDamaged, type Recovery } from '../journal/damage.ts';
import { NotReady } from '../service/service-process.ts';
import type { CaseRun, ChaosCase } from './chaos-case.ts';
import { EVENT_CLOCK, Life } from './life.ts';

const HEAD_BYTES = 64;
const BATCHES = 20;
const FRAMES_DAMAGED = 3;
const EXIT_FAULT = 1;
/** A file system in memory, where there is one: each damaged copy is synced. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** The short size flips every so many-th bit of a payload; heads are flipped whole. */
const SHORT_STRIDE = 13;
const FRAME_HEAD_BYTES = 24;

/** A journal of batches, the last ones of at most so many events, as the killed service left it. */
async function journalOf(run: CaseRun, lastEventsMax: number): Promise<{ readonly life: Life; readonly journal: JournalFile }> {
  const life = new Life(run, { dataDir: await run.makeFolder(), databaseUrl: await run.databases.create(), flags: EVENT_CLOCK });
  await life.start();
  const lane = life.load.lanes[0]!;
  for (let batch = 0; batch < BATCHES; batch++) lane.planAhead(batch < BATCHES - FRAMES_DAMAGED ? 12 : lastEventsMax);
  await lane.run(life.service.url, () => true, true);
  await life.service.killTree();
  const journal = await readLastSegment(life.options.dataDir);
  const last = journal.frames.at(-1)!;
  const { sequence } = lane.ledger.acknowledged.at(-1)!.answer!;
  if (journal.restBytes > 0) run.fault(`${journal.restBytes} bytes behind the last frame of a journal of which everything was acknowledged`);
  if (sequence < last.firstSequence || sequence >= last.firstSequence + last.recordCount) run.fault(`the last batch has sequence ${sequence}, which is not in the last frame`);
  return { life, journal };
}

/** A start on a damaged copy that must be refused. */
async function mustRefuse(run: CaseRun, journal: JournalFile, damage: Damage, names: readonly string[]): Promise<void> {
  const dataDir = await damagedDataDir(journal, await run.makeFolder(), damage);
  try {
    const service = await run.startService({ dataDir, databaseUrl: await run.databases.create(), flags: EVENT_CLOCK });
    run.fault(`the service starts on a journal with ${JSON.stringify(damage)}`);
    await service.killTree();
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    run.count('starts refused');
    const said = error.stderr.trimEnd().split('\n').at(-1)!;
    run.observe(`exit code ${String(error.code)}: ${said}`);
    if (error.code !== EXIT_FAULT) run.fault(`exit code ${String(error.code)} of a start on a damaged journal`);
    for (const name of names) if (!said.includes(name)) run.fault(`the refusal does not name ${name}: ${said}`);
  }
}

/** A start on a copy whose last frame is not whole: that batch is as if it had never been answered, the others are there. */
async function mustCut(run: CaseRun, life: Life, journal: JournalFile, damage: Damage): Promise<void> {
  life.options.dataDir = await damagedDataDir(journal, await run.makeFolder(), damage);
  life.options.databaseUrl = await run.databases.create();
  life.load.lanes[0]!.ledger.reopenLast();
  await life.start();
  await life.service.killTree();
  run.observe(`log: ${String(/^.*cut the torn end of the journal.*$/m.exec(life.service.stderr)?.[0])}`);
  const after = await readLastSegment(life.options.dataDir);
  const whole = journal.bytes.subarray(0, journal.frames.at(-1)!.offset);
  if (!after.bytes.equals(whole)) run.fault(`after ${JSON.stringify(damage)} the journal has ${after.bytes.length} bytes, must be the ${whole.length} of its whole frames`);
  await life.start();
  await life.settle();
  await life.service.killTree();
  run.count('torn ends cut');
}

function judge(run: CaseRun, journal: JournalFile, damages: readonly Damage[], recoveries: readonly Recovery[]): void {
  const last = journal.frames.at(-1)!;
  for (const [i, damage] of damages.entries()) {
    const recovery = recoveries[i];
    const label = `${JSON.stringify(damage)}: ${JSON.stringify(recovery)}`;
    const offset = 'flip' in damage ? damage.flip.offset : damage.truncateTo;
    const frame = 'flip' in damage ? frameOf(journal, offset) : last;
    if (frame === last && isWholeWithout(journal, damage)) {
      if (recovery?.is !== 'recovered' || recovery.nextSequence !== last.firstSequence + last.recordCount) run.fault(`only zeros of the last frame are missing, it must be there; ${label}`);
    } else if (frame === last) {
      const restBytes = ('flip' in damage ? last.end : damage.truncateTo) - last.offset;
      const isCut = recovery?.is === 'recovered' && recovery.nextSequence === last.firstSequence && recovery.bytesCut >= restBytes && recovery.fileBytes === last.offset;
      if (!isCut) run.fault(`the last frame must be cut, at byte ${last.offset}, sequence ${last.firstSequence}; ${label}`);
    } else {
      const named = frame === undefined ? [journal.name] : [journal.name, `at byte ${frame.offset},`, `sequence ${frame.firstSequence}:`];
      if (recovery?.is !== 'refused' || !named.every((name) => recovery.message.includes(name))) run.fault(`must be refused and name ${named.join(' ')}; ${label}`);
    }
  }
}

/** Frames end on 8 bytes, and what is missing up to there is read as zeros: where it was zeros, nothing is missing. */
function isWholeWithout(journal: JournalFile, damage: Damage): boolean {
  if ('flip' in damage) return false;
  const missing = journal.bytes.subarray(damage.truncateTo);
  return missing.length < 8 && missing.every((byte) => byte === 0);
}

/** Undefined in the segment's head. */
function frameOf(journal: JournalFile, offset: number): JournalFrame | undefined {
  return journal.frames.find((frame) => offset >= frame.offset && offset < frame.end);
}

export const JOURNAL_BIT_FLIPS: ChaosCase = {
  name: 'journal-bit-flips',
  what: 'each bit of the last three frames and of the head flipped',
  mutants: ['no-checksum'],
  runs: { short: 1, full: 1 },
  async run(run) {
    const { life, journal } = await journalOf(run, 2);
    const frames = journal.frames.slice(-FRAMES_DAMAGED);
    const flips: Damage[] = [];
    for (let bit = 0; bit < HEAD_BYTES * 8; bit++) flips.push({ flip: { offset: bit >> 3, bit: bit & 7 } });
    for (const { offset, end } of frames) {
      const headBits = FRAME_HEAD_BYTES * 8;
      for (let bit = 0; bit < (end - offset) * 8; bit += bit < headBits ? 1 : run.sized(SHORT_STRIDE, 1)) flips.push({ flip: { offset: offset + (bit >> 3), bit: bit & 7 } });
    }
    judge(run, journal, flips, await recoverDamaged(journal, await run.makeFolder(MEMORY), flips, run.preloads));
    run.count('bits flipped', flips.length);
    for (const frame of frames.slice(0, -1)) {
      const offset = run.random.integer(frame.offset, frame.end - 1);
      await mustRefuse(run, journal, { flip: { offset, bit: run.random.integer(0, 7) } }, [journal.name, `byte ${frame.offset},`, `sequence ${frame.firstSequence}:`]);
    }
    const last = frames.at(-1)!;
    if (run.faults.length === 0) await mustCut(run, life, journal, { flip: { offset: run.random.integer(last.offset, last.end - 1), bit: run.random.integer(0, 7) } });
  },
};

export const JOURNAL_TRUNCATION: ChaosCase = {
  name: 'journal-truncation',
  what: 'the last frame cut off at every length',
  mutants: ['keeps-torn-tail'],
  runs: { short: 1, full: 2 },
  async run(run) {
    const { life, journal } = await journalOf(run, 8);
    const last = journal.frames.at(-1)!;
    const cuts: Damage[] = Array.from({ length: last.end - last.offset }, (_, i) => ({ truncateTo: last.offset + i }));
    judge(run, journal, cuts, await recoverDamaged(journal, await run.makeFolder(MEMORY), cuts, run.preloads));
    run.count('lengths', cuts.length);
    for (let i = 0; i < run.sized(1, 6) && run.faults.length === 0; i++) await mustCut(run, life, journal, { truncateTo: run.random.integer(last.offset + 1, last.end - 8) });
  },
};
