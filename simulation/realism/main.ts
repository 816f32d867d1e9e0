/**
 * `npm run realism -- [--seed N] [--data FOLDER]`: measures the synthetic market and the real recordings, and writes the table into
 * docs/simulation.md and the plots into docs/simulation/. To be run in the project's folder.
 *
 * Without the recordings it ends with code 1 and writes nothing: a page without them would compare with nothing.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { SyntheticMarket } from '../market/synthetic-market.ts';
import { withSection } from './docs-section.ts';
import { mostAlike } from './most-alike.ts';
import { binanceRecording, lobsterRecording } from './real-recordings.ts';
import {
  durationsPlot,
  type PlottedMarket,
  responsePlot,
  returnsPlot,
  signPlot,
  spreadPlot,
  volumePlot,
} from './realism-plots.ts';
import { windowOf } from './recording-window.ts';
import { realismTable } from './statistics-table.ts';
import { factsOf } from './symbol-facts.ts';
import { recordMarket } from './symbol-recording.ts';

const PAGE = 'docs/simulation.md';
const PLOTS_FOLDER = 'docs/simulation';
const HOUR_US = 3_600_000_000;
/** A Friday in June at 09:30 in New York. */
const OPENING_US = Date.UTC(2024, 5, 21, 13, 30) * 1_000;

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '7' }, data: { type: 'string', default: '../shared/data' } },
});
process.exitCode = await main(Number(values.seed), values.data);

async function main(seed: number, dataFolder: string): Promise<number> {
  if (!Number.isSafeInteger(seed) || seed < 0) return failed('--seed is a whole number from 0 on');
  const lobster = await lobsterRecording(dataFolder);
  const binance = await binanceRecording(dataFolder);
  if (lobster === undefined || binance === undefined) return failed(`the recordings are not in ${dataFolder}: nothing to compare with`);

  const aapl = factsOf(recordMarket(lobster)[0]!);
  const bitcoin = factsOf(recordMarket(binance)[0]!);
  const sessions = recordMarket(new SyntheticMarket({ seed, dayStart: OPENING_US }));
  const firstHours = sessions.map((session) => factsOf(windowOf(session, session.fromUs, session.fromUs + HOUR_US)));
  const likeAapl = mostAlike(firstHours, aapl);

  const { symbol } = likeAapl.recording;
  const table = realismTable([
    { heading: 'LOBSTER AAPL', facts: [aapl] },
    { heading: 'Binance BTCUSDT', facts: [bitcoin] },
    { heading: `synthetic ${symbol}`, facts: [likeAapl] },
    { heading: `all ${firstHours.length} synthetic: median (range)`, facts: firstHours },
  ]);
  const stock: PlottedMarket = { name: 'LOBSTER AAPL', colourNo: 0, facts: aapl };
  const synthetic: PlottedMarket = { name: `synthetic ${symbol}`, colourNo: 2, facts: likeAapl };
  const markets = [stock, { name: 'Binance BTCUSDT', colourNo: 1, facts: bitcoin }, synthetic];
  const plots = {
    durations: durationsPlot(markets),
    signs: signPlot(markets),
    spread: spreadPlot(markets),
    volume: volumePlot(sessions, synthetic.colourNo, stock),
    returns: returnsPlot(markets),
    response: responsePlot([stock, synthetic]),
  };
  const said = `Seed ${seed}; the symbol most like AAPL in price, spread and takes an hour is ${symbol}.`;
  writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), `${said}\n\n${table}`));
  mkdirSync(PLOTS_FOLDER, { recursive: true });
  for (const [name, svg] of Object.entries(plots)) writeFileSync(join(PLOTS_FOLDER, `${name}.svg`), svg);
  process.stdout.write(`${said}\nwritten: ${PAGE} and ${Object.keys(plots).length} plots in ${PLOTS_FOLDER}\n`);
  return 0;
}

function failed(message: string): number {
  process.stderr.write(`realism: ${message}\n`);
  return 1;
}
