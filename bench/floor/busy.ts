/** Work that does nothing and takes a known time of the CPU, however long its thread has to wait for one. */

const CALIBRATION_STEPS = 2_000_000;
const CALIBRATION_ROUNDS = 7;
const US_PER_MS = 1_000;

/** What `busy` was last asked for, so that it is not compiled away. */
export let busyRest = 1;

const stepsPerUs = calibrate();

export function busy(us: number): void {
  run(Math.round(us * stepsPerUs));
}

function run(steps: number): void {
  let x = busyRest | 1;
  for (let i = 0; i < steps; i++) x = Math.imul(x, 1_664_525) + 1_013_904_223;
  busyRest = x;
}

/** In the fastest round nobody else had the core. */
function calibrate(): number {
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < CALIBRATION_ROUNDS; round++) {
    const startMs = performance.now();
    run(CALIBRATION_STEPS);
    fastestMs = Math.min(fastestMs, performance.now() - startMs);
  }
  return CALIBRATION_STEPS / (fastestMs * US_PER_MS);
}
