/** Tables of text: the first column to the left, the others to the right. */

import type { RatioSummary } from '../measure/ratios.ts';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('   ')}`.trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** A number with so many decimals, '-' for NaN. */
export function fixed(value: number, decimals: number): string {
  return Number.isNaN(value) ? '-' : value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** The median and the spread of a ratio. */
export function ratioText({ median: middle, min, max }: RatioSummary): string {
  return Number.isNaN(middle) ? '-' : `${fixed(middle, 2)} (${fixed(min, 2)}..${fixed(max, 2)})`;
}
