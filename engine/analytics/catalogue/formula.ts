/** What the catalogue says of one number, and the words that its entries share. */

export type Inputs = Readonly<Record<string, number>>;

export interface Formula {
  readonly name: string;
  /** For the page of numbers. */
  readonly title: string;
  readonly formula: string;
  readonly unit: 'ratio' | 'bps' | 'money' | 'score' | 'standard deviations' | 'price';
  /** What a positive value means; '' where that is plain. */
  readonly sign: string;
  readonly undefinedWhen: string;
  readonly source: string;
  /** Where the number stands in ExecutionAnalytics. */
  readonly paths: readonly string[];
  /** A worked example: its inputs and the value rounded to `digits` decimals. */
  readonly example: { readonly inputs: Inputs; readonly value: number; readonly digits: number };
  compute(inputs: Inputs): number;
}

export const POSITIVE_IS_COST = 'positive is a cost to the order';
export const PEROLD = 'Perold (1988), The Journal of Portfolio Management 14(3)';
export const ALMGREN_2005 = 'Almgren, Thum, Hauptmann and Li (2005), Risk 18(7)';

export const side = (inputs: Inputs): 1 | -1 => (inputs['side']! > 0 ? 1 : -1);
export const get = (inputs: Inputs, name: string): number => inputs[name] ?? Number.NaN;
