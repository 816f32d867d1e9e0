/** What a route is: its method and path, what it takes and answers (for OpenAPI and tests), and its handler. */

import type { TSchema } from '@sinclair/typebox';

import type { ErrorCode } from '../../engine/domain/errors.ts';
import type { GatewayContext } from '../context.ts';
import type { HttpRequest, HttpResponse } from '../transport/transport.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** Segments that begin with ':' are parameters. */
  readonly path: string;
  readonly summary: string;
  readonly query?: Readonly<Record<string, { readonly description: string; readonly schema: TSchema }>>;
  readonly requestHeaders?: Readonly<Record<string, string>>;
  readonly request?: { readonly schema: TSchema; readonly mediaTypes: readonly string[] };
  /** By status. */
  readonly responses: Readonly<Record<number, { readonly description: string; readonly schema: TSchema }>>;
  readonly errors: readonly ErrorCode[];
  handle(request: RoutedRequest, context: GatewayContext): HttpResponse | Promise<HttpResponse>;
}

export interface RoutedRequest extends HttpRequest {
  /** Path parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
}

export const route = (definition: Route): Route => definition;
