/** Input events as the order oracle reads them: plain objects in the order of their arrival, and what a list of them says. */

export interface OracleEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly [field: string]: unknown;
}

/** An event with its place among all that came. */
export interface Placed {
  readonly at: number;
  readonly us: number;
  readonly event: OracleEvent;
}

export interface Quote {
  readonly at: number;
  readonly us: number;
  readonly bid: number;
  readonly ask: number;
  readonly mid: number;
}

export interface Trade {
  readonly at: number;
  readonly us: number;
  readonly price: number;
  readonly quantity: number;
}

export interface LiveFill {
  readonly execId: string;
  /** Of the original: a correction keeps the quote that it met. */
  readonly at: number;
  readonly us: number;
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly venue: string;
  readonly child: string | undefined;
  readonly liquidity: string | undefined;
}

/** Microseconds of an RFC 3339 text in UTC with at most six decimals. */
export function microseconds(text: string): number {
  const [seconds, fraction = ''] = text.slice(0, -1).split('.');
  return Date.parse(`${seconds}Z`) * 1_000 + Number(fraction.padEnd(6, '0'));
}

/** All events in their order of arrival; what came again under a known identity is left out. */
export function placed(events: readonly OracleEvent[]): Placed[] {
  const seen = new Set<string>();
  const first: Placed[] = [];
  events.forEach((event, at) => {
    const identity =
      event['event_id'] !== undefined
        ? `event ${String(event['event_id'])}`
        : event['exec_id'] !== undefined
          ? `exec ${String(event['exec_id'])}`
          : event.type === 'order'
            ? `order ${String(event['order_id'])}`
            : event.type === 'route'
              ? `route ${String(event['child_order_id'])}`
              : `${at}`;
    if (seen.has(identity)) return;
    seen.add(identity);
    first.push({ at, us: microseconds(event.timestamp), event });
  });
  return first;
}

/** The valid quotes of a symbol in (timestamp, sequence) order. */
export function quotesOf(events: readonly Placed[], symbol: string): Quote[] {
  return inTimeOrder(
    events.flatMap(({ at, us, event }) => {
      if (event.type !== 'quote' || event['symbol'] !== symbol) return [];
      const bid = (event['bid'] as number | null | undefined) ?? 0;
      const ask = (event['ask'] as number | null | undefined) ?? 0;
      return bid > 0 && ask > 0 && bid <= ask ? [{ at, us, bid, ask, mid: (bid + ask) / 2 }] : [];
    }),
  );
}

/** The eligible trades of a symbol in (timestamp, sequence) order. */
export function tradesOf(events: readonly Placed[], symbol: string): Trade[] {
  return inTimeOrder(
    events.flatMap(({ at, us, event }) =>
      event.type === 'trade' && event['symbol'] === symbol && event['vwap_eligible'] !== false
        ? [{ at, us, price: event['price'] as number, quantity: event['quantity'] as number }]
        : [],
    ),
  );
}

/**
 * The live fills of an order in (timestamp, exec_id) order. Each amendment names the latest id of its chain; of several that
 * name one execution the first by (timestamp, exec_id) counts.
 */
export function liveFillsOf(own: readonly Placed[]): LiveFill[] {
  const live: LiveFill[] = [];
  for (const { at, us, event } of own) {
    if (event.type !== 'execution') continue;
    let fill: LiveFill | undefined = {
      execId: event['exec_id'] as string,
      at,
      us,
      quantity: event['quantity'] as number,
      price: event['price'] as number,
      fee: (event['fee'] as number | undefined) ?? 0,
      venue: event['venue'] as string,
      child: event['child_order_id'] as string | undefined,
      liquidity: event['liquidity'] as string | undefined,
    };
    for (;;) {
      const amendment: OracleEvent | undefined = firstOf(own.filter(({ event: other }) => other['ref_exec_id'] === fill?.execId))?.event;
      if (amendment === undefined) break;
      if (amendment.type === 'execution_canceled') {
        fill = undefined;
        break;
      }
      fill = {
        ...fill,
        execId: amendment['exec_id'] as string,
        quantity: amendment['quantity'] as number,
        price: amendment['price'] as number,
        fee: (amendment['fee'] as number | undefined) ?? fill.fee,
        venue: (amendment['venue'] as string | undefined) ?? fill.venue,
      };
    }
    if (fill !== undefined) live.push(fill);
  }
  return live.sort((a, b) => a.us - b.us || (a.execId < b.execId ? -1 : 1));
}

function firstOf(amendments: Placed[]): Placed | undefined {
  return amendments.sort((a, b) => a.us - b.us || (String(a.event['exec_id']) < String(b.event['exec_id']) ? -1 : 1))[0];
}

function inTimeOrder<T extends { readonly at: number; readonly us: number }>(items: T[]): T[] {
  return items.sort((a, b) => a.us - b.us || a.at - b.at);
}
