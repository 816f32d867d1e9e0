/** Finds the route of a request and answers for paths that have none. */

import type { GatewayContext } from '../context.ts';
import type { HttpRequest, HttpResponse } from '../transport/transport.ts';
import { isOfOtherOrigin } from './origin.ts';
import { problem } from './problem.ts';
import type { Route, RoutedRequest } from './route.ts';

interface CompiledRoute {
  readonly route: Route;
  readonly segments: readonly string[];
}

export type RequestHandler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** `streamPaths` are WebSocket paths: asked for by plain HTTP they say so. */
export function createRouter(routes: readonly Route[], streamPaths: readonly string[], context: GatewayContext): RequestHandler {
  const compiled = routes.map((route) => ({ route, segments: route.path.split('/') }));
  /** By method and path: what has no parameters is found without a search. */
  const fixed = new Map(compiled.filter(({ segments }) => !segments.some(isParameter)).map((each) => [`${each.route.method} ${each.route.path}`, each]));
  const streams = streamPaths.map((path) => path.split('/'));
  return (request) => {
    const segments = request.path.split('/');
    const found =
      fixed.get(`${request.method} ${request.path}`) ??
      compiled.find((candidate) => candidate.route.method === request.method && matches(candidate.segments, segments));
    if (found === undefined) {
      const others = compiled.filter((candidate) => matches(candidate.segments, segments));
      return withoutRoute(request, others, streams.some((stream) => matches(stream, segments)));
    }
    const params = decodeParams(found.segments, segments);
    if (params === undefined) return problem('bad_request', 'the path is not valid percent-encoding');
    if (request.method !== 'GET' && isOfOtherOrigin(request)) {
      return problem('origin_refused', 'a page may send only to the host that it came from');
    }
    return found.route.handle(new ParameterizedRequest(request, params), context);
  };
}

/** Its query is only read where a handler asks for it. */
class ParameterizedRequest implements RoutedRequest {
  readonly params: RoutedRequest['params'];
  private readonly request: HttpRequest;

  constructor(request: HttpRequest, params: RoutedRequest['params']) {
    this.request = request;
    this.params = params;
  }

  get method(): string {
    return this.request.method;
  }

  get path(): string {
    return this.request.path;
  }

  get query(): URLSearchParams {
    return this.request.query;
  }

  get body(): Uint8Array {
    return this.request.body;
  }

  get remoteAddress(): string {
    return this.request.remoteAddress;
  }

  header(lowerCaseName: string): string | undefined {
    return this.request.header(lowerCaseName);
  }
}

/** Parameters of a path that matches, or undefined when one is not valid percent-encoding. */
export function decodeParams(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    if (!isParameter(part)) continue;
    try {
      params[part.slice(1)] = decodeURIComponent(segments[i]!);
    } catch {
      return undefined;
    }
  }
  return params;
}

export function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return pattern.length === segments.length && pattern.every((part, i) => isParameter(part) || part === segments[i]);
}

const isParameter = (part: string): boolean => part.startsWith(':');

/** `others` have the path and another method. */
function withoutRoute(request: HttpRequest, others: readonly CompiledRoute[], isStream: boolean): HttpResponse {
  if (others.length > 0) {
    const allow = others.map((candidate) => candidate.route.method).join(', ');
    return problem('method_not_allowed', `${request.method} is not allowed here, only ${allow}`, { headers: { allow } });
  }
  if (isStream) return problem('upgrade_required', 'connect with a WebSocket');
  return problem('not_found', `nothing is at ${request.path.slice(0, 200)}`);
}
