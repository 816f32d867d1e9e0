/**
 * What was said to the service and what it has answered. It predicts each answer from nothing but the events that were sent and
 * the answers before.
 */

import { isDeepStrictEqual } from 'node:util';

import type { InputEvent } from '../../engine/domain/events.ts';
import type { BatchAnswer } from '../../engine/domain/monitoring.ts';
import { must } from './violation.ts';

/** One event. In doubt: it was sent and nobody knows what became of it. In: it was acknowledged. */
export interface Said {
  readonly event: InputEvent;
  /** When it was made, by the machine's clock. */
  readonly madeUs: number;
  state: 'unsent' | 'in_doubt' | 'in';
  /** Once some answer has told it. */
  sequence: number | undefined;
}

export interface Item {
  readonly said: Said;
  /** New, or sent once more, or something else under an id that is known. */
  readonly as: 'new' | 'repeat' | 'conflict';
  readonly event: InputEvent;
}

export interface Batch {
  readonly no: number;
  readonly items: readonly Item[];
  readonly key: string | undefined;
  readonly madeUs: number;
  /** Some attempt may have had its effect without an answer. */
  isInDoubt: boolean;
  /** Of a batch with a key, which is told again when it comes again. */
  answer: BatchAnswer | undefined;
}

type Outcome = { readonly rejected: string } | { readonly duplicateOf: number } | 'accepted';

export class Ledger {
  readonly said: Said[] = [];
  private readonly saidAt = new Map<number, Said>();

  note(event: InputEvent, madeUs: number): Said {
    const said: Said = { event, madeUs, state: 'unsent', sequence: undefined };
    this.said.push(said);
    return said;
  }

  sent(batch: Batch): void {
    for (const { said } of batch.items) if (said.state === 'unsent') said.state = 'in_doubt';
  }

  /** Nothing of it was taken. */
  refused(batch: Batch): void {
    if (batch.isInDoubt) return;
    for (const { said, as } of batch.items) if (as === 'new' && said.state === 'in_doubt') said.state = 'unsent';
  }

  answered(batch: Batch, answer: BatchAnswer): void {
    const name = `batch ${batch.no}`;
    if (batch.answer !== undefined) must(isDeepStrictEqual(answer, batch.answer), () => `${name} came again under its key and was answered ${JSON.stringify(answer)}, not ${JSON.stringify(batch.answer)}`);
    batch.answer = answer;
    must(answer.duplicates === answer.duplicate_of.length, () => `${name}: duplicates are counted and named`);
    must(answer.accepted + answer.duplicates + answer.rejected.length === batch.items.length, () => `${name}: every event is accounted for: ${JSON.stringify(answer)}`);
    let lastAccepted: Said | undefined;
    for (const [index, item] of batch.items.entries()) {
      const outcome = outcomeOf(answer, index);
      this.check(batch, item, outcome);
      if (outcome === 'accepted') lastAccepted = item.said;
      else if ('duplicateOf' in outcome) this.learn(item.said, outcome.duplicateOf);
    }
    if (lastAccepted !== undefined) this.learn(lastAccepted, answer.sequence);
  }

  private check(batch: Batch, { said, as, event }: Item, outcome: Outcome): void {
    const what = (): string => `batch ${batch.no}: ${as} ${JSON.stringify(event)} was answered ${JSON.stringify(outcome)}`;
    if (as === 'conflict') {
      must(outcome !== 'accepted' && 'rejected' in outcome && outcome.rejected === 'execution_conflict', what);
      return;
    }
    const isDuplicate = outcome !== 'accepted' && 'duplicateOf' in outcome;
    if (as === 'repeat') must(isDuplicate, what);
    else must(outcome === 'accepted' || (isDuplicate && batch.isInDoubt && batch.key === undefined), what);
    said.state = 'in';
  }

  /** An event keeps its sequence for ever, and no other has it. */
  private learn(said: Said, sequence: number): void {
    must(said.sequence === undefined || said.sequence === sequence, () => `${JSON.stringify(said.event)} had sequence ${said.sequence}, now ${sequence}`);
    const other = this.saidAt.get(sequence);
    must(other === undefined || other === said, () => `sequence ${sequence} was given to ${JSON.stringify(other?.event)} and to ${JSON.stringify(said.event)}`);
    said.sequence = sequence;
    this.saidAt.set(sequence, said);
  }
}

function outcomeOf(answer: BatchAnswer, index: number): Outcome {
  const rejected = answer.rejected.find((entry) => entry.index === index);
  if (rejected !== undefined) return { rejected: rejected.code };
  const duplicate = answer.duplicate_of.find((entry) => entry.index === index);
  return duplicate === undefined ? 'accepted' : { duplicateOf: duplicate.sequence };
}
