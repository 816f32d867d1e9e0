/**
 * The content of executions and routes as it is compared when an id comes again: hashed from the record, so that a
 * record just written and the same record read back after a restart have the same hash.
 */

import { NONE, type RecordReader, RecordType } from '../journal/record.ts';
import { contentHash, NumbersHash } from './content-hash.ts';

export interface ExecutionContent {
  executionNo: number;
  refExecutionNo: number;
  /** Of a fill that names its child order, else NONE. */
  childNo: number;
  hash: number;
}

const numbers = new NumbersHash();
/** One for all: a fill costs no object. */
const content: ExecutionContent = { executionNo: NONE, refExecutionNo: NONE, childNo: NONE, hash: 0 };

/**
 * Reads a record of an execution, a correction or a bust from the start of its body up to its texts: exec_id and, but for a
 * fill, ref_exec_id. The answer is valid until the next call.
 */
export function executionContent(record: RecordReader): Readonly<ExecutionContent> {
  content.refExecutionNo = content.childNo = NONE;
  numbers.begin().add(record.type).add(record.orderNo).add(record.timestampUs);
  switch (record.type) {
    case RecordType.EXECUTION: {
      numbers.add(record.double()).add(record.double()).add(record.double());
      content.executionNo = record.word();
      const venueNo = record.word();
      content.childNo = record.word();
      numbers.add(venueNo).add(content.childNo).add(record.word());
      break;
    }
    case RecordType.EXECUTION_CORRECTED: {
      numbers.add(record.double()).add(record.double()).add(record.double());
      content.executionNo = record.word();
      content.refExecutionNo = record.word();
      numbers.add(content.refExecutionNo).add(record.word());
      break;
    }
    default:
      content.executionNo = record.word();
      content.refExecutionNo = record.word();
      numbers.add(content.refExecutionNo);
  }
  content.hash = numbers.value;
  return content;
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
