import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';

/**
 * Keys remembered for a time: at least the retention, at most twice of it, in two generations so that forgetting is
 * dropping one map. Time is given by the caller (receipt time), so a replay remembers the same.
 */
export class Remembered<T> {
  private young = new Map<string, T>();
  private old = new Map<string, T>();
  private readonly retentionUs: number;
  private generationEndsUs = Number.NEGATIVE_INFINITY;

  constructor(retentionUs: number) {
    this.retentionUs = retentionUs;
  }

  get(key: string): T | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }

  set(key: string, value: T, receivedUs: number): void {
    if (receivedUs >= this.generationEndsUs) {
      const bothAreOver = receivedUs >= this.generationEndsUs + this.retentionUs;
      this.old = bothAreOver ? new Map() : this.young;
      this.young = new Map();
      this.generationEndsUs = receivedUs + this.retentionUs;
    }
    this.young.set(key, value);
  }

  save(out: StateWriter, saveValue: (value: T) => void): void {
    out.double(this.generationEndsUs);
    for (const generation of [this.young, this.old]) {
      out.word(generation.size);
      for (const [key, value] of generation) {
        out.text(key);
        saveValue(value);
      }
    }
  }

  /** Passes over what was saved. */
  static pass(from: StateReader, passValue: () => void): void {
    from.passDoubles(1);
    for (let generations = 2; generations > 0; generations--) {
      for (let left = from.word(); left > 0; left--) {
        from.passBlock();
        passValue();
      }
    }
  }

  load(from: StateReader, loadValue: () => T): void {
    this.generationEndsUs = from.double();
    for (const generation of [this.young, this.old]) {
      for (let left = from.word(); left > 0; left--) generation.set(from.text(), loadValue());
    }
  }
}
