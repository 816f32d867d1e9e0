/** The trajectory of Almgren and Chriss (2000), Journal of Risk 3(2), with the parameters of its section 3 (table 1). */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { almgrenChrissShare, urgency } from '../../../engine/metrics/almgren-chriss.ts';

test('table 1 gives kappa of about 0.61 a day for lambda = 1e-6', () => {
  // S0 = 50, daily volatility 0.95 $/share, eta = 2.5e-6 ($/share)/(share/day), gamma = 2.5e-7 $/share, tau = 1 day.
  // The paper trades in steps of tau: eta~ = eta - gamma tau / 2, and kappa solves 2 (cosh(kappa tau) - 1) = kappa~^2 tau^2.
  // Ours is the limit of small steps, kappa~ with eta itself; eta = K S0 / (X/T), so K = eta (X/T) / S0.
  const sharesPerDay = 1_000_000 / 5;
  const kappaFor = (eta: number): number =>
    urgency({
      riskAversion: 1e-6,
      dailyVolatility: 0.95 / 50,
      arrivalPrice: 50,
      temporaryImpact: (eta * sharesPerDay) / 50,
      sharesPerDay,
    });
  const kappaOfSteps = kappaFor(2.5e-6 - 2.5e-7 / 2);
  assert.equal(Math.acosh(kappaOfSteps ** 2 / 2 + 1).toFixed(2), '0.61');
  assert.equal(kappaFor(2.5e-6).toFixed(2), '0.60');
});

test('the share done is 1 - sinh(kappa (T - t)) / sinh(kappa T)', () => {
  for (const kappa of [1e-12, 0.01, 0.6, 5, 50]) {
    for (const elapsed of [0, 0.5, 1, 2.5, 4.9, 5]) {
      const expected = kappa < 1e-9 ? elapsed / 5 : 1 - Math.sinh(kappa * (5 - elapsed)) / Math.sinh(kappa * 5);
      assert.ok(Math.abs(almgrenChrissShare(kappa, elapsed, 5) - expected) < 1e-12, `kappa ${kappa} at ${elapsed}`);
    }
  }
  assert.equal(almgrenChrissShare(1e6, 1, 5), 1);
});
