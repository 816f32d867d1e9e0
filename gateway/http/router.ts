/** Finds the route of a request and answers for paths that have none. */

import type { GatewayContext } from '../context.ts';
import type { HttpRequest, HttpResponse } from '../transport/transport.ts';
import { isOfOtherOrigin } from './origin.ts';
import { problem } from './problem.ts';
import type { Route } from './route.ts';

interface CompiledRoute {
  readonly route: Route;
  readonly segments: readonly string[];
}

export type RequestHandler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** `streamPaths` are WebSocket paths: asked for by plain HTTP they say so. */
export function createRouter(routes: readonly Route[], streamPaths: readonly string[], context: GatewayContext): RequestHandler {
  const compiled = routes.map((route) => ({ route, segments: route.path.split('/') }));
  const streams = streamPaths.map((path) => path.split('/'));
  return (request) => {
    const segments = request.path.split('/');
    const matching = compiled.filter((candidate) => matches(candidate.segments, segments));
    const found = matching.find((candidate) => candidate.route.method === request.method);
    if (found === undefined) return withoutRoute(request, matching, streams.some((stream) => matches(stream, segments)));
    const params = decodeParams(found.segments, segments);
    if (params === undefined) return problem('bad_request', 'the path is not valid percent-encoding');
    if (request.method !== 'GET' && isOfOtherOrigin(request)) {
      return problem('origin_refused', 'a page may send only to the host that it came from');
    }
    return found.route.handle({ ...request, header: (name) => request.header(name), params }, context);
  };
}

/** Parameters of a path that matches, or undefined when one is not valid percent-encoding. */
export function decodeParams(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    if (!part.startsWith(':')) continue;
    try {
      params[part.slice(1)] = decodeURIComponent(segments[i]!);
    } catch {
      return undefined;
    }
  }
  return params;
}

export function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return pattern.length === segments.length && pattern.every((part, i) => part.startsWith(':') || part === segments[i]);
}

function withoutRoute(request: HttpRequest, matching: readonly CompiledRoute[], isStream: boolean): HttpResponse {
  if (matching.length > 0) {
    const allow = matching.map((candidate) => candidate.route.method).join(', ');
    return problem('method_not_allowed', `${request.method} is not allowed here, only ${allow}`, { headers: { allow } });
  }
  if (isStream) return problem('upgrade_required', 'connect with a WebSocket');
  return problem('not_found', `nothing is at ${request.path.slice(0, 200)}`);
}
