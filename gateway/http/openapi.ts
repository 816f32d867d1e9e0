/** The OpenAPI 3.1 document, made from the routes and the schemas that they validate with. */

import type { TSchema } from '@sinclair/typebox';

import { type ErrorCode, ERRORS } from '../../engine/domain/errors.ts';
import { Problem } from '../../engine/domain/monitoring.ts';
import type { Route } from './route.ts';

const API_VERSION = '0.1.0';

export function openApiDocument(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:([a-z_]+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Execution monitor',
      version: API_VERSION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Follows every parent order while it trades. Timestamps are RFC 3339 UTC; undefined numbers are null.',
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: { Problem: plain(Problem) } },
  };
}

function operation(route: Route): Record<string, unknown> {
  const pathParameters = [...route.path.matchAll(/:([a-z_]+)/g)].map((match) => ({
    name: match[1],
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 100 },
  }));
  const queryParameters = Object.entries(route.query ?? {}).map(([name, { description, schema }]) => ({
    name,
    in: 'query',
    required: false,
    description,
    schema: plain(schema),
  }));
  const headerParameters = Object.entries(route.requestHeaders ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
  const { request } = route;
  return {
    summary: route.summary,
    operationId: operationId(route),
    parameters: [...pathParameters, ...queryParameters, ...headerParameters],
    ...(request === undefined
      ? {}
      : { requestBody: { required: true, content: Object.fromEntries(request.mediaTypes.map((type) => [type, { schema: plain(request.schema) }])) } }),
    responses: { ...successes(route), ...failures(route.errors) },
  };
}

function successes(route: Route): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, { description, schema }]) => [
      status,
      { description, content: { 'application/json': { schema: plain(schema) } } },
    ]),
  );
}

/** Errors of one status stand together, with their codes in the description. */
function failures(codes: readonly ErrorCode[]): Record<string, unknown> {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))];
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: codes
          .filter((code) => ERRORS[code].status === status)
          .map((code) => `${code}: ${ERRORS[code].title}`)
          .join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function operationId(route: Route): string {
  return `${route.method.toLowerCase()}_${route.path.split('/').filter((part) => part !== '' && part !== 'api').join('_').replaceAll(':', '')}`;
}

/** A TypeBox schema without its symbols. */
function plain(schema: TSchema): unknown {
  return JSON.parse(JSON.stringify(schema));
}
