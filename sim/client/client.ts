/**
 * A client that behaves: it sends batches, several at a time, and each again until it is answered. What would count twice when
 * it comes again has an event_id, or its batch an Idempotency-Key. Now and then it sends what was acknowledged once more, and
 * something else under an id that is known.
 */

import type { InputEvent } from '../../engine/domain/events.ts';
import type { Batch, Item, Ledger, Said } from '../auditor/ledger.ts';
import { must } from '../auditor/violation.ts';
import type { Answered, BatchRequest } from '../service/answers.ts';
import type { Service } from '../service/service.ts';
import type { Random } from '../world/random.ts';
import type { VirtualTime } from '../world/virtual-time.ts';
import { Lives } from './lives.ts';

const NETWORK_US_MAX = 3_000;
const PAUSE_US_MAX = 120_000;
const TIMEOUT_US_MIN = 400_000;
const TIMEOUT_US_MAX = 1_500_000;
const OUTSTANDING_MAX = 6;
const BATCH_EVENTS_MAX = 8;
const LOST_ANSWERS = 0.05;
const ORDERS_MAX = 7;

/** 24 hours, less what the clock may step meanwhile. */
const REMEMBERED_US = 23 * 3_600_000_000;

const HAS_IDENTITY = ['order', 'route', 'execution', 'execution_corrected', 'execution_canceled'];

export interface ClientOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly steps: number;
  readonly wallUs: () => number;
  /** Undefined while nobody listens. */
  readonly service: () => Service | undefined;
  readonly trace: (line: string) => void;
}

export class Client {
  private readonly options: ClientOptions;
  private readonly lives: Lives;
  /** Made and not sent yet: some wait, so that others overtake them. */
  private readonly waiting: Said[] = [];
  private readonly sessions = new Map<string, string>();
  private readonly done: Batch[] = [];
  private stepsLeft: number;
  private batches = 0;
  private outstanding = 0;

  constructor(options: ClientOptions) {
    this.options = options;
    this.stepsLeft = options.steps;
    this.lives = new Lives(options.random, ORDERS_MAX);
    this.planStep();
  }

  /** True once everything was sent and acknowledged. */
  get isDone(): boolean {
    return this.stepsLeft === 0 && this.outstanding === 0 && this.waiting.length === 0;
  }

  private planStep(): void {
    const { time, random } = this.options;
    if (!this.isDone) time.after(random.whole(500, PAUSE_US_MAX), () => this.step());
  }

  private step(): void {
    const { random } = this.options;
    if (this.outstanding < OUTSTANDING_MAX && (this.stepsLeft > 0 || this.waiting.length > 0)) {
      if (this.stepsLeft > 0) this.stepsLeft--;
      const kind = random.whole(0, 99);
      const keyed = this.done.filter((batch) => batch.key !== undefined && this.isRemembered(batch));
      if (kind < 5 && keyed.length > 0) this.begin(random.pick(keyed));
      else if (kind < 10 && this.done.length > 0) this.startSession();
      else this.begin(this.newBatch());
    }
    this.planStep();
  }

  private newBatch(): Batch {
    const { random } = this.options;
    const key = random.chance(0.25) ? `K${this.batches}` : undefined;
    const items: Item[] = [];
    for (let i = this.stepsLeft > 0 ? random.whole(1, BATCH_EVENTS_MAX) : 0; i > 0; i--) this.waiting.push(this.make());
    const taken = this.stepsLeft > 0 ? random.whole(0, this.waiting.length) : this.waiting.length;
    for (let i = 0; i < taken; i++) {
      const [said] = this.waiting.splice(random.chance(0.7) ? 0 : random.whole(0, this.waiting.length - 1), 1);
      items.push({ said: said!, as: 'new', event: said!.event });
    }
    if (key === undefined) items.push(...this.again());
    return { no: ++this.batches, items, key, madeUs: this.options.wallUs(), isInDoubt: false, answer: undefined };
  }

  private make(): Said {
    const { random, ledger } = this.options;
    const madeUs = this.options.wallUs();
    const event = this.lives.next(madeUs);
    const hasId = HAS_IDENTITY.includes(event.type) ? random.chance(0.1) : true;
    return ledger.note(hasId ? { ...event, event_id: `V${ledger.said.length}` } : event, madeUs);
  }

