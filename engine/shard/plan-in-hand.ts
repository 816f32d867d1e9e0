/** The plan of the order in hand, used again and again: of an order as it was announced it is made in place. */

import type { Plan } from '../metrics/expected-progress.ts';

export type PlanInHand = { -readonly [Field in keyof Plan]: Plan[Field] };

export function newPlanInHand(): PlanInHand {
  const unknown = Number.NaN;
  return { algorithm: 'NONE', startUs: unknown, endUs: unknown, quantity: unknown, participationRate: unknown, knots: undefined, urgencyPerDay: unknown, fromUs: unknown, base: 0, volumeFromUs: unknown };
}
