/**
 * The cost measures of an order worked out a second time from the list of everything that came, as metrics.md defines them:
 * shortfall, spread, markouts, impact, attribution, the further benchmarks, the pre-trade model and expected progress.
 *
 * It shares no code with engine/, gateway/ or storage/. Each answer scans the whole list. The result has the shape of the
 * engine's answer, as far as it is recomputed; undefined is NaN here.
 *
 * Where the definition leaves room: a market timestamp is that of a valid quote or an eligible trade; index levels are mids
 * of valid quotes and prices of eligible prints; slices are ten equal parts of [start, min(now, end)], and one
 * without market trades is joined to the one before it, the first ones to the first with some.
 */
import { attributionOf, type Facts, type Met, sum } from './measures-attribution.ts';
import { type LiveFill, liveFillsOf, microseconds, type OracleEvent, type Placed, placed, type Quote, quotesOf, tradesOf } from './order-oracle-events.ts';
import { type Instrument, measuresPlan, model, Sessions } from './measures-plan.ts';
import { life, type OracleAnswer, orderOracleOf } from './order-oracle.ts';

const BPS = 10_000;
const SECOND_US = 1_000_000;
const HORIZONS = { '1s': 1, '15s': 15, '1m': 60, '5m': 300, '30m': 1_800 };
const OPENING = ['OPENING_AUCTION', 'OPEN', 'O'];
const CLOSING = ['CLOSING_AUCTION', 'CLOSE', '6'];

export function measuresOracle(events: readonly OracleEvent[], orderId: string, nowUs: number) {
  return measuresOracleOf(placed(events), orderId, nowUs);
}

/** The same of events in their places, for who asks about many orders of one list. */
export function measuresOracleOf(all: readonly Placed[], orderId: string, nowUs: number, base: OracleAnswer = orderOracleOf(all, orderId, nowUs)) {
  const order = all.find(({ event }) => event.type === 'order' && event['order_id'] === orderId)!;
  const symbol = order.event['symbol'] as string;
  const own = all.filter(({ event }) => event['order_id'] === orderId && event.type !== 'order');
  const [quotes, trades] = [quotesOf(all, symbol), tradesOf(all, symbol)];
  const instrument: Instrument = Object.assign({}, ...all.filter(({ event }) => event.type === 'instrument' && event['symbol'] === symbol).map(({ event }) => event));
  const newestUs = Math.max(quotes.at(-1)?.us ?? -Infinity, trades.at(-1)?.us ?? -Infinity);
  const midAt = (us: number): number => quotes.findLast((quote) => quote.us <= us)?.mid ?? NaN;
  const pa = base.arrivalPrice ?? NaN;
  const decided = (order.event['decision_price'] as number | undefined) ?? (order.event['decision_time'] === undefined ? NaN : midAt(microseconds(order.event['decision_time'] as string)));
  const sessions = new Sessions(all, symbol);
  const dayUs = (instrument.trading_day_minutes ?? 390) * 60 * SECOND_US;
  const fills = liveFillsOf(own).map((fill) => met(fill, quotes));
  const plan = measuresPlan({ order, replaces: life(own).replaces, fills, trades, sessions, instrument, dayUs, arrivalPrice: pa });
  const endUs = base.endUs ?? NaN;
  const f: Facts = {
    s: order.event['side'] === 'BUY' ? 1 : -1,
    pa,
    pd: Number.isNaN(decided) ? pa : decided,
    base,
    order,
    fills,
    trades,
    startUs: plan.startUs,
    untilUs: Math.min(nowUs, base.endUs ?? nowUs),
    endUs,
    s0: order.event['quantity'] as number,
    midAt,
    finalMid: (us) => (us <= nowUs && us <= newestUs ? midAt(us) : NaN),
  };
  const expected = plan.expectedAt(f.untilUs);
  const { beta, index_symbol: indexSymbol } = instrument;
  const levels = beta === undefined || indexSymbol === undefined ? undefined : levelsOf(all, indexSymbol);
  const elapsedDays = sessions.tradable(f.startUs, f.untilUs, f.untilUs) / dayUs;
  const isRateKnown = Number.isNaN(plan.endUs) && plan.rate > 0 && instrument.adv !== undefined;
  const plannedDays = isRateKnown ? base.quantity / (plan.rate * instrument.adv!) : sessions.tradable(f.startUs, Number.isNaN(plan.endUs) ? f.untilUs : plan.endUs, f.untilUs) / dayUs;
  const whole = model(instrument, base.quantity, plannedDays);
  const lastQuote = quotes.findLast((quote) => quote.us <= f.untilUs);
  const done = model(instrument, base.filled, elapsedDays);
  const risk = Math.max(done.risk, lastQuote === undefined ? 0 : (lastQuote.ask - lastQuote.bid) / lastQuote.mid / 2);
  const z = (cost(f, base.averagePrice ?? NaN, pa) / BPS - done.cost) / risk;
  const isModel = base.filled > 0 && !Number.isNaN(z);
  const shortfall = shortfallOf(f);
  return {
    execution_summary: { expected_progress: expected },
    cost_analysis: {
      decision_price: decided,
      implementation_shortfall: shortfall,
      spread: spreadOf(f),
      market_impact: impactOf(f, levels === undefined ? 0 : beta! * (levels(f.untilUs) / levels(order.us) - 1)),
      pre_trade: {
        permanent_bps: whole.permanent * BPS,
        temporary_bps: whole.temporary * BPS,
        expected_cost_bps: whole.cost * BPS,
        timing_risk_bps: whole.risk * BPS,
        z: isModel ? z : NaN,
        turnover_unknown: Number.isNaN(whole.cost) ? null : instrument.shares_outstanding === undefined,
      },
      cost_efficiency: isModel ? phi(-z) : (base.rpm ?? NaN),
      cost_efficiency_method: isModel ? 'model' : base.rpm === null ? null : 'rpm',
    },
    performance_attribution: attributionOf(f, shortfall.total, shortfall.cfa, all),
    benchmark_comparison: {
      DECISION: against(f, decided),
      PWP_10: pwp(f, base.filled / 0.1),
      PWP_20: pwp(f, base.filled / 0.2),
      PWP_30: pwp(f, base.filled / 0.3),
      ...auctionsOf(f, all, symbol),
      INDEX_ADJUSTED: {
        price: pa,
        cost_bps: levels === undefined ? NaN : cost(f, base.averagePrice ?? NaN, pa) - ((beta! * f.s * sum(f.fills, (fill) => fill.quantity * (levels(fill.us) / levels(f.startUs) - 1))) / base.filled) * BPS,
      },
    },
  };
}