  /** Of what was acknowledged: the same, or the same id with other content. */
  private again(): Item[] {
    const { random, ledger } = this.options;
    const known = ledger.said.filter((said) => said.state === 'in' && (HAS_IDENTITY.includes(said.event.type) || this.isRemembered(said)));
    if (known.length === 0 || random.chance(0.5)) return [];
    const said = random.pick(known);
    const fills = known.filter(({ event }) => event.type === 'execution' && event.event_id === undefined);
    if (fills.length === 0 || random.chance(0.6)) return [{ said, as: 'repeat', event: said.event }];
    const fill = random.pick(fills);
    return [{ said: fill, as: 'conflict', event: { ...fill.event, quantity: 777 } as InputEvent }];
  }

  /** An event_id and a key are remembered for a day; ids of orders, routes and executions for ever. */
  private isRemembered({ madeUs }: { readonly madeUs: number }): boolean {
    return this.options.wallUs() < madeUs + REMEMBERED_US;
  }

  private begin(batch: Batch): void {
    if (batch.items.length === 0) return;
    this.outstanding++;
    this.attempt(batch, 1);
  }

  private attempt(batch: Batch, tries: number): void {
    const { ledger, trace } = this.options;
    const request: BatchRequest = {
      events: batch.items.map(({ event }) => event),
      ...(batch.key === undefined ? {} : { idempotency: { key: batch.key, bodyHash: batch.no } }),
    };
    ledger.sent(batch);
    trace(`client: batch ${batch.no}, ${batch.items.length} events, attempt ${tries}`);
    this.call(
      (service) => service.post(request),
      (outcome) => {
        if (outcome.is === 'answered') {
          trace(`client: batch ${batch.no} is answered ${JSON.stringify(outcome.answer)}`);
          ledger.answered(batch, outcome.answer);
          if (!this.done.includes(batch)) this.done.push(batch);
          this.outstanding--;
          return;
        }
        trace(`client: batch ${batch.no} ${outcome.is}: ${outcome.why}`);
        if (outcome.is === 'refused') ledger.refused(batch);
        else batch.isInDoubt = true;
        this.options.time.after(this.options.random.whole(20_000, 300_000), () => this.attempt(batch, tries + 1));
      },
    );
  }

  private startSession(): void {
    const order_id = this.lives.someOrderId;
    this.outstanding++;
    const attempt = (): void =>
      this.call(
        (service) => service.startMonitoring({ order_id, alert_thresholds: { SLOW_EXECUTION: 0.9 } }),
        (outcome) => {
          if (outcome.is !== 'answered') {
            this.options.time.after(this.options.random.whole(20_000, 300_000), attempt);
            return;
          }
          const known = this.sessions.get(order_id);
          must(known === undefined || known === outcome.answer.sessionId, () => `the session of order ${order_id} is another one than before`);
          this.sessions.set(order_id, outcome.answer.sessionId);
          this.outstanding--;
        },
      );
    attempt();
  }

  /** One request over the network: it is refused at once where nobody listens, and given up when no answer comes. */
  private call<T>(ask: (service: Service) => Promise<Answered<T>>, onOutcome: (outcome: Answered<T>) => void): void {
    const { time, random } = this.options;
    let isOver = false;
    const settle = (outcome: Answered<T>): void => {
      if (isOver) return;
      isOver = true;
      onOutcome(outcome);
    };
    const timeoutUs = random.whole(TIMEOUT_US_MIN, TIMEOUT_US_MAX);
    time.after(timeoutUs, () => settle({ is: 'in_doubt', why: 'no answer' }));
    time.after(random.whole(50, NETWORK_US_MAX), () => {
      // Given up before it arrived: nothing is sent any more.
      if (isOver) return;
      const service = this.options.service();
      if (service === undefined) return settle({ is: 'refused', why: 'connection refused' });
      const isLost = random.chance(LOST_ANSWERS);
      const backUs = random.whole(50, NETWORK_US_MAX);
      ask(service).then(
        (outcome) => {
          if (!isLost) time.after(backUs, () => settle(outcome));
        },
        (error: unknown) => time.fail(error),
      );
    });
  }
}
