/** Puts another method in the place of one that must be there: a mutant of something that is gone must not pass for one. */

type Method = (this: never, ...args: never[]) => unknown;

export function replaceMethod(owner: object, name: string, make: (original: (...args: unknown[]) => unknown) => (this: any, ...args: any[]) => unknown): void {
  const original = (owner as Record<string, unknown>)[name];
  if (typeof original !== 'function') throw new TypeError(`mutant: there is no method ${name}`);
  Object.defineProperty(owner, name, { configurable: true, writable: true, value: make(original as Method as never) });
}

/** The same for what is read like a field. */
export function replaceGetter(owner: object, name: string, make: (original: () => unknown) => (this: any) => unknown): void {
  const original = Object.getOwnPropertyDescriptor(owner, name)?.get;
  if (original === undefined) throw new TypeError(`mutant: there is no getter ${name}`);
  Object.defineProperty(owner, name, { configurable: true, get: make(original) });
}
