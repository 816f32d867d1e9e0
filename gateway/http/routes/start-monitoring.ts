import { effectiveThresholds } from '../../../engine/alerts/thresholds.ts';
import { ExecutionMonitoringRequest, MonitoringSession } from '../../../engine/domain/monitoring.ts';
import type { MonitoringMetric } from '../../../engine/domain/enums.ts';
import { formatTimestamp } from '../../../engine/domain/timestamp.ts';
import { compileValidator } from '../../../engine/domain/validate.ts';
import type { Session } from '../../../engine/sequencer/registry.ts';
import type { GatewayContext } from '../../context.ts';
import { parseJson } from '../../json-body.ts';
import { notDurable } from '../../ingest/not-durable.ts';
import { json, problem, validationProblem } from '../problem.ts';
import { route } from '../route.ts';

const validate = compileValidator(ExecutionMonitoringRequest);

/** POST /api/v1/monitoring/start: monitors an order, which may be announced later; again for the same one changes it. */
export const startMonitoring = route({
  method: 'POST',
  path: '/api/v1/monitoring/start',
  summary: 'Start monitoring an order, or change how it is monitored',
  request: { schema: ExecutionMonitoringRequest, mediaTypes: ['application/json'] },
  responses: {
    201: { description: 'The session was started', schema: MonitoringSession },
    200: { description: 'The session of this order was updated; what is left out stays', schema: MonitoringSession },
  },
  errors: ['malformed_body', 'validation_failed', 'body_too_large', 'media_type_unsupported', 'origin_refused', 'not_ready', 'disk_full', 'journal_failed', 'overloaded', 'capacity_reached'],
  async handle(request, context) {
    const closed = context.intakeClosed();
    if (closed !== undefined) return problem(closed, 'no input is taken now');
    const mediaType = (request.header('content-type') ?? 'application/json').split(';')[0]!.trim().toLowerCase();
    if (mediaType !== 'application/json') return problem('media_type_unsupported', 'send application/json');
    let body: unknown;
    try {
      body = parseJson(request.body);
    } catch (error) {
      return problem('malformed_body', error instanceof Error ? error.message : String(error));
    }
    const checked = validate(body);
    if (!checked.ok) return validationProblem(checked.fault);
    if (!context.sequencer.hasRoom()) return problem('overloaded', 'the shards are behind');
    const started = context.sequencer.startMonitoring(checked.value);
    if (typeof started === 'string') return problem(started, 'no more orders can be held');
    try {
      await context.sequencer.durable();
    } catch (error) {
      const { code, detail } = notDurable(error);
      return problem(code, detail);
    }
    return json(started.created ? 201 : 200, sessionAnswer(started.session, context));
  },
});

function sessionAnswer(session: Session, context: GatewayContext): MonitoringSession {
  const orderId = context.registry.orders.nameOf(session.orderNo);
  const path = `/api/v1/monitoring/${encodeURIComponent(orderId)}`;
  return {
    session_id: session.sessionId,
    order_id: orderId,
    status: context.registry.isAnnounced(session.orderNo) ? 'ACTIVE' : 'PENDING',
    monitoring_metrics: [...session.metrics] as MonitoringMetric[],
    alert_thresholds: effectiveThresholds(session.thresholds),
    real_time_updates: session.realTimeUpdates,
    started_at: formatTimestamp(session.startedUs),
    links: { status: `${path}/status`, analytics: `${path}/analytics`, stream: `${path}/stream` },
  };
}
