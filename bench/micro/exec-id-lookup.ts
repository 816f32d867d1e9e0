/** A million exec_ids: looked up in IdTable and in a Map, by texts that come fresh from a decoder, and what each keeps. */

import { IdTable } from '../../engine/sequencer/id-table.ts';
import { allocatedBytes } from './allocation.ts';
import { collectGarbage } from './collector.ts';
import type { Operation } from './operation.ts';
import { keptBytes } from './kept-bytes.ts';
import { interleaved, type Round, timed } from './rounds.ts';

const SIZES = { full: { ids: 1_000_000, lookups: 200_000 }, smoke: { ids: 5_000, lookups: 1_000 } } as const;
/** Coprime to the number of ids. */
const STEP = 7_919;
const ID_BYTES = 20;

const bytes = Buffer.alloc(ID_BYTES, 'broker-3-20260302-00');

export const execIdLookup: Operation = {
  run(size) {
    const { ids, lookups } = SIZES[size];
    let table = new IdTable();
    const tableBytes = keptBytes(() => {
      for (let no = 0; no < ids; no++) table.define(freshId(no));
    });
    const map = new Map<string, number>();
    const mapBytes = keptBytes(() => {
      for (let no = 0; no < ids; no++) map.set(freshId(no), no);
    });
    let wrong = 0;
    let next = 0;
    const round = (find: (id: string) => number | undefined): Round => () => {
      const first = next;
      const texts = Array.from({ length: lookups }, () => freshId((next++ * STEP) % ids));
      collectGarbage();
      return timed(lookups, () => {
        for (let i = 0; i < lookups; i++) if (find(texts[i]!) !== ((first + i) * STEP) % ids) wrong++;
      })();
    };
    const found = interleaved(size, round((id) => table.find(id)), round((id) => map.get(id)));
    const texts = Array.from({ length: lookups }, (_, i) => freshId(i % ids));
    const lookupBytes = allocatedBytes(() => texts.forEach((id) => table.find(id))) / lookups;
    const defined = interleaved(
      size,
      () => {
        table = new IdTable();
        collectGarbage();
        return timed(ids, () => {
          for (let no = 0; no < ids; no++) table.define(freshId(no));
        })();
      },
      () => {
        map.clear();
        collectGarbage();
        return timed(ids, () => {
          for (let no = 0; no < ids; no++) map.set(freshId(no), no);
        })();
      },
    );
    return {
      measurements: [
        { what: 'exec_id lookup among a million, IdTable', ns: found.a, bytes: lookupBytes, ratio: { ...found.ratio, of: 'IdTable / Map' } },
        { what: 'exec_id lookup among a million, Map', ns: found.b },
        { what: 'exec_id added up to a million, IdTable', ns: defined.a, ratio: { ...defined.ratio, of: 'IdTable / Map' } },
        { what: 'exec_id added up to a million, Map', ns: defined.b },
        { what: 'kept for an exec_id of 20 characters, IdTable', bytes: tableBytes / ids },
        { what: 'kept for an exec_id of 20 characters, Map', bytes: mapBytes / ids },
      ],
      faults: wrong > 0 ? [`exec_id lookup: ${wrong} wrong`] : [],
    };
  },
};

/** A new text each time, whose hash nobody has computed yet. */
function freshId(no: number): string {
  for (let at = ID_BYTES - 1, rest = no; at >= ID_BYTES - 7; at--) {
    bytes[at] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return bytes.toString('latin1');
}
