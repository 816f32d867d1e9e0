/** Names of one kind (order ids, symbols, ...) and their numbers, dense from 0 in the order of their definition. */
export class NameTable {
  private readonly numbers = new Map<string, number>();
  private readonly names: string[] = [];

  get size(): number {
    return this.names.length;
  }

  /** The number of a name, or undefined. */
  find(name: string): number | undefined {
    return this.numbers.get(name);
  }

  nameOf(no: number): string {
    const name = this.names[no];
    if (name === undefined) throw new RangeError(`no name has the number ${no}`);
    return name;
  }

  /** Takes in a definition as it was journaled. */
  define(no: number, name: string): void {
    if (no !== this.names.length) throw new RangeError(`${JSON.stringify(name)} is defined as ${no}, expected ${this.names.length}`);
    this.names.push(name);
    this.numbers.set(name, no);
  }
}
