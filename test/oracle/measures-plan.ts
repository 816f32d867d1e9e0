/**
 * Expected progress on the tradable clock, as metrics.md has it and as plainly as it can be written: TWAP, VWAP with a volume
 * curve, IS, CLOSE, CUSTOM and POV, and what a replace makes of them. It knows the stops up to now; what comes counts as open.
 *
 * Where the definition leaves room it reads as order-oracle-plan.ts does. A session opens with an OPEN that no OPEN or HALTED
 * has gone before since the last CLOSED, auctions aside.
 */
import { type LiveFill, microseconds, type Placed, type Trade } from './order-oracle-events.ts';

export interface Instrument {
  readonly adv?: number;
  readonly daily_volatility?: number;
  readonly shares_outstanding?: number;
  readonly beta?: number;
  readonly index_symbol?: string;
  readonly volume_curve?: readonly number[];
  readonly trading_day_minutes?: number;
}

export interface Model {
  readonly permanent: number;
  readonly temporary: number;
  readonly cost: number;
  readonly risk: number;
}

/** Almgren, Thum, Hauptmann and Li (2005) as ratios; NaN where a term is missing. */
export function model({ adv = NaN, daily_volatility: sigma = NaN, shares_outstanding: shares }: Instrument, x: number, days: number): Model {
  if (!(days > 0)) return { permanent: NaN, temporary: NaN, cost: NaN, risk: NaN };
  const permanent = 0.314 * sigma * (x / adv) * (shares === undefined ? 1 : (shares / adv) ** (1 / 4));
  const temporary = 0.142 * sigma * Math.abs(x / (adv * days)) ** (3 / 5);
  return { permanent, temporary, cost: permanent / 2 + temporary, risk: Number.isNaN(adv) ? NaN : sigma * Math.sqrt(days / 3) };
}

/** The statuses of one symbol by event time, and what of time could be traded in. */
export class Sessions {
  private readonly changes: { readonly us: number; readonly status: string }[];

  constructor(events: readonly Placed[], symbol: string) {
    this.changes = events
      .filter(({ event }) => event.type === 'market_status' && event['symbol'] === symbol)
      .sort((a, b) => a.us - b.us || a.at - b.at)
      .map(({ us, event }) => ({ us, status: event['status'] as string }));
  }

  /** Stops count up to `knownUs`; what comes behind it is not known then. */
  tradable(fromUs: number, toUs: number, knownUs: number): number {
    if (Number.isNaN(toUs) || Number.isNaN(fromUs)) return NaN;
    if (toUs <= fromUs) return 0;
    let stopped = 0;
    this.changes.forEach(({ us, status }, i) => {
      if (status !== 'HALTED' && status !== 'CLOSED') return;
      const until = Math.min(this.changes[i + 1]?.us ?? knownUs, knownUs);
      stopped += Math.max(0, Math.min(until, toUs) - Math.max(us, fromUs));
    });
    return toUs - fromUs - stopped;
  }

  openedUs(us: number): number {
    const openings = this.changes.filter(({ status }, i) => {
      const before = this.changes.slice(0, i).findLast((change) => change.status !== 'AUCTION')?.status;
      return status === 'OPEN' && (before === undefined || before === 'CLOSED');
    });
    return openings.findLast((opening) => opening.us <= us)?.us ?? openings[0]?.us ?? NaN;
  }

  closedUs(us: number): number {
    return this.changes.find((change) => change.us > us && change.status === 'CLOSED')?.us ?? Infinity;
  }
}

interface Terms {
  algorithm: string;
  endUs: number;
  rate: number;
  knots: readonly { readonly us: number; readonly fraction: number }[];
}

export interface PlanInputs {
  readonly order: Placed;
  readonly replaces: readonly Placed[];
  readonly fills: readonly LiveFill[];
  readonly trades: readonly Trade[];
  readonly sessions: Sessions;
  readonly instrument: Instrument;
  readonly dayUs: number;
  readonly arrivalPrice: number;
}

export interface MeasuresPlan {
  readonly startUs: number;
  readonly endUs: number;
  readonly rate: number;
  expectedAt(us: number): number;
}

export function measuresPlan(inputs: PlanInputs): MeasuresPlan {
  const { order, replaces, fills } = inputs;
  const startUs = microseconds((order.event['start_time'] ?? order.event.timestamp) as string);
  let terms = changed({ algorithm: 'NONE', endUs: NaN, rate: NaN, knots: [] }, order);
  let quantity = order.event['quantity'] as number;
  let h = shareOf(inputs, terms, startUs, quantity);
  let expectedAt = (us: number): number => (terms.algorithm === 'POV' ? povAt(inputs, terms.rate, quantity, 0, startUs, true, us) : h(us, us));
  for (const replace of replaces) {
    const reached = expectedAt(replace.us);
    const before = quantity;
    if (replace.event['quantity'] !== undefined) {
      const filled = fills.filter((fill) => fill.us <= replace.us).reduce((sum, fill) => sum + fill.quantity, 0);
      quantity = Math.max(replace.event['quantity'] as number, filled);
    }
    const base = Number.isNaN(reached) ? 0 : Math.min(1, (reached * before) / quantity);
    const fromUs = Math.max(startUs, replace.us);
    const countsFrom = replace.us < startUs;
    const [now, wanted] = [(terms = changed(terms, replace)), quantity];
    const plan = (h = shareOf(inputs, now, startUs, wanted));
    expectedAt = (us) => {
      if (now.algorithm === 'POV') return us < fromUs ? base : povAt(inputs, now.rate, wanted, base, fromUs, countsFrom, us);
      const [then, begun] = [plan(us, us), plan(fromUs, us)];
      if (Number.isNaN(then) || Number.isNaN(begun)) return NaN;
      return begun >= 1 ? Math.max(base, then) : base + (1 - base) * Math.max(0, (then - begun) / (1 - begun));
    };
  }
  return { startUs, endUs: terms.endUs, rate: terms.rate, expectedAt };
}

