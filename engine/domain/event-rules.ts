/**
 * What a schema cannot say about an event: conditions between its fields.
 * Each rule answers with the field at fault and why, or undefined.
 */

import type { EventOf, InputEvent } from './events.ts';
import { parseTimestampUs } from './timestamp.ts';

export interface FieldFault {
  /** Dotted path of the field, `schedule.1.fraction`. */
  readonly field: string;
  readonly detail: string;
}

const NEEDS_END_TIME = ['TWAP', 'VWAP', 'IS'];

export function checkEventRules(event: InputEvent): FieldFault | undefined {
  switch (event.type) {
    case 'order':
      return checkOrder(event);
    case 'order_replaced':
      return event.schedule === undefined ? undefined : checkSchedule(event.schedule);
    case 'execution_corrected':
    case 'execution_canceled':
      if (event.exec_id !== event.ref_exec_id) return undefined;
      return { field: 'ref_exec_id', detail: 'must name another execution than exec_id' };
    case 'instrument':
      return event.volume_curve === undefined ? undefined : checkVolumeCurve(event.volume_curve);
    default:
      return undefined;
  }
}

function checkOrder(event: EventOf<'order'>): FieldFault | undefined {
  const algorithm = event.algorithm ?? 'NONE';
  if (NEEDS_END_TIME.includes(algorithm) && event.end_time === undefined) {
    return { field: 'end_time', detail: `is needed for ${algorithm}` };
  }
  if (algorithm === 'POV' && event.participation_rate === undefined) {
    return { field: 'participation_rate', detail: 'is needed for POV' };
  }
  if (algorithm === 'CUSTOM' && event.schedule === undefined) {
    return { field: 'schedule', detail: 'is needed for CUSTOM' };
  }
  const startUs = parseTimestampUs(event.start_time ?? event.timestamp);
  if (event.end_time !== undefined && !(parseTimestampUs(event.end_time) > startUs)) {
    return { field: 'end_time', detail: 'must be after start_time (or timestamp, where start_time is not given)' };
  }
  return event.schedule === undefined ? undefined : checkSchedule(event.schedule);
}

function checkSchedule(schedule: NonNullable<EventOf<'order'>['schedule']>): FieldFault | undefined {
  const last = schedule.length - 1;
  if (schedule[0]!.fraction !== 0) return { field: 'schedule.0.fraction', detail: 'must be 0' };
  if (schedule[last]!.fraction !== 1) return { field: `schedule.${last}.fraction`, detail: 'must be 1' };
  for (let i = 1; i <= last; i++) {
    const [before, knot] = [schedule[i - 1]!, schedule[i]!];
    if (!(parseTimestampUs(knot.time) > parseTimestampUs(before.time))) {
      return { field: `schedule.${i}.time`, detail: 'must be after the knot before it' };
    }
    if (knot.fraction < before.fraction) {
      return { field: `schedule.${i}.fraction`, detail: 'must not fall below the knot before it' };
    }
  }
  return undefined;
}

function checkVolumeCurve(curve: readonly number[]): FieldFault | undefined {
  for (let i = 1; i < curve.length; i++) {
    if (curve[i]! < curve[i - 1]!) return { field: `volume_curve.${i}`, detail: 'must not fall: the curve is cumulative' };
  }
  return undefined;
}
