/**
 * Chooses the transport: uWebSockets.js where its native binary really loads, else node:http with ws.
 *
 * It owns that question. The package has binaries for Node 16, 18 and 20; elsewhere it prints warnings and quietly puts
 * a poor shim in its place, so the binary is loaded by its own name first and the package never asked without it.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { NodeTransport } from './node-transport.ts';
import { DEFAULT_TRANSPORT_LIMITS, type TransportLimits } from './transport-limits.ts';
import type { Transport, TransportHandlers, TransportName } from './transport.ts';
import { UwsTransport, type UwsLibrary } from './uws-transport.ts';

/** 'auto' prefers uWebSockets.js. A name that cannot be had throws, and says why. */
export function chooseTransport(
  handlers: TransportHandlers,
  limits: Partial<TransportLimits> = {},
  wanted: TransportName | 'auto' = 'auto',
): Transport {
  const allLimits = { ...DEFAULT_TRANSPORT_LIMITS, ...limits };
  if (wanted === 'node') return new NodeTransport(handlers, allLimits);
  const loaded = loadUws();
  if ('library' in loaded) return new UwsTransport(loaded.library, handlers, allLimits);
  if (wanted === 'uws') throw new Error(`transport uws cannot be used: ${loaded.whyNot}`);
  return new NodeTransport(handlers, allLimits);
}

/** The library with its native code, or why it cannot be had here. Loading twice gives the same library. */
export function loadUws(): { readonly library: UwsLibrary } | { readonly whyNot: string } {
  if (!isMainThread) return { whyNot: 'ending a worker with uWebSockets.js open aborts the process' };
  const require = createRequire(import.meta.url);
  const { platform, arch, versions } = process;
  const binary = `uws_${platform}_${arch}_${versions.modules}.node`;
  try {
    const path = join(dirname(require.resolve('uWebSockets.js/package.json')), 'binaries', binary);
    if (!existsSync(path)) return { whyNot: `it has no binary ${binary} (Node ${versions.node})` };
    return { library: require(path) as UwsLibrary };
  } catch (error) {
    return { whyNot: error instanceof Error ? error.message : String(error) };
  }
}
