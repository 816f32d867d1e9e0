/**
 * The content of executions and routes as it is compared when an id comes again: hashed from the record, so that a
 * record just written and the same record read back after a restart have the same hash.
 */

import { NONE, type RecordReader, RecordType } from '../journal/record.ts';
import { contentHash, NumbersHash } from './content-hash.ts';

export interface ExecutionContent {
  readonly executionNo: number;
  readonly refExecutionNo: number;
  /** Of a fill that names its child order, else NONE. */
  readonly childNo: number;
  readonly execId: string;
  /** '' for a fill. */
  readonly refExecId: string;
  readonly hash: number;
}

const numbers = new NumbersHash();

/** Reads a record of an execution, a correction or a bust from the start of its body. */
export function executionContent(record: RecordReader): ExecutionContent {
  numbers.begin().add(record.type).add(record.orderNo).add(record.timestampUs);
  switch (record.type) {
    case RecordType.EXECUTION: {
      numbers.add(record.double()).add(record.double()).add(record.double());
      const executionNo = record.word();
      const venueNo = record.word();
      const childNo = record.word();
      const hash = numbers.add(venueNo).add(childNo).add(record.word()).value;
      return { executionNo, refExecutionNo: NONE, childNo, execId: record.text(), refExecId: '', hash };
    }
    case RecordType.EXECUTION_CORRECTED: {
      numbers.add(record.double()).add(record.double()).add(record.double());
      const executionNo = record.word();
      const refExecutionNo = record.word();
      const hash = numbers.add(refExecutionNo).add(record.word()).value;
      return { executionNo, refExecutionNo, childNo: NONE, execId: record.text(), refExecId: record.text(), hash };
    }
    default: {
      const executionNo = record.word();
      const refExecutionNo = record.word();
      const hash = numbers.add(refExecutionNo).value;
      return { executionNo, refExecutionNo, childNo: NONE, execId: record.text(), refExecId: record.text(), hash };
    }
  }
}

export interface RouteContent {
  readonly childNo: number;
  readonly hash: number;
}

/** Reads a ROUTE record from the start of its body. */
export function routeContent(record: RecordReader): RouteContent {
  const terms = `${record.double()} ${record.double()}`;
  const childNo = record.word();
  const venueNo = record.word();
  record.text();
  const hash = contentHash(`${record.orderNo} ${record.timestampUs} ${terms} ${venueNo} ${record.text()} ${record.text()}`);
  return { childNo, hash };
}
