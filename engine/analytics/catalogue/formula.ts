/** What the catalogue says of one number, and the words that its entries share. */

import type { Rows } from './rows.ts';

/** null and NaN: undefined. */
export type Inputs = Readonly<Record<string, number | null>>;

export interface Formula {
  readonly name: string;
  /** For the page of numbers. */
  readonly title: string;
  readonly formula: string;
  readonly unit: 'ratio' | 'bps' | 'money' | 'score' | 'standard deviations' | 'price' | 'quantity' | 'seconds';
  /** What a positive value means; '' where that is plain. */
  readonly sign: string;
  readonly undefinedWhen: string;
  readonly source: string;
  /** Where the number stands in ExecutionAnalytics; `[]` is each bucket of a list, `*` each venue. */
  readonly paths: readonly string[];
  /** The rows of the answer that it is computed over, beside its inputs. */
  readonly rows?: keyof Rows;
  /** A worked example: its inputs and the value rounded to `digits` decimals; its rows are EXAMPLE_ROWS or its own plans. */
  readonly example: { readonly inputs: Inputs; readonly plans?: Rows['explained_plans']; readonly value: number; readonly digits: number };
  compute(inputs: Inputs, rows: Rows): number;
}

export const POSITIVE_IS_COST = 'positive is a cost to the order';
export const PEROLD = 'Perold (1988), The Journal of Portfolio Management 14(3)';
export const ALMGREN_2005 = 'Almgren, Thum, Hauptmann and Li (2005), Risk 18(7)';
export const KISSELL = 'Kissell and Glantz (2003), Optimal Trading Strategies';
export const THIS_PRODUCT = 'this product';

export const side = (inputs: Inputs): 1 | -1 => (inputs['side']! > 0 ? 1 : -1);
export const get = (inputs: Inputs, name: string): number => inputs[name] ?? Number.NaN;
