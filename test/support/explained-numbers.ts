/**
 * The numbers of an explained answer, and each done again from its explanation with the catalogue's functions: what a person
 * with the answer and docs/metrics.md can do.
 */

import assert from 'node:assert/strict';

import { formulaOf, GIVEN_PATHS } from '../../engine/analytics/catalogue/catalogue.ts';
import { type Rows, rowsWhere } from '../../engine/analytics/catalogue/rows.ts';
import type { ExecutionAnalytics } from '../../engine/domain/monitoring.ts';
import { ExecutionAnalytics as AnalyticsSchema } from '../../engine/domain/monitoring.ts';

const PARTS = ['execution_summary', 'cost_analysis', 'performance_attribution', 'benchmark_comparison'] as const;

export interface Leaf {
  /** As in `explanation`: [] for each bucket, * for each venue. */
  readonly path: string;
  /** Of the bucket or venue; '' elsewhere. */
  readonly key: string;
  readonly value: number;
}

/** Every number of an answer that is not null. */
export function numbersOf(answer: ExecutionAnalytics): Leaf[] {
  return PARTS.flatMap((part) => leavesOf(answer[part], part, ''));
}

function leavesOf(value: unknown, path: string, key: string): Leaf[] {
  if (typeof value === 'number') return [{ path, key, value }];
  if (Array.isArray(value)) return (value as { key: string }[]).flatMap((bucket) => leavesOf(bucket, `${path}[]`, bucket.key));
  if (typeof value !== 'object' || value === null) return [];
  const isByVenue = path === 'execution_summary.venue_distribution';
  return Object.entries(value).flatMap(([field, inner]) => leavesOf(inner, `${path}.${isByVenue ? '*' : field}`, isByVenue ? field : key));
}

/** Each number of an explained answer is explained, and is what its formula makes of its inputs and rows, to the last bit. */
export function assertExplained(answer: ExecutionAnalytics, label: string): Set<string> {
  const explanation = answer.explanation ?? {};
  const redone = new Set<string>();
  for (const { path, key, value } of numbersOf(answer)) {
    if (GIVEN_PATHS.includes(path)) continue;
    assert.ok(explanation[path] !== undefined, `${label}: ${path} is ${value} and has no explanation`);
    assertSame(again(answer, path, key), value, `${label}: ${path} ${key}`);
    redone.add(explanation[path].name);
  }
  // What has an explanation and is null comes out undefined too.
  for (const path of Object.keys(explanation)) {
    if (path.includes('[]') || path.includes('*')) continue;
    const shown = path.split('.').reduce<unknown>((at, field) => (at as Record<string, unknown>)[field], answer);
    if (shown === null) assertSame(again(answer, path, ''), null, `${label}: ${path}`);
  }
  return redone;
}

function again(answer: ExecutionAnalytics, path: string, key: string): number | null {
  const { name, inputs, rows } = answer.explanation![path]!;
  const { explained_fills = [], explained_slices = [], explained_plans = [] } = answer;
  const all: Rows = { explained_fills, explained_slices, explained_plans };
  assert.equal(rows?.from, formulaOf(name).rows);
  const value = formulaOf(name).compute(inputs, rows?.where === undefined ? all : rowsWhere(all, path, key));
  return JSON.parse(JSON.stringify(value)) as number | null;
}

function assertSame(actual: number | null, expected: number | null, what: string): void {
  assert.ok(actual === expected, `${what} is shown as ${expected}, its formula makes it ${actual}`);
}

/** The paths of all numbers that an answer can have, from the schema. */
export function numericPaths(): string[] {
  return PARTS.flatMap((part) => pathsOf(AnalyticsSchema.properties[part] as unknown as Schema, part));
}

interface Schema {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
}

function pathsOf(schema: Schema, path: string): string[] {
  if (schema.type === 'number' || schema.type === 'integer') return [path];
  return [
    ...[...(schema.anyOf ?? []), ...(schema.allOf ?? [])].flatMap((inner) => pathsOf(inner, path)),
    ...(schema.items === undefined ? [] : pathsOf(schema.items, `${path}[]`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([field, inner]) => pathsOf(inner, `${path}.${field}`)),
    ...Object.values(schema.patternProperties ?? {}).flatMap((inner) => pathsOf(inner, `${path}.*`)),
  ];
}
