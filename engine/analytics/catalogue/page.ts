/** The catalogue as a section of docs/metrics.md: each number with its worked example. */

import { FORMULAS } from './catalogue.ts';
import type { Formula } from './formula.ts';

export const CATALOGUE_BEGIN = '<!-- catalogue: made by `npm run docs` -->';
export const CATALOGUE_END = '<!-- end of the catalogue -->';

export function catalogueSection(): string {
  return [CATALOGUE_BEGIN, '', ...FORMULAS.map(entry), CATALOGUE_END].join('\n');
}

function entry(formula: Formula): string {
  const { title, unit, sign, undefinedWhen, source, paths, example } = formula;
  const inputs = Object.entries(example.inputs)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  const facts = [
    `**${title}** (\`${formula.name}\`, ${unit}): ${formula.formula}.`,
    sign === '' ? '' : `${sign.charAt(0).toUpperCase()}${sign.slice(1)}.`,
    `Undefined: ${undefinedWhen}.`,
    `Source: ${source}.`,
    paths.length === 0 ? '' : `In analytics: ${paths.map((path) => `\`${path}\``).join(', ')}.`,
  ].filter((fact) => fact !== '');
  return `- ${facts.join(' ')}\n  Example: ${inputs} -> ${example.value}\n`;
}
