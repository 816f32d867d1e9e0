/**
 * A market data feed beside the fills: how much longer a fill takes to its update while quotes come in at up to 500,000 a
 * second, through the fast door, from a process of their own. What rate was really reached is said, and who could do no more.
 */

import type { FeedOutcome, FeedSpec } from '../load/quote-feed.ts';
import type { GeneratorCalls } from '../load/generator-process.ts';
import { RemoteCalls } from '../load/remote-calls.ts';
import { processCpu } from '../measure/cpu.ts';
import { merge, percentileCurve, summarize } from '../measure/latencies.ts';
import { median, ratiosOf, spreadOf } from '../measure/ratios.ts';
import { percentilePlot } from '../report/percentile-plot.ts';
import { plainSteady } from '../report/steady-results.ts';
import { fixed, ratioText } from '../report/table.ts';
import { ledgerOf, makeFills } from '../workload/fills.ts';
import { type Question, type Scenario, type ScenarioReport, type Size, tell } from './scenario.ts';
import { runSteadyRound, type SteadyPlanSize, type SteadyRound, steadySpec } from './steady-round.ts';

interface Plan extends SteadyPlanSize {
  readonly fillsPerSecond: number;
  readonly measuredSeconds: number;
  /** Quotes a second; the first is 0, the last is what the target is about. */
  readonly rates: readonly number[];
  readonly batchQuotes: number;
  readonly quotedSymbols: number;
}

const STEADY = { batchEvents: 5, quotesPerFill: 0, warmupSeconds: 1 } as const;
const PLANS: Readonly<Record<Size, Plan>> = {
  smoke: { ...STEADY, lanes: 2, orderCount: 20, symbolCount: 10, followedCount: 10, probesPerSecond: 20, fillsPerSecond: 100, measuredSeconds: 0.5, rates: [0, 10_000], batchQuotes: 500, quotedSymbols: 20, warmupSeconds: 0.2 },
  default: { ...STEADY, lanes: 4, orderCount: 100, symbolCount: 20, followedCount: 50, probesPerSecond: 50, fillsPerSecond: 1_000, measuredSeconds: 5, rates: [0, 100_000, 500_000], batchQuotes: 2_500, quotedSymbols: 500 },
  full: { ...STEADY, lanes: 4, orderCount: 100, symbolCount: 20, followedCount: 50, probesPerSecond: 50, fillsPerSecond: 1_000, measuredSeconds: 20, rates: [0, 50_000, 100_000, 200_000, 500_000], batchQuotes: 2_500, quotedSymbols: 500 },
};

const FEED_LANES = 2;
const RATIO_MAX = 1.5;
const DOOR = 'ws-msgpack';
/** A feed that reaches less of its rate than this was held up. */
const REACHED_SHARE_MIN = 0.95;
/** Who can have one core at most, and so be the one that could do no more. */
const ONE_CORE = ['feed', 'generator', 'subscriber', 'service main thread', 'service shards', 'service storage'];

interface QuotesRound {
  readonly quotesPerSecond: number;
  readonly pair: number;
  readonly steady: SteadyRound;
  /** Undefined without quotes. */
  readonly feed: FeedOutcome | undefined;
}

export const quotes: Scenario = {
  asks: `${fixed(PLANS.full.rates.at(-1)!, 0)} quotes/s beside ${fixed(PLANS.full.fillsPerSecond, 0)} fills/s: how much longer a fill takes to its update`,
  async run(question) {
    const plan = PLANS[question.size];
    const feed = new RemoteCalls<GeneratorCalls>(new URL('../load/generator-process.js', import.meta.url));
    const rounds: QuotesRound[] = [];
    try {
      for (let pair = 0; pair < question.pairs; pair++) {
        for (const rate of pair % 2 === 0 ? plan.rates : plan.rates.toReversed()) rounds.push(await runRound(question, plan, feed, rate, pair));
      }
    } finally {
      await feed.stop();
    }
    return reportOf(plan, rounds);
  },
};

async function runRound({ bench }: Question, plan: Plan, feed: RemoteCalls<GeneratorCalls>, quotesPerSecond: number, pair: number): Promise<QuotesRound> {
  const service = await bench.targets.service();
  const load = { door: DOOR, fillsPerSecond: plan.fillsPerSecond, measuredSeconds: plan.measuredSeconds, seed: pair + 1 } as const;
  const announced = bench.nextRoundId('quotes', service);
  const steadyPlan = steadySpec(announced, plan, load);
  // Before the quotes, which may leave little room for it.
  await service.announce(steadyPlan, ledgerOf(steadyPlan, makeFills(steadyPlan)));
  const cpu = { feed: () => processCpu(feed.pid) };
  if (quotesPerSecond > 0) {
    const spec: FeedSpec = { quotesPerSecond, batchQuotes: plan.batchQuotes, symbolCount: plan.quotedSymbols, lanes: FEED_LANES };
    await feed.call('prepareFeed', spec);
    await feed.call('startFeed', service.url);
  }
  let outcome: FeedOutcome | undefined;
  const afterLoad = async (): Promise<void> => {
    if (quotesPerSecond > 0) outcome = await feed.call('stopFeed', undefined);
  };
  const steady = await runSteadyRound(bench, service, plan, load, { announced, cpu, afterLoad });
  const reached = outcome === undefined ? 0 : outcome.acknowledgedQuotes / outcome.seconds;
  tell(`quotes, ${fixed(quotesPerSecond, 0)}/s, pair ${pair}`, `${fixed(reached, 0)}/s reached, fill -> update P99 ${fixed(summarize(steady.fillToUpdate).p99Ms, 2)} ms`, steady.faults);
  return { quotesPerSecond, pair, steady, feed: outcome };
}

