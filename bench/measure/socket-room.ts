/** How many WebSockets this machine lets one server and its clients have, both on loopback (Linux, /proc). */

import { readFileSync } from 'node:fs';

/** File descriptors that a process needs for itself, and ports that others use. */
const KEPT_BACK = 1_000;

export function socketRoom(): { readonly descriptors: number; readonly ports: number } {
  const limit = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
  const [low = 0, high = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1').trim().split(/\s+/).map(Number);
  return {
    descriptors: (limit === undefined || limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit)) - KEPT_BACK,
    ports: high - low + 1 - KEPT_BACK,
  };
}
