/**
 * What one client sent and what it was told: event by event, batch by batch. The checker believes nothing else.
 *
 * A batch is `acknowledged` when it was answered; until then it stands in `open`, in the order in which it must be sent. Nothing
 * here comes from the service's own code, and nothing is asked of the service: see check/.
 */

/** An event as it goes over the wire. */
export type EventBody = Readonly<Record<string, unknown>> & { readonly type: string; readonly timestamp: string };

export interface LedgerEvent {
  readonly body: EventBody;
  /** What a service that has seen all that came before must say: accepted, duplicate, or the code of a refusal. */
  readonly expected: string;
  /** Of a duplicate: the event that it repeats. */
  readonly original?: LedgerEvent;
  /** As far as the service has told it; NaN before. */
  sequence: number;
}

/** The answer of either door. */
export interface BatchAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly duplicate_of: readonly { readonly index: number; readonly sequence: number }[];
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly detail: string }[];
  readonly sequence: number;
}

export interface LedgerBatch {
  readonly events: readonly LedgerEvent[];
  /** Idempotency-Key; a batch without one names every event by some id. */
  readonly key: string | undefined;
  /** How often it was sent. */
  attempts: number;
  answer: BatchAnswer | undefined;
}

export class LaneLedger {
  readonly lane: string;
  readonly acknowledged: LedgerBatch[] = [];
  /** Planned, and sent or not, but not answered. */
  readonly open: LedgerBatch[] = [];
  /** Of the acknowledged batches. */
  eventCount = 0;
  private lastSequence = 0;
  private readonly onFault: (fault: string) => void;

  constructor(lane: string, onFault: (fault: string) => void) {
    this.lane = lane;
    this.onFault = onFault;
  }

  /** Events of the acknowledged batches, and of the first `openCount` of the open ones. */
  *events(openCount: number): Iterable<LedgerEvent> {
    for (const batch of this.acknowledged) yield* batch.events;
    for (const batch of this.open.slice(0, openCount)) yield* batch.events;
  }

  /** The first of the open batches was answered. */
  acknowledge(batch: LedgerBatch, answer: BatchAnswer): void {
    if (this.open[0] !== batch) this.fault(batch, 'answered before the batch that was sent before it', answer);
    this.open.splice(this.open.indexOf(batch), 1);
    const isNew = this.fits(batch, answer, 'as planned');
    const wasTaken = batch.attempts > 1 && batch.key === undefined && this.fits(batch, answer, 'all duplicates');
    if (!isNew && !wasTaken) this.fault(batch, 'is answered neither as new nor as taken before', answer);
    if (isNew) this.learnNew(batch, answer);
    this.learnDuplicates(batch, answer);
    batch.answer = answer;
    this.acknowledged.push(batch);
    this.eventCount += batch.events.length;
  }

  /** The disk is set back to before the last acknowledged batch: as if it had been sent and never answered. */
  reopenLast(): void {
    const batch = this.acknowledged.pop()!;
    for (const event of batch.events) event.sequence = Number.NaN;
    batch.answer = undefined;
    this.eventCount -= batch.events.length;
    this.open.unshift(batch);
    this.lastSequence = Math.max(0, ...this.acknowledged.map(({ answer }) => answer!.sequence));
  }

  /** An acknowledged batch was sent again and answered again: nothing of it may count. */
  acknowledgeAgain(batch: LedgerBatch, answer: BatchAnswer): void {
    // Of a batch of which nothing was accepted no answer is kept: it is judged again, with the same outcome.
    if (batch.key !== undefined && batch.answer!.accepted > 0) {
      if (JSON.stringify(strip(answer)) !== JSON.stringify(strip(batch.answer!))) this.fault(batch, `gets another answer under its key than ${JSON.stringify(strip(batch.answer!))}`, answer);
      return;
    }
    if (!this.fits(batch, answer, 'all duplicates')) this.fault(batch, 'sent again is not all duplicates', answer);
    this.learnDuplicates(batch, answer);
  }

  private fits(batch: LedgerBatch, answer: BatchAnswer, how: 'as planned' | 'all duplicates'): boolean {
    const told = batch.events.map(() => 'accepted');
    for (const { index } of answer.duplicate_of) told[index] = 'duplicate';
    for (const { index, code } of answer.rejected) told[index] = code;
    const counted = answer.accepted === told.filter((word) => word === 'accepted').length && answer.duplicates === answer.duplicate_of.length;
    return counted && batch.events.every(({ expected }, i) => told[i] === (how === 'all duplicates' && expected === 'accepted' ? 'duplicate' : expected));
  }

  private learnNew(batch: LedgerBatch, answer: BatchAnswer): void {
    const last = batch.events.findLast(({ expected }) => expected === 'accepted');
    if (last === undefined) return;
    this.learn(batch, last, answer.sequence, answer);
    if (answer.sequence <= this.lastSequence) this.fault(batch, `has sequence ${answer.sequence}, not above ${this.lastSequence} of the batch before it`, answer);
    this.lastSequence = answer.sequence;
  }

  private learnDuplicates(batch: LedgerBatch, answer: BatchAnswer): void {
    for (const { index, sequence } of answer.duplicate_of) {
      const event = batch.events[index];
      if (event === undefined) this.fault(batch, `has no event ${index}`, answer);
      else this.learn(batch, event.original ?? event, sequence, answer);
    }
  }

  private learn(batch: LedgerBatch, event: LedgerEvent, sequence: number, answer: BatchAnswer): void {
    if (Number.isNaN(event.sequence)) event.sequence = sequence;
    if (event.sequence !== sequence) this.fault(batch, `the original of ${JSON.stringify(event.body)} had sequence ${event.sequence}`, answer);
  }

  private fault(batch: LedgerBatch, what: string, answer: BatchAnswer): void {
    const sent = batch.events.map(({ body, expected }) => `${expected} ${JSON.stringify(body)}`).join('; ');
    this.onFault(`${this.lane}: a batch (key ${batch.key ?? 'none'}, sent ${batch.attempts} times) ${what}; answer ${JSON.stringify(strip(answer))}; sent: ${sent}`.slice(0, 2_000));
  }
}

/** The fields that both doors share. */
function strip({ accepted, duplicates, duplicate_of, rejected, sequence }: BatchAnswer): BatchAnswer {
  return { accepted, duplicates, duplicate_of, rejected, sequence };
}