function met(fill: LiveFill, quotes: readonly Quote[]): Met {
  const { bid, ask, mid } = quotes.findLast((quote) => quote.us < fill.us || (quote.us === fill.us && quote.at < fill.at)) ?? { bid: NaN, ask: NaN, mid: NaN };
  return { ...fill, bid, ask, mid };
}

function shortfallOf({ s, pa, pd, base, s0, fills, midAt, endUs }: Facts) {
  const q = base.filled;
  const pn = midAt(Number.isNaN(endUs) ? Infinity : endUs);
  const missed = (reference: number): number => (s0 === q ? 0 : s * (s0 - q) * (pn - reference));
  const fees = sum(fills, (fill) => fill.fee);
  const total = s * sum(fills, (fill) => fill.quantity * (fill.price - pd)) + (Number.isNaN(pd) ? NaN : missed(pd)) + fees;
  const trading = Number.isNaN(pa) ? NaN : s * sum(fills, (fill) => fill.quantity * (fill.price - pa));
  return {
    total,
    total_bps: (total / (s0 * pd)) * BPS,
    cfa: { delay: s * q * (pa - pd), trading, opportunity: s0 !== q || !Number.isNaN(pd) ? missed(pd) : 0, fees },
    wagner: { delay: s * s0 * (pa - pd), trading, opportunity: missed(pa), fees },
  };
}

function spreadOf({ s, pa, fills, finalMid }: Facts) {
  return {
    effective_arrival_bps: mean(fills, ({ price }) => (2 * s * (price - pa) * BPS) / pa),
    effective_fill_bps: mean(fills, ({ price, mid }) => (2 * s * (price - mid) * BPS) / mid),
    realized_bps: byHorizon((us) => mean(fills, (fill) => (2 * s * (fill.price - finalMid(fill.us + us)) * BPS) / finalMid(fill.us + us))),
    price_improvement_bps: mean(fills, ({ price, bid, ask, mid }) => (s * ((s > 0 ? ask : bid) - price) * BPS) / mid),
    spread_capture: mean(fills, ({ price, bid, ask, mid }) => (bid === ask ? NaN : (s * (mid - price)) / ((ask - bid) / 2))),
  };
}

