/** What is answered when what was taken could not be made durable. */

import type { ErrorCode } from '../../engine/domain/errors.ts';
import { DiskFull } from '../../engine/journal/disk.ts';

/** `reason` is what `sequencer.durable()` was rejected with. */
export function notDurable(reason: unknown): { readonly code: ErrorCode; readonly detail: string } {
  if (reason instanceof DiskFull) return { code: 'disk_full', detail: 'what was sent may be kept once there is room; send it again, what is known is a duplicate then' };
  return { code: 'journal_failed', detail: reason instanceof Error ? reason.message : String(reason) };
}
