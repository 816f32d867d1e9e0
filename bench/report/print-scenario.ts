/** What a scenario says, as text. */

import type { ScenarioReport } from '../scenarios/scenario.ts';
import { scenarioCpuLines } from './print-cpu.ts';
import { table } from './table.ts';

export function scenarioLines({ title, tables, notes, cpu }: ScenarioReport): string[] {
  return [title, ...tables.map(({ head, rows }) => table(['', ...head], rows)), ...notes.map((note) => `  ${note}`), ...scenarioCpuLines(cpu), ''];
}
