/** The garbage collector of this process, which main.ts lets operations call (`--expose-gc`). */

/** Collects everything that can be collected now. */
export function collectGarbage(): void {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('run this with node --expose-gc, as main.ts does');
  gc();
}