function impactOf(f: Facts, indexMove: number) {
  const { s, pa, base, fills, endUs, midAt, finalMid } = f;
  const hasEnded = !Number.isNaN(endUs);
  const realized = hasEnded ? cost(f, base.averagePrice ?? NaN, pa) : NaN;
  const permanent = hasEnded ? cost(f, finalMid(endUs + HORIZONS['30m'] * SECOND_US), pa) : NaN;
  return {
    in_flight_bps: cost(f, midAt(hasEnded ? endUs : Infinity), pa) - s * indexMove * BPS,
    permanent_bps: permanent,
    realized_bps: realized,
    temporary_bps: realized - permanent / 2,
    reversion_bps: byHorizon((us) => -cost(f, finalMid(endUs + us), midAt(endUs))),
    markout_bps: byHorizon((us) => mean(fills, (fill) => (s * (finalMid(fill.us + us) - fill.price) * BPS) / fill.price)),
  };
}

function pwp(f: Facts, wanted: number) {
  let [left, money] = [wanted, 0];
  for (const trade of f.trades.filter(({ us }) => us >= f.startUs)) {
    money += Math.min(left, trade.quantity) * trade.price;
    left -= Math.min(left, trade.quantity);
  }
  return { ...against(f, left > 0 ? NaN : money / wanted), coverage: 1 - left / wanted };
}

function auctionsOf(f: Facts, all: readonly Placed[], symbol: string) {
  const prints = (words: readonly string[]) =>
    all
      .filter(({ event }) => event.type === 'trade' && event['symbol'] === symbol && ((event['conditions'] as string[] | undefined) ?? []).some((word) => words.includes(word)))
      .sort((a, b) => a.us - b.us || a.at - b.at)
      .map(({ us, event }) => ({ us, price: event['price'] as number }));
  const previous = prints(CLOSING).findLast((print) => print.us < f.startUs);
  const close = prints(CLOSING).find((print) => print.us >= f.startUs);
  const open = prints(OPENING).find((print) => print.us > (previous?.us ?? -Infinity) && print.us <= (close?.us ?? Infinity));
  return { OPEN: against(f, open?.price ?? NaN), CLOSE: against(f, close?.price ?? NaN), PREVIOUS_CLOSE: against(f, previous?.price ?? NaN) };
}

function levelsOf(all: readonly Placed[], symbol: string): (us: number) => number {
  const prints = all.filter(({ event }) => event.type === 'trade' && event['symbol'] === symbol && event['vwap_eligible'] !== false);
  const levels = [...quotesOf(all, symbol).map(({ at, us, mid }) => ({ at, us, level: mid })), ...prints.map(({ at, us, event }) => ({ at, us, level: event['price'] as number }))];
  levels.sort((a, b) => a.us - b.us || a.at - b.at);
  return (us) => levels.findLast((level) => level.us <= us)?.level ?? NaN;
}

function against(f: Facts, price: number) {
  return { price, cost_bps: cost(f, f.base.averagePrice ?? NaN, price) };
}

function cost({ s }: Facts, price: number, reference: number): number {
  return (s * (price - reference) * BPS) / reference;
}

function byHorizon(measure: (us: number) => number): Record<string, number> {
  return Object.fromEntries(Object.entries(HORIZONS).map(([key, seconds]) => [key, measure(seconds * SECOND_US)]));
}

function mean(fills: readonly Met[], measure: (fill: Met) => number): number {
  const defined = fills.filter((fill) => Number.isFinite(measure(fill)));
  return sum(defined, (fill) => fill.quantity * measure(fill)) / sum(defined, (fill) => fill.quantity);
}

/** The normal distribution by Simpson's rule. */
function phi(x: number): number {
  const steps = 4_000;
  const far = Math.max(-9, Math.min(9, x));
  const density = (i: number): number => Math.exp(-(((far * i) / steps) ** 2) / 2) / Math.sqrt(2 * Math.PI);
  const inner = Array.from({ length: steps - 1 }, (_, i) => density(i + 1) * (i % 2 === 0 ? 4 : 2)).reduce((a, b) => a + b, 0);
  return 0.5 + ((density(0) + inner + density(steps)) * far) / steps / 3;
}