function reportOf(plan: Plan, rounds: readonly QuotesRound[]): ScenarioReport {
  const target = plan.rates.at(-1)!;
  const at = (rate: number): QuotesRound[] => rounds.filter(({ quotesPerSecond }) => quotesPerSecond === rate).sort((a, b) => a.pair - b.pair);
  const reachedOf = ({ feed }: QuotesRound): number => (feed === undefined ? Number.NaN : feed.acknowledgedQuotes / feed.seconds);
  const ratioAt = (rate: number, name: 'p50Ms' | 'p99Ms') =>
    ratiosOf(at(rate).map(({ steady }, i) => ({ a: summarize(steady.fillToUpdate)[name], b: summarize(at(0)[i]!.steady.fillToUpdate)[name] })));
  const isReached = (rate: number): boolean => median(at(rate).map(reachedOf)) >= rate * REACHED_SHARE_MIN;
  const rows = plan.rates.map((rate) => {
    const { p50Ms, p99Ms, maxMs } = summarize(merge(at(rate).map(({ steady }) => steady.fillToUpdate)));
    const ratios = rate === 0 ? ['', ''] : [ratioText(ratioAt(rate, 'p50Ms')), ratioText(ratioAt(rate, 'p99Ms'))];
    return [`${fixed(rate, 0)} quotes/s`, fixed(median(at(rate).map(reachedOf)), 0), ...[p50Ms, p99Ms, maxMs].map((ms) => fixed(ms, 2)), ...ratios];
  });
  return {
    title: `QUOTES beside ${fixed(plan.fillsPerSecond, 0)} fills/s, fill -> update, ms of this run on this machine`,
    tables: [{ head: ['reached/s', 'P50', 'P99', 'max', 'P50 with/without', 'P99 with/without'], rows }],
    notes: [
      `batches of ${plan.batchQuotes} quotes on ${plan.quotedSymbols} symbols, MessagePack on ${FEED_LANES} WebSockets; fills in batches of ${plan.batchEvents} on others`,
      ...plan.rates.filter((rate) => rate > 0 && !isReached(rate)).map((rate) => limitLine(rate, median(at(rate).map(reachedOf)), at(rate).map(({ steady }) => steady))),
    ],
    figures: [
      { what: `fill -> update P99 with ${fixed(target, 0)} quotes/s, with/without`, figure: ratioAt(target, 'p99Ms'), limit: RATIO_MAX, isLeast: false, unlike: isReached(target) ? undefined : 'rate not reached' },
      { what: 'quotes/s reached', figure: spreadOf(at(target).map(reachedOf)), limit: target, isLeast: true, unit: 'quotes/s' },
    ],
    cpu: plan.rates.map((rate) => ({ head: `${fixed(rate, 0)} quotes/s`, rounds: at(rate).map(({ steady }) => steady) })),
    plots: [percentilePlot(`Fill to update at ${fixed(plan.fillsPerSecond, 0)} fills/s`, plan.rates.map((rate) => ({ name: `${fixed(rate, 0)} quotes/s`, curve: percentileCurve(merge(at(rate).map(({ steady }) => steady.fillToUpdate))) })))],
    faults: rounds.flatMap(({ quotesPerSecond, steady, feed }) => [...steady.faults, ...(feed?.faults ?? [])].map((fault) => `${quotesPerSecond} quotes/s: ${fault}`)),
    rounds: rounds.map((round) => ({ ...round, steady: plainSteady(round.steady) })),
  };
}

/** Where a rate was not reached: who was busiest, of those that one core is the end of. */
function limitLine(rate: number, reached: number, rounds: readonly SteadyRound[]): string {
  const shares = ONE_CORE.map((name) => ({ name, share: median(rounds.map(({ cpu, loadSeconds }) => (cpu[name] ?? 0) / loadSeconds)) }));
  const busiest = shares.sort((a, b) => b.share - a.share).slice(0, 2).map(({ name, share }) => `${name} ${fixed(share, 2)} cores`);
  return `${fixed(rate, 0)} quotes/s NOT REACHED (${fixed((100 * reached) / rate, 0)} %); busiest: ${busiest.join(', ')}`;
}