function changed(terms: Terms, { event }: Placed): Terms {
  const schedule = event['schedule'] as { time: string; fraction: number }[] | undefined;
  const knots = schedule?.map(({ time, fraction }) => ({ us: microseconds(time), fraction })) ?? terms.knots;
  const endUs = event['end_time'] !== undefined ? microseconds(event['end_time'] as string) : schedule === undefined ? terms.endUs : knots.at(-1)!.us;
  return {
    algorithm: (event['algorithm'] as string | undefined) ?? terms.algorithm,
    endUs,
    rate: (event['participation_rate'] as number | undefined) ?? terms.rate,
    knots,
  };
}

function povAt({ trades }: PlanInputs, rate: number, quantity: number, base: number, fromUs: number, isFromIncluded: boolean, us: number): number {
  if (us < fromUs) return base;
  if (!trades.some((trade) => trade.us <= us)) return NaN;
  const volume = trades.filter((trade) => (isFromIncluded ? trade.us >= fromUs : trade.us > fromUs) && trade.us <= us).reduce((sum, trade) => sum + trade.quantity, 0);
  return Math.min(1, base + (rate * volume) / quantity);
}

/** The plan from start to end as if there had been no replace. */
function shareOf(inputs: PlanInputs, terms: Terms, startUs: number, quantity: number): (us: number, knownUs: number) => number {
  const { sessions, instrument, dayUs } = inputs;
  const { algorithm, endUs, knots } = terms;
  const elapsed = (us: number, knownUs: number): number => sessions.tradable(startUs, us, knownUs);
  const linear = (us: number, knownUs: number): number => {
    if (Number.isNaN(endUs)) return NaN;
    if (us >= endUs) return 1;
    return us <= startUs || elapsed(endUs, knownUs) === 0 ? 0 : elapsed(us, knownUs) / elapsed(endUs, knownUs);
  };
  const clipped = (us: number, share: number): number => (us >= endUs ? 1 : us <= startUs ? 0 : Math.min(1, Math.max(0, share)));
  switch (algorithm) {
    case 'CUSTOM':
      return (us) => knotShare(knots, us);
    case 'CLOSE':
      return (us) => (us >= sessions.closedUs(startUs) || us >= endUs ? 1 : 0);
    case 'VWAP': {
      const { volume_curve: curve } = instrument;
      const openUs = sessions.openedUs(startUs);
      const u = (us: number, knownUs: number): number => (curve === undefined ? NaN : onCurve(curve, sessions.tradable(openUs, us, knownUs) / dayUs));
      return (us, knownUs) => {
        const [atStart, atEnd] = [u(startUs, knownUs), u(endUs, knownUs)];
        return atEnd > atStart ? clipped(us, (u(us, knownUs) - atStart) / (atEnd - atStart)) : linear(us, knownUs);
      };
    }
    case 'IS': {
      const lambda = (inputs.order.event['risk_aversion'] as number | undefined) ?? NaN;
      const sigma = (instrument.daily_volatility ?? NaN) * inputs.arrivalPrice;
      // sinh(a) / sinh(b) where both would overflow.
      const ratio = (a: number, b: number): number => (b < 300 ? Math.sinh(a) / Math.sinh(b) : Math.exp(a - b) * (1 - Math.exp(-2 * a)));
      return (us, knownUs) => {
        const horizon = elapsed(endUs, knownUs) / dayUs;
        const eta = (model(instrument, quantity, horizon).temporary * inputs.arrivalPrice) / (quantity / horizon);
        const k = Math.sqrt((lambda * sigma * sigma) / eta);
        if (Number.isNaN(k) || k * horizon < 1e-7) return linear(us, knownUs);
        return clipped(us, 1 - ratio(k * (horizon - elapsed(us, knownUs) / dayUs), k * horizon));
      };
    }
    default:
      return linear;
  }
}

function knotShare(knots: Terms['knots'], us: number): number {
  if (knots.length === 0) return NaN;
  if (us <= knots[0]!.us) return 0;
  for (let i = 1; i < knots.length; i++) {
    const [a, b] = [knots[i - 1]!, knots[i]!];
    if (us <= b.us) return a.fraction + ((b.fraction - a.fraction) * (us - a.us)) / (b.us - a.us);
  }
  return 1;
}

/** Cumulative curve at equal steps of the day. */
function onCurve(curve: readonly number[], dayShare: number): number {
  if (Number.isNaN(dayShare)) return NaN;
  const steps = curve.length - 1;
  for (let i = 0; i < steps; i++) {
    if (dayShare * steps <= i + 1) return curve[i]! + (curve[i + 1]! - curve[i]!) * Math.max(0, dayShare * steps - i);
  }
  return curve[steps]!;
}
