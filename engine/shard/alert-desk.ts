/** Evaluates the alerts of one order whose row is open, and says what changed; it is told once the row is closed. */

import { advance, type AlertLife, newLife, resolve, type Transition } from '../alerts/lifecycle.ts';
import { recommend } from '../alerts/recommendation.ts';
import { isCalm, judge } from '../alerts/rules.ts';
import { NO_THRESHOLDS } from '../alerts/thresholds.ts';
import { ALERT_TYPES } from '../domain/enums.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { AlertFacts } from './alert-facts.ts';
import { alertEventId, type AlertNotice } from './alert-notice.ts';
import type { Shard } from './shard.ts';

/** Alerts of a whole order have no narrower scope. */
const WHOLE_ORDER = '';
const NOTHING: readonly AlertNotice[] = [];
const factsInHand = new AlertFacts();

/** Notices of what changed, in the order of the types. */
export function evaluateAlerts(shard: Shard, orderNo: number, at: number): readonly AlertNotice[] {
  const { cells } = shard.orders;
  const order = shard.factsOf(orderNo);
  const { thresholds, announcement } = order;
  const isLive = Number.isNaN(cells[at + C.ENDED_US]!);
  const isIdle = order.alerts === undefined || areIdle(order.alerts);
  if (isIdle && (!isLive || (thresholds === NO_THRESHOLDS && isCalmOrder(cells, at)))) {
    cells[at + C.ALERTS_FIRING] = 0;
    return NOTHING;
  }
  let notices = NOTHING;
  const facts = factsInHand.of(shard, orderNo, at);
  let firing = 0;
  for (const type of ALERT_TYPES) {
    let life = order.alerts?.get(type);
    let transition: Transition;
    if (isLive) {
      const verdict = judge(type, facts, thresholds);
      if (life === undefined && !verdict.fires) continue;
      if (life === undefined) (order.alerts ??= new Map()).set(type, (life = newLife()));
      transition = advance(life, verdict, shard.nowUs);
    } else if (life !== undefined) transition = resolve(life);
    if (life === undefined) continue;
    if (life.state === 'FIRING') firing |= 1 << ALERT_TYPES.indexOf(type);
    if (transition === undefined) continue;
    const notice: AlertNotice = {
      orderNo,
      sequence: cells[at + C.AS_OF_SEQUENCE]!,
      timestampUs: shard.nowUs,
      eventId: alertEventId(announcement.order_id, type, WHOLE_ORDER, life.episode),
      revision: life.revision,
      orderId: announcement.order_id,
      alertType: type,
      scope: WHOLE_ORDER,
      state: transition === 'resolved' ? 'RESOLVED' : 'FIRING',
      severity: life.severity,
      currentProgress: facts.executionProgress,
      expectedProgress: facts.expectedProgress,
      executionSpeed: facts.executionSpeed,
      costEfficiency: facts.costEfficiency,
      recommendation: recommend(type, facts),
    };
    notices = [...notices, notice];
  }
  cells[at + C.ALERTS_FIRING] = firing;
  return notices;
}

/** Nothing holds and nothing fires: what is calm then stays as it is. */
function areIdle(alerts: ReadonlyMap<string, AlertLife>): boolean {
  for (const { state } of alerts.values()) if (state !== 'IDLE') return false;
  return true;
}

function isCalmOrder(cells: Float64Array, at: number): boolean {
  return isCalm(cells[at + C.EXECUTION_SPEED]!, cells[at + C.EXPECTED_PROGRESS]!, cells[at + C.EXECUTION_PROGRESS]!, cells[at + C.SLIPPAGE_BPS]!);
}

/** Tells streams and database; after the row is closed, because either ring can be full and make the shard wait. */
export function raiseAlerts(shard: Shard, notices: readonly AlertNotice[]): void {
  for (const notice of notices) {
    const { orderNo, state, ...fields } = notice;
    const facts = shard.factsOf(orderNo);
    if (state === 'FIRING') (facts.firing ??= new Map()).set(notice.alertType, notice);
    else facts.firing?.delete(notice.alertType);
    shard.outputs.alert(notice);
    shard.outputs.row({ kind: 'alert', alertState: state, ...fields });
  }
}
