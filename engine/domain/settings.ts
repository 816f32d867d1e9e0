/**
 * Settings that enter numbers or decide what is kept. They move state, so they are inputs: journaled when they change, and a
 * replay sees each of them where it was. Options (engine/options.ts) give them at start.
 */

export interface Settings {
  /** How long an order stays in memory after its end; its analytics are in the database then. */
  readonly retentionMinutes: number;
  /** When an order's monitoring row is written besides its announcement and its end: in each second that has news, or at each input of its own too. */
  readonly monitoringRows: MonitoringRows;
  /** Of the parts of the performance score; published with every answer. */
  readonly scoreWeights: { readonly execution_speed: number; readonly cost_efficiency: number; readonly fill_rate: number };
  /** Of the pre-trade model: permanent g and temporary h. */
  readonly impactCoefficients: { readonly permanent: number; readonly temporary: number };
}

export const MONITORING_ROWS = ['second', 'input'] as const;
export type MonitoringRows = (typeof MONITORING_ROWS)[number];

/** What holds until a journal says otherwise. Coefficients as published for US equities (pre-trade-model.ts). */
export const DEFAULT_SETTINGS: Settings = {
  retentionMinutes: 1_440,
  monitoringRows: 'second',
  scoreWeights: { execution_speed: 0.4, cost_efficiency: 0.45, fill_rate: 0.15 },
  impactCoefficients: { permanent: 0.314, temporary: 0.142 },
};

/** The last markout is final half an hour after the end; an order stays a little longer than that. */
export const RETENTION_MINUTES_MIN = 31;
export const RETENTION_MINUTES_MAX = 525_600;
