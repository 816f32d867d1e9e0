/**
 * Alerts on the main thread: those that are active now, by order, and the last frames of each order for streams that
 * resume. It takes the shards' notices from their rings and tells whoever listens.
 */

import { unpack } from 'msgpackr';

import { ALERT_HISTORY_PER_ORDER_MAX } from '../../engine/domain/limits.ts';
import type { ActiveAlert } from '../../engine/domain/monitoring.ts';
import type { MailboxReceiver } from '../../engine/ring/mailbox.ts';
import { privateCopy } from '../../engine/ring/memory.ts';
import type { AlertNotice } from '../../engine/shard/alert-notice.ts';
import type { AlertSource } from '../order-reader.ts';
import { type AlertFrame, alertFrame } from './frames.ts';

interface OrderAlerts {
  readonly active: Map<string, ActiveAlert>;
  readonly history: AlertFrame[];
  /** Frames up to this sequence may have left the history. */
  historyBeginsAfter: number;
}

export class AlertBoard implements AlertSource {
  private readonly rings: readonly MailboxReceiver[];
  private readonly ofOrder = new Map<number, OrderAlerts>();
  private readonly beginsAfter: number;
  /** By shard: sequence of its newest notice, and of the newest of those that it tells again. */
  private readonly heardUpTo: number[];
  private readonly repeatsUpTo: number[];
  private onFrame: ((orderNo: number, frame: AlertFrame) => void) | undefined;

  /** Of frames up to `beginsAfter` only those of alerts that were still firing come: the service began with a snapshot. */
  constructor(rings: readonly MailboxReceiver[], beginsAfter = -1) {
    this.rings = rings;
    this.beginsAfter = beginsAfter;
    this.heardUpTo = rings.map(() => -1);
    this.repeatsUpTo = rings.map(() => -1);
  }

  listen(onFrame: (orderNo: number, frame: AlertFrame) => void): void {
    this.onFrame = onFrame;
  }

  drain(): void {
    for (const [shard, ring] of this.rings.entries()) {
      ring.receive((message) => this.hear(shard, unpack(privateCopy(message)) as AlertNotice), Number.POSITIVE_INFINITY);
    }
  }

  /** A shard that was started again will tell what it told before, and then what follows. Its ring must have been drained. */
  expectRepeats(shard: number): void {
    this.repeatsUpTo[shard] = this.heardUpTo[shard]!;
  }

  activeOf(orderNo: number): readonly ActiveAlert[] {
    return [...(this.ofOrder.get(orderNo)?.active.values() ?? [])];
  }

  /**
   * Alert frames at or behind a sequence, oldest first, or undefined when some of them have left the history. A frame at
   * the sequence itself is given again: several can have the same one, and event_id and revision tell repetitions.
   */
  framesSince(orderNo: number, sequence: number): readonly AlertFrame[] | undefined {
    if (sequence <= this.beginsAfter) return undefined;
    const alerts = this.ofOrder.get(orderNo);
    if (alerts === undefined) return [];
    if (sequence <= alerts.historyBeginsAfter) return undefined;
    return alerts.history.filter((frame) => frame.sequence >= sequence);
  }

  /** Takes in what a shard has told. */
  take(notice: AlertNotice): void {
    const alerts = this.alertsOf(notice.orderNo);
    const key = `${notice.alertType} ${notice.scope}`;
    if (notice.state === 'FIRING') alerts.active.set(key, activeAlert(notice));
    else alerts.active.delete(key);
    const frame = alertFrame(notice);
    alerts.history.push(frame);
    if (alerts.history.length > ALERT_HISTORY_PER_ORDER_MAX) alerts.historyBeginsAfter = alerts.history.shift()!.sequence;
    this.onFrame?.(notice.orderNo, frame);
  }

  private hear(shard: number, notice: AlertNotice): void {
    if (notice.sequence < this.repeatsUpTo[shard]! || (notice.sequence === this.repeatsUpTo[shard]! && this.isKnown(notice))) return;
    this.heardUpTo[shard] = Math.max(this.heardUpTo[shard]!, notice.sequence);
    this.take(notice);
  }

  private isKnown({ orderNo, eventId, revision }: AlertNotice): boolean {
    return this.ofOrder.get(orderNo)?.history.some((frame) => frame.event_id === eventId && frame.revision === revision) ?? false;
  }

  private alertsOf(orderNo: number): OrderAlerts {
    let alerts = this.ofOrder.get(orderNo);
    if (alerts === undefined) this.ofOrder.set(orderNo, (alerts = { active: new Map(), history: [], historyBeginsAfter: -1 }));
    return alerts;
  }
}

function activeAlert(notice: AlertNotice): ActiveAlert {
  const { execution_alert: alert, event_id, timestamp } = alertFrame(notice);
  return {
    event_id,
    revision: notice.revision,
    sequence: notice.sequence,
    timestamp,
    alert_type: alert.alert_type,
    scope: notice.scope,
    state: notice.state,
    severity: alert.severity,
    current_progress: alert.current_progress,
    expected_progress: alert.expected_progress,
    recommendation: alert.recommendation,
    metrics: alert.metrics,
  };
}
