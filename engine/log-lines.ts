/**
 * Standard error, where the log goes: a line is written at once, or lost. A reader that has gone or a full disk costs lines, and
 * neither ends the service nor keeps it from ending: a log that keeps what it could not write would try again for ever at the exit.
 */

import { writeSync } from 'node:fs';

const STDERR = 2;
const LINE_END = 0x0a;

export class LogLines {
  /** True when a part of a line was written and its rest lost: the next line must not go on in it. */
  private isBroken = false;

  /** `line` has its end. */
  write(line: string): void {
    let rest = Buffer.from(this.isBroken ? `\n${line}` : line);
    try {
      while (rest.length > 0) {
        const written = writeSync(STDERR, rest);
        if (written > 0) this.isBroken = rest[written - 1] !== LINE_END;
        rest = rest.subarray(written);
      }
    } catch {
      // There is nowhere left to tell it.
    }
  }
}
