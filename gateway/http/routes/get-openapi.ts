import { Type } from '@sinclair/typebox';

import { json } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { openApiDocument } from '../openapi.ts';

/** GET /openapi.json: this API, made from the schemas that validate its requests. */
export function getOpenApi(routes: readonly Route[]): Route {
  let text: string | undefined;
  const self = route({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as OpenAPI 3.1',
    responses: { 200: { description: 'The document', schema: Type.Object({}) } },
    errors: [],
    handle: () => json(200, (text ??= JSON.stringify(openApiDocument([...routes, self])))),
  });
  return self;
}
