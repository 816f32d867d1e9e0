/** The order whose row is open for writing, and what was so before it was opened; see change-order.ts. One at a time, none mostly. */

import { NONE } from '../journal/record.ts';

export class OpenOrder {
  orderNo = NONE;
  /** How many changes of it are under way, one inside the other. */
  depth = 0;
  isNew = false;
  wasLive = false;
}
