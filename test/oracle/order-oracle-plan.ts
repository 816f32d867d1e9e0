/**
 * Expected progress in the order oracle: the plan's segments, one from the start and one from each replace, straight from
 * the definition f = f_r + (1 - f_r) g, f_r = min(1, f(r) S_old / S_new), g the new plan from r to its end.
 *
 * Where the definition leaves room: a segment's volume (POV) is that behind r, so that what traded at r is counted once,
 * and g of POV is the volume against what is still expected then; before r a segment stands at f_r, before the start at 0, known trades or not; a plan that was
 * undefined at r had expected nothing.
 */
import { type LiveFill, microseconds, type OracleEvent, type Placed, type Trade } from './order-oracle-events.ts';

interface Terms {
  readonly algorithm: string;
  readonly startUs: number;
  readonly endUs: number | undefined;
  readonly rate: number | undefined;
  readonly knots: readonly { readonly us: number; readonly fraction: number }[] | undefined;
}

interface Segment {
  readonly terms: Terms;
  readonly fromUs: number;
  readonly isFirst: boolean;
  readonly base: number;
  readonly quantity: number;
}

export interface PlanInputs {
  readonly order: Placed;
  /** Replaces that fit, in the order in which they came. */
  readonly replaces: readonly Placed[];
  readonly fills: readonly LiveFill[];
  readonly trades: readonly Trade[];
}

export interface Planned {
  /** The order's quantity now. */
  readonly quantity: number;
  /** f just after each replace. */
  readonly bases: readonly number[];
  /** f at a moment; null where it is undefined. */
  expectedAt(us: number): number | null;
}

export function plan({ order, replaces, fills, trades }: PlanInputs): Planned {
  const startUs = order.event['start_time'] === undefined ? order.us : microseconds(order.event['start_time'] as string);
  let terms = changed({ algorithm: 'NONE', startUs, endUs: undefined, rate: undefined, knots: undefined }, order.event);
  let requested = order.event['quantity'] as number;
  let quantity = requested;
  let raisedAtUs: number | undefined;
  const bases: number[] = [];
  let segment: Segment = { terms, fromUs: startUs, isFirst: true, base: 0, quantity };
  for (const { us, event } of replaces) {
    const expected = valueAt(segment, us, trades);
    const quantityBefore = quantity;
    if (event['quantity'] !== undefined) {
      requested = event['quantity'] as number;
      raisedAtUs = us;
    }
    const filledThen = raisedAtUs === undefined ? 0 : sum(fills.filter((fill) => fill.us <= raisedAtUs!).map((fill) => fill.quantity));
    quantity = Math.max(requested, filledThen);
    terms = changed(terms, event);
    const base = expected === null ? 0 : Math.min(1, (expected * quantityBefore) / quantity);
    bases.push(base);
    // A replace before the start has no volume in its base: what trades at the start counts.
    segment = { terms, fromUs: Math.max(startUs, us), isFirst: us < startUs, base, quantity };
  }
  return { quantity, bases, expectedAt: (us) => valueAt(segment, us, trades) };
}

function changed(terms: Terms, event: OracleEvent): Terms {
  const schedule = event['schedule'] as { time: string; fraction: number }[] | undefined;
  const knots = schedule?.map(({ time, fraction }) => ({ us: microseconds(time), fraction })) ?? terms.knots;
  const given = event['end_time'] === undefined ? undefined : microseconds(event['end_time'] as string);
  return {
    algorithm: (event['algorithm'] as string | undefined) ?? terms.algorithm,
    startUs: terms.startUs,
    endUs: given ?? (schedule === undefined ? terms.endUs : knots!.at(-1)!.us),
    rate: (event['participation_rate'] as number | undefined) ?? terms.rate,
    knots,
  };
}

function valueAt(segment: Segment, us: number, trades: readonly Trade[]): number | null {
  const { terms, base, fromUs, quantity } = segment;
  if (terms.algorithm === 'POV') {
    if (us < fromUs) return base;
    if (!trades.some((trade) => trade.us <= us) || terms.rate === undefined) return null;
    const volume = sum(
      trades.filter((trade) => (segment.isFirst ? trade.us >= fromUs : trade.us > fromUs) && trade.us <= us).map((trade) => trade.quantity),
    );
    return Math.min(1, base + (terms.rate * volume) / quantity);
  }
  const whole = share(terms, us);
  const begun = share(terms, fromUs);
  if (whole === null || begun === null) return null;
  if (begun >= 1) return Math.max(base, whole);
  return base + (1 - base) * Math.max(0, (whole - begun) / (1 - begun));
}

/** The plan from start to end as if there had been no replace. */
function share({ algorithm, startUs, endUs, knots }: Terms, us: number): number | null {
  if (algorithm === 'CUSTOM') {
    if (knots === undefined) return null;
    if (us <= knots[0]!.us) return 0;
    for (let i = 1; i < knots.length; i++) {
      const [a, b] = [knots[i - 1]!, knots[i]!];
      if (us <= b.us) return a.fraction + ((b.fraction - a.fraction) * (us - a.us)) / (b.us - a.us);
    }
    return 1;
  }
  if (algorithm === 'IS' || algorithm === 'CLOSE' || endUs === undefined) return null;
  return Math.min(1, Math.max(0, (us - startUs) / (endUs - startUs)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
