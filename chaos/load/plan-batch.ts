/**
 * What one client sends: orders and all that becomes of them, from a seed. It owns its orders and its symbols, so that its own
 * ledger is enough to say what each of them must look like.
 *
 * Among the ordinary events are fills before their order, corrections and busts before their fill, the same event again, other
 * content under a known id, and events that fit no schema. A batch is sent under an Idempotency-Key, or each of its events has an
 * id of its own, so that it may be sent again.
 */

import type { RandomStream } from '../../simulation/random/random-stream.ts';
import type { EventBody, LedgerBatch, LedgerEvent } from '../ledger/ledger.ts';

const EVENTS_PER_BATCH_MAX = 12;
const SYMBOLS = 2;
const VENUES = ['XNAS', 'ARCX', 'BATS', 'IEXG'];
const OPEN_ORDERS_MAX = 8;
/** Repeats go back so far among a client's own events. */
const REPEATS_FROM_MAX = 400;
/** An order that began so long ago and has so long to go, ms: it is behind its plan at once, and an alert fires. */
const LATE_PLAN_MS = 600_000;

type Fields = Readonly<Record<string, unknown>>;

interface OpenOrder {
  readonly orderId: string;
  readonly symbol: string;
  isAnnounced: boolean;
  /** Executed ever, whatever was busted: a replace asks for more. */
  executed: number;
  /** Executions that nothing has named yet. */
  readonly live: string[];
  readonly children: string[];
  /** Events that are to come in later batches: fills that were amended before they came. */
  readonly later: Fields[];
}

type Kind = 'order' | 'fill' | 'amend' | 'amend early' | 'route' | 'child end' | 'quote' | 'trade' | 'replace' | 'end' | 'repeat' | 'conflict' | 'malformed';

const WEIGHTS: Readonly<Record<Kind, number>> = {
  order: 6, fill: 40, amend: 8, 'amend early': 2, route: 6, 'child end': 3, quote: 12, trade: 4, replace: 2, end: 2, repeat: 6, conflict: 2, malformed: 2,
};
const KINDS = Object.keys(WEIGHTS) as Kind[];
const NATURALLY_KNOWN = new Set(['order', 'route', 'execution', 'execution_corrected', 'execution_canceled']);

export class BatchPlanner {
  private readonly prefix: string;
  private readonly random: RandomStream;
  private readonly open: OpenOrder[] = [];
  private readonly repeatable: LedgerEvent[] = [];
  private readonly quoted = new Set<string>();
  private batchCount = 0;
  private idCount = 0;
  private lastUs = 0;

  /** `prefix` makes every id of this client its own. */
  constructor(prefix: string, random: RandomStream) {
    this.prefix = prefix;
    this.random = random;
  }

  /** Orders that a session may be started for. */
  get orderIds(): readonly string[] {
    return this.open.map(({ orderId }) => orderId);
  }

  next(eventsMax = EVENTS_PER_BATCH_MAX): LedgerBatch {
    const isKeyed = this.random.chance(0.4);
    const key = isKeyed ? `${this.prefix}-batch-${++this.batchCount}` : undefined;
    const events: LedgerEvent[] = [];
    const count = this.random.integer(1, eventsMax);
    while (events.length < count) {
      const event = this.plan(KINDS[this.random.weighted(Object.values(WEIGHTS))]!, isKeyed);
      if (event !== undefined) events.push(event);
    }
    return { events, key, attempts: 0, answer: undefined };
  }

  private plan(kind: Kind, isKeyed: boolean): LedgerEvent | undefined {
    const accepted = (fields: Fields | undefined): LedgerEvent | undefined => (fields === undefined ? undefined : this.accepted(fields, isKeyed));
    const order = this.open.length === 0 ? undefined : this.random.pick(this.open);
    const late = order?.later.pop();
    if (order === undefined || kind === 'order') return accepted(this.announce());
    if (late !== undefined) return accepted(late);
    switch (kind) {
      case 'fill':
        return accepted(this.fill(order));
      case 'amend':
        return accepted(this.amend(order, order.live.splice(0, 1)[0]));
      case 'amend early':
        return accepted(this.amendEarly(order));
      case 'route':
        return accepted(this.route(order));
      case 'child end':
        return accepted(this.endChild(order));
      case 'quote':
        return accepted(this.quote(this.symbol()));
      case 'trade':
        return accepted({ type: 'trade', symbol: order.symbol, price: this.price(), quantity: this.random.integer(1, 500) });
      case 'replace':
        return order.isAnnounced ? accepted({ type: 'order_replaced', order_id: order.orderId, quantity: order.executed + 5_000 }) : undefined;
      case 'end':
        return accepted(this.end(order));
      case 'repeat':
        return this.repeat();
      case 'conflict':
        return this.conflict();
      case 'malformed':
        return { body: this.timed({ ...this.fill(order, false), quantity: -1 }), expected: 'event_malformed', sequence: Number.NaN };
    }
  }

  private accepted(fields: Fields, isKeyed: boolean): LedgerEvent {
    const needsId = !isKeyed && !NATURALLY_KNOWN.has(fields['type'] as string);
    const body = this.timed(needsId || this.random.chance(0.1) ? { ...fields, event_id: this.id('e') } : fields);
    const event: LedgerEvent = { body, expected: 'accepted', sequence: Number.NaN };
    if (NATURALLY_KNOWN.has(body.type) || 'event_id' in body) {
      this.repeatable.push(event);
      if (this.repeatable.length > REPEATS_FROM_MAX) this.repeatable.splice(this.random.integer(0, REPEATS_FROM_MAX - 1), 1);
    }
    return event;
  }

