/** The frames of an order's stream. Each has a type and a sequence; `snapshot` and `update` are the status itself. */

import { Packr } from 'msgpackr';

import type { AlertType, Severity } from '../../engine/domain/enums.ts';
import type { ExecutionStatus } from '../../engine/domain/monitoring.ts';
import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import type { AlertNotice } from '../../engine/shard/alert-notice.ts';

/** The event `execution_alert_generated` of the specification, with the alert's state around it. */
export interface AlertFrame {
  readonly type: 'alert';
  readonly sequence: number;
  readonly event: 'execution_alert_generated' | 'execution_alert_resolved';
  readonly state: AlertNotice['state'];
  readonly revision: number;
  readonly scope: string;
  readonly event_id: string;
  readonly timestamp: string;
  readonly execution_alert: {
    readonly order_id: string;
    readonly alert_type: AlertType;
    readonly severity: Severity;
    readonly current_progress: number | null;
    readonly expected_progress: number | null;
    readonly recommendation: string;
    readonly metrics: { readonly execution_speed: number | null; readonly cost_efficiency: number | null };
  };
}

export type StreamFrame =
  | ({ readonly type: 'snapshot' | 'update'; readonly sequence: number } & ExecutionStatus)
  | AlertFrame
  | { readonly type: 'heartbeat'; readonly sequence: number; readonly timestamp: string }
  | { readonly type: 'reset'; readonly sequence: number; readonly reason: string }
  /** The last frame before the service closes the stream. */
  | { readonly type: 'server_shutdown'; readonly sequence: number };

export function alertFrame(notice: AlertNotice): AlertFrame {
  return {
    type: 'alert',
    sequence: notice.sequence,
    event: notice.state === 'FIRING' ? 'execution_alert_generated' : 'execution_alert_resolved',
    state: notice.state,
    revision: notice.revision,
    scope: notice.scope,
    event_id: notice.eventId,
    timestamp: formatTimestamp(notice.timestampUs),
    execution_alert: {
      order_id: notice.orderId,
      alert_type: notice.alertType,
      severity: notice.severity,
      current_progress: orNull(notice.currentProgress),
      expected_progress: orNull(notice.expectedProgress),
      recommendation: notice.recommendation,
      metrics: { execution_speed: orNull(notice.executionSpeed), cost_efficiency: orNull(notice.costEfficiency) },
    },
  };
}

export function statusFrame(type: 'snapshot' | 'update', status: ExecutionStatus): StreamFrame {
  return { type, sequence: status.as_of_sequence, ...status };
}

export const STREAM_PROTOCOLS = ['json', 'msgpack'] as const;
export type StreamProtocol = (typeof STREAM_PROTOCOLS)[number];

const packr = new Packr({ useRecords: false });

/** A frame encoded once for each encoding, however many sockets it goes to. */
export class EncodedFrame {
  private readonly frame: StreamFrame;
  private text: string | undefined;
  private bytes: Uint8Array | undefined;

  constructor(frame: StreamFrame) {
    this.frame = frame;
  }

  in(protocol: StreamProtocol): string | Uint8Array {
    if (protocol === 'msgpack') return (this.bytes ??= Uint8Array.from(packr.pack(this.frame)));
    return (this.text ??= JSON.stringify(this.frame));
  }
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
