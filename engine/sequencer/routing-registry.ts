/**
 * Of what the main thread knows no more than is needed to find the shard of a record that is read back: symbols, and which of them
 * are indices. A shard that is rebuilt reads with it; ids of a million executions would cost it more than the rest of its reading.
 */

import type { StateReader } from '../domain/state-reader.ts';
import { NameKind, type RecordReader, RecordType } from '../journal/record.ts';
import { Identities } from './identities.ts';
import { NameTable } from './name-table.ts';
import { Registry } from './registry.ts';
import { Remembered } from './remembered.ts';

export class RoutingRegistry extends Registry {
  override absorb(record: RecordReader): void {
    if (record.type === RecordType.INSTRUMENT) super.absorb(record);
    else if (record.type === RecordType.DEFINE && (record.word() as NameKind) === NameKind.SYMBOL) this.symbols.define(record.word(), record.text());
  }

  /** What `Registry.save` has written. */
  override load(from: StateReader): void {
    this.symbols.load(from);
    NameTable.pass(from);
    const orders = NameTable.pass(from);
    const children = NameTable.pass(from);
    from.passWords(orders);
    Identities.pass(from, orders, children);
    Remembered.pass(from, () => from.passDoubles(2));
    Remembered.pass(from, () => {
      from.passDoubles(1);
      from.passBlock();
    });
    // Sessions and settings, which a shard has by itself.
    from.passBlock();
    from.passBlock();
    for (const symbolNo of JSON.parse(from.text()) as number[]) this.indexSymbols.add(symbolNo);
  }
}
