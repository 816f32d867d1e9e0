import { Type } from '@sinclair/typebox';

import { json, problem } from '../problem.ts';
import { route } from '../route.ts';

const Live = Type.Object({ status: Type.Literal('ok') });
const Ready = Type.Object({
  status: Type.Literal('ready'),
  clock: Type.String(),
  shards: Type.Integer(),
  rebuilding_shards: Type.Array(Type.Integer(), { description: 'Shards that have died and do not know yet again what they knew: their orders are answered 503.' }),
  shard_restarts: Type.Integer({ description: 'How often a shard has died and was started again since the service began.' }),
  transport: Type.String({ description: 'uws or node' }),
  journal: Type.Object({ last_sequence: Type.Integer() }),
  storage: Type.Object({
    kind: Type.String({ description: 'embedded or external' }),
    connected: Type.Boolean(),
    committed_sequence: Type.Integer({ description: 'Rows up to this sequence are in the database.' }),
    held_rows: Type.Integer({ description: 'Rows that wait for the database.' }),
    spilled_rows: Type.Integer({ description: 'Of them those that memory has no room for: they wait in the data folder.' }),
    error: Type.Optional(Type.String()),
  }),
  state: Type.Optional(
    Type.Union([
      Type.Object({
        sequence: Type.Integer({ description: 'All input up to it is in the state.' }),
        hash: Type.String({ description: '64 bits in hexadecimal. One journal up to one sequence, one hash, with any number of shards.' }),
      }),
      Type.Null({ description: 'A shard does not answer.' }),
    ]),
  ),
});

/** GET /health/live: the process answers. */
export const healthLive = route({
  method: 'GET',
  path: '/health/live',
  summary: 'Whether the process answers',
  responses: { 200: { description: 'It does', schema: Live } },
  errors: [],
  handle: () => json(200, { status: 'ok' }),
});

/** GET /health/ready: events are taken and numbers are current; says how the database is, which intake does not need. */
export const healthReady = route({
  method: 'GET',
  path: '/health/ready',
  summary: 'Whether events are taken and numbers are current, and how the parts are',
  query: {
    verbose: {
      description: 'Present: with a hash of all state after the newest input (state). It costs every thread time in proportion to what is in memory.',
      schema: Type.Boolean(),
    },
  },
  responses: { 200: { description: 'Ready', schema: Ready } },
  errors: ['not_ready', 'disk_full', 'journal_failed'],
  handle({ query }, context) {
    const health = context.health();
    if (!health.isReady) return problem(context.intakeClosed() ?? 'not_ready', health.reason ?? 'not ready');
    const ready = { status: 'ready', ...health.details };
    if (!query.has('verbose')) return json(200, ready);
    return context.stateHash().then((state) => json(200, { ...ready, state: state ?? null }));
  },
});
