/** The hours of `execution_monitoring_ts` that held rows need, each with the highest sequence that needs it. */

import { hourOf } from './hourly-partitions.ts';

interface NeededHour {
  readonly hourUs: number;
  sequence: number;
}

export class NeededHours {
  private readonly byHour = new Map<number, NeededHour>();
  /** Of the row before: the next one is mostly of the same hour. */
  private latest: NeededHour | undefined;

  add(timestampUs: number, sequence: number): void {
    const hourUs = hourOf(timestampUs);
    let hour = this.latest;
    if (hour?.hourUs !== hourUs) {
      hour = this.byHour.get(hourUs);
      if (hour === undefined) this.byHour.set(hourUs, (hour = { hourUs, sequence }));
      this.latest = hour;
    }
    if (sequence > hour.sequence) hour.sequence = sequence;
  }

  hoursUs(): Iterable<number> {
    return this.byHour.keys();
  }

  /** The rows up to `sequence` are not held any more. */
  dropThrough(sequence: number): void {
    for (const [hourUs, hour] of this.byHour) {
      if (hour.sequence <= sequence) this.byHour.delete(hourUs);
    }
    this.latest = undefined;
  }
}
