/**
 * The desk: parent orders that come over the day, worked in whatever market stands behind MarketSource, a pure function of the
 * seed and that market. This file puts the parts together and hands them what happens, in the order of time.
 *
 *     order-flow -> order-ticket -> order-desk -> algorithms/tactics -> router -> execution-reports
 *                                      ^                                  ^
 *                                  requests                           the tape
 *
 * Everything is emitted at its true time; what a message suffers on its way is simulation/delivery's.
 */

import type { Happening } from '../market/market-source.ts';
import type { Desk, OrderTruth } from './desk-contract.ts';
import type { DeskOptions } from './desk-options.ts';
import { ExecutionReports } from './execution-reports.ts';
import { Floor } from './floor.ts';
import { OrderDesk } from './order-desk.ts';
import { arrivalsOfDay } from './order-flow.ts';
import { Requests } from './requests.ts';
import { Router } from './router.ts';
import { truthOf } from './truth.ts';

export class TradingDesk implements Desk {
  private readonly floor: Floor;
  private readonly orders: OrderDesk;
  private readonly router: Router;

  constructor(options: DeskOptions) {
    const floor = new Floor(options);
    const orders = new OrderDesk(floor);
    const router = new Router(floor, new ExecutionReports(floor, orders), orders);
    const requests = new Requests(floor, orders, router);
    orders.router = router;
    orders.onBegin = (parent) => requests.plan(parent);
    for (const arrival of arrivalsOfDay(options.market, options.seed, options.orders, floor.flow)) orders.expect(arrival);
    this.floor = floor;
    this.orders = orders;
    this.router = router;
  }

  nextUs(): number {
    return this.floor.tasks.nextUs;
  }

  act(): void {
    const { floor } = this;
    const dueUs = floor.tasks.nextUs;
    if (dueUs === Number.POSITIVE_INFINITY) return;
    floor.nowUs = dueUs;
    while (floor.tasks.nextUs <= dueUs) floor.tasks.take()!();
  }

  onHappening(happening: Happening): void {
    const { floor } = this;
    const view = floor.views[happening.symbolNo]!;
    floor.nowUs = happening.timeUs;
    switch (happening.kind) {
      case 'quote':
        this.router.onQuote(view, happening);
        return;
      case 'trade':
        this.router.onTrade(view, happening);
        return;
      case 'status':
        view.changeStatus(happening.status, happening.timeUs);
    }
  }

  close(timeUs: number): void {
    const { floor } = this;
    floor.nowUs = timeUs;
    for (const parent of floor.parents) if (parent !== undefined) this.orders.closeOut(parent);
    floor.tasks.clear();
  }

  /** In the order of order numbers; without those that never found a market to arrive in. */
  get truths(): readonly OrderTruth[] {
    const { parents, closeUs } = this.floor;
    return parents.flatMap((parent) => (parent === undefined ? [] : [truthOf(parent, closeUs)]));
  }
}
