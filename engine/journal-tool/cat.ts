/** Tells the records of a journal one after the other, readable. */

import { RecordReader } from '../journal/record.ts';
import { type KnownNames, knownNames } from './known-names.ts';
import { readableRecord } from './readable-record.ts';
import { ReadEnough, readJournal } from './read-journal.ts';

export interface CatOptions {
  readonly dataDir: string;
  /** First and last sequence that is wanted. */
  readonly from: number;
  readonly to: number;
  /** Only what is about this order. */
  readonly orderId: string | undefined;
}

/** `onLines` gets the records of a frame, each as one line of JSON, and is awaited. Throws JournalDamaged and NoJournal. */
export async function cat({ dataDir, from, to, orderId }: CatOptions, onLines: (lines: readonly string[]) => Promise<void>): Promise<void> {
  // Names are defined before they are used: all records are read, also those that are not wanted.
  let names: KnownNames | undefined;
  const record = new RecordReader();
  const isWanted = ({ registry }: KnownNames): boolean => {
    if (record.sequence < from || record.sequence > to) return false;
    return orderId === undefined || (record.orderNo >= 0 && registry.orders.find(orderId) === record.orderNo);
  };
  try {
    await readJournal(dataDir, async (segment, frame) => {
      if (frame.firstSequence > to) throw new ReadEnough();
      names ??= await knownNames(dataDir, frame.firstSequence);
      const { registry, upToSequence } = names;
      const lines: string[] = [];
      const end = frame.payloadOffset + frame.payloadBytes;
      for (let offset = frame.payloadOffset; offset < end; offset += record.byteLength) {
        record.open(segment, offset);
        if (record.sequence > upToSequence) registry.absorb(record);
        if (isWanted(names)) lines.push(JSON.stringify(readableRecord(record.open(segment, offset), registry)));
      }
      if (lines.length > 0) await onLines(lines);
    });
  } catch (error) {
    if (!(error instanceof ReadEnough)) throw error;
  }
}
