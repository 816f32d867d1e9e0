/** The service has broken a promise. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export function must(isSo: boolean, promise: () => string): void {
  if (!isSo) throw new Violation(promise());
}
