/** The catalogue as a section of docs/metrics.md: each number with its worked example. */

import { MARKOUT_HORIZONS } from '../fill-facts.ts';
import { FORMULA_GROUPS, GIVEN_PATHS } from './catalogue.ts';
import { EXAMPLE_ROWS } from './example-rows.ts';
import type { Formula, Inputs } from './formula.ts';
import type { Rows } from './rows.ts';

export const CATALOGUE_BEGIN = '<!-- catalogue: made by `npm run docs` -->';
export const CATALOGUE_END = '<!-- end of the catalogue -->';

export function catalogueSection(): string {
  const groups = FORMULA_GROUPS.flatMap(({ title, formulas }) => [`### ${title}`, '', ...formulas.map(entry)]);
  return [CATALOGUE_BEGIN, '', ...exampleTables(), ...groups, `Given, not computed: ${quoted(GIVEN_PATHS)}.`, '', CATALOGUE_END].join('\n');
}

function entry(formula: Formula): string {
  const { title, unit, sign, undefinedWhen, source, paths } = formula;
  const facts = [
    `**${title}** (\`${formula.name}\`, ${unit}): ${formula.formula}.`,
    sign === '' ? '' : `${sign.charAt(0).toUpperCase()}${sign.slice(1)}.`,
    `Undefined: ${undefinedWhen}.`,
    `Source: ${source}.`,
    `In analytics: ${quoted(paths)}.`,
  ].filter((fact) => fact !== '');
  return `- ${facts.join(' ')}\n  Example: ${exampleOf(formula)}\n`;
}

function exampleOf({ example, rows }: Formula): string {
  const inputs = given(example.inputs);
  const over = rows === undefined ? '' : (example.plans?.map((plan) => `plan ${given(plan)}`).join('; ') ?? `the example ${rows.replace('explained_', '')}`);
  return `${[over, inputs].filter((part) => part !== '').join(', ')} -> ${example.value}`;
}

/** Without what is undefined; knots as (time, fraction). */
function given(values: Inputs | Rows['explained_plans'][number]): string {
  return Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.map(({ us, fraction }) => `(${us}, ${fraction})`).join(' ') : value}`)
    .join(', ');
}

function exampleTables(): string[] {
  const horizons = MARKOUT_HORIZONS.map(({ key }) => key);
  const { explained_fills: fills, explained_slices: slices } = EXAMPLE_ROWS;
  return [
    'The example fills, and the example slices of the order that they are of:',
    '',
    ...table(
      ['exec_id', 'q', 'p', 'fee', 'bid', 'ask', ...horizons.map((key) => `m(t + ${key})`), 'index_move'],
      fills.map((fill) => [fill.exec_id, fill.quantity, fill.price, fill.fee, fill.bid, fill.ask, ...horizons.map((key) => fill.later_mids[key]), fill.index_move]),
    ),
    ...table(
      ['market_volume', 'market_turnover', 'filled_quantity', 'filled_notional'],
      slices.map((slice) => [slice.market_volume, slice.market_turnover, slice.filled_quantity, slice.filled_notional]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string[] {
  const line = (cells: readonly (string | number | null)[]): string => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

function quoted(paths: readonly string[]): string {
  return paths.map((path) => `\`${path}\``).join(', ');
}