  private announce(): Fields | undefined {
    const waiting = this.open.find(({ isAnnounced }) => !isAnnounced);
    if (this.open.length >= OPEN_ORDERS_MAX && waiting === undefined) return undefined;
    if (waiting === undefined && this.random.chance(0.2)) {
      this.open.push(this.newOrder(false));
      return undefined;
    }
    const order = waiting ?? this.newOrder(true);
    if (!this.quoted.has(order.symbol)) {
      if (waiting === undefined) this.open.push({ ...order, isAnnounced: false });
      return this.quote(order.symbol);
    }
    if (waiting === undefined) this.open.push(order);
    order.isAnnounced = true;
    const base = { type: 'order', order_id: order.orderId, symbol: order.symbol, side: this.random.pick(['BUY', 'SELL', 'SELL_SHORT']), quantity: this.random.integer(200, 3_000) };
    if (!this.random.chance(0.3)) return base;
    const nowMs = Date.now();
    return { ...base, algorithm: 'TWAP', start_time: new Date(nowMs - LATE_PLAN_MS).toISOString(), end_time: new Date(nowMs + LATE_PLAN_MS).toISOString() };
  }

  private newOrder(isAnnounced: boolean): OpenOrder {
    return { orderId: this.id('o'), symbol: this.symbol(), isAnnounced, executed: 0, live: [], children: [], later: [] };
  }

  private fill(order: OpenOrder, isSent = true): Fields {
    const execId = this.id('x');
    const quantity = this.random.integer(1, 100);
    if (isSent) {
      order.live.push(execId);
      order.executed += quantity;
    }
    return {
      type: 'execution', order_id: order.orderId, exec_id: execId, venue: this.random.pick(VENUES), quantity, price: this.price(),
      ...(this.random.chance(0.5) ? { fee: this.random.integer(-64, 256) / 64 } : {}),
      ...(order.children.length > 0 && this.random.chance(0.5) ? { child_order_id: this.random.pick(order.children) } : {}),
      ...(this.random.chance(0.5) ? { liquidity: this.random.pick(['ADDED', 'REMOVED']) } : {}),
    };
  }

  /** A correction, which may be amended again, or a bust. */
  private amend(order: OpenOrder, refExecId: string | undefined): Fields | undefined {
    if (refExecId === undefined) return undefined;
    const names = { order_id: order.orderId, exec_id: this.id('x'), ref_exec_id: refExecId };
    if (this.random.chance(0.4)) return { type: 'execution_canceled', ...names };
    order.live.push(names.exec_id);
    const quantity = this.random.integer(1, 100);
    order.executed += quantity;
    return { type: 'execution_corrected', ...names, quantity, price: this.price() };
  }

  private amendEarly(order: OpenOrder): Fields | undefined {
    const fill = this.fill(order, false);
    order.executed += fill['quantity'] as number;
    order.later.push(fill);
    return this.amend(order, fill['exec_id'] as string);
  }

  private route(order: OpenOrder): Fields {
    const childOrderId = this.id('c');
    order.children.push(childOrderId);
    return { type: 'route', order_id: order.orderId, child_order_id: childOrderId, venue: this.random.pick(VENUES), quantity: this.random.integer(1, 200) };
  }

  private endChild(order: OpenOrder): Fields | undefined {
    const childOrderId = order.children.shift();
    if (childOrderId === undefined) return undefined;
    return { type: this.random.pick(['route_canceled', 'route_rejected', 'route_expired']), order_id: order.orderId, child_order_id: childOrderId };
  }

  private quote(symbol: string): Fields {
    const bid = this.price();
    // One in ten is crossed and moves nothing; never the first of a symbol.
    const isCrossed = this.quoted.has(symbol) && this.random.chance(0.1);
    const ask = bid + (isCrossed ? -1 : 1) * (this.random.integer(1, 8) / 64);
    this.quoted.add(symbol);
    return { type: 'quote', symbol, bid, ask };
  }

  /** An order that has ended is forgotten now or later: late fills still come. */
  private end(order: OpenOrder): Fields | undefined {
    if (!order.isAnnounced) return undefined;
    if (this.random.chance(0.7)) this.open.splice(this.open.indexOf(order), 1);
    return { type: this.random.pick(['order_canceled', 'order_expired']), order_id: order.orderId };
  }

  private repeat(): LedgerEvent | undefined {
    if (this.repeatable.length === 0) return undefined;
    const original = this.random.pick(this.repeatable);
    return { body: original.body, expected: 'duplicate', original, sequence: Number.NaN };
  }

  private conflict(): LedgerEvent | undefined {
    const executions = this.repeatable.filter(({ body }) => body.type === 'execution');
    if (executions.length === 0) return undefined;
    const { event_id: _, ...body } = this.random.pick(executions).body;
    return { body: { ...body, price: (body['price'] as number) + 1 } as EventBody, expected: 'execution_conflict', sequence: Number.NaN };
  }

  private symbol(): string {
    return `${this.prefix.toUpperCase()}.${this.random.integer(1, SYMBOLS)}`.slice(-32);
  }

  private price(): number {
    return this.random.integer(6_000, 6_800) / 64;
  }

  private id(kind: string): string {
    return `${this.prefix}-${kind}${++this.idCount}`;
  }

  /** Each event of a client is later than the one before it. */
  private timed(fields: Fields): EventBody {
    this.lastUs = Math.max(this.lastUs + 1, Date.now() * 1_000);
    const seconds = new Date(Math.floor(this.lastUs / 1_000)).toISOString().slice(0, -1);
    return { timestamp: `${seconds}${String(this.lastUs % 1_000).padStart(3, '0')}Z`, ...fields } as unknown as EventBody;
  }
}
