import { z } from 'zod';
import { routeRules } from '../protocol/access/scopes.ts';
import { hookEventSchemas } from './hook-events.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { errorSchema } from './schemas.ts';

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return hoist(rest);
};

/** Each name stands for one schema, so that every document of this process may share them. */
const definitions: Record<string, unknown> = {};
/** zod keeps named schemas in `$defs`; OpenAPI wants them under `components/schemas`. */
const hoist = (schema: Record<string, unknown>): Record<string, unknown> => {
  const { $defs, ...rest } = schema;
  const moved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string' ? inner.replace('#/$defs/', '#/components/schemas/') : moved(inner),
      ]),
    );
  };
  for (const [name, definition] of Object.entries(typeof $defs === 'object' && $defs !== null ? $defs : {}))
    definitions[name] = moved(definition);
  return moved(rest) as Record<string, unknown>;
};

const parameters = (schema: z.ZodType, where: 'path' | 'query'): Record<string, unknown>[] => {
  const { properties, required } = jsonSchema(schema, 'input');
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.entries(typeof properties === 'object' && properties !== null ? properties : {}).map(
    ([name, property]) => ({ name, in: where, required: where === 'path' || needed.has(name), schema: property }),
  );
};

const answer = (operation: Operation): Record<string, unknown> => {
  const content: Record<string, unknown> = {
    'application/json': { schema: jsonSchema(operation.response, 'output') },
  };
  for (const image of operation.images ?? []) content[image] = { schema: { type: 'string', format: 'binary' } };
  return {
    [operation.status]: { description: 'done', content },
    default: {
      description: 'refused or failed; the message says what to do',
      content: { 'application/json': { schema: jsonSchema(errorSchema, 'output') } },
    },
  };
};

/** What sessions' hooks are sent, signed. */
const webhooks = (): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(hookEventSchemas).map(([type, { summary, schema }]) => [
      type,
      {
        post: {
          operationId: type,
          summary,
          // By the secret of the hook, and not by a token.
          security: [],
          parameters: [
            ['webhook-id', 'the same however often this event is sent'],
            ['webhook-timestamp', 'seconds since 1970, of this try'],
            ['webhook-signature', '`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`'],
          ].map(([name, description]) => ({
            name,
            in: 'header',
            required: true,
            description,
            schema: { type: 'string' },
          })),
          requestBody: { content: { 'application/json': { schema: jsonSchema(schema, 'output') } } },
          responses: { '2XX': { description: 'taken; anything else is tried again' } },
        },
      },
    ]),
  );

/** The API as an OpenAPI 3.1 document, made from the schemas that check every request and answer. */
export const openApiDocument = (version: string): Record<string, unknown> => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, operation] of Object.entries(operations) as [string, Operation][]) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][operation.method.toLowerCase()] = {
      operationId,
      summary: operation.summary,
      // What a named token must have for it.
      'x-token-scope': routeRules[`${operation.method} ${operation.path}`]?.scope,
      parameters: [...parameters(operation.params, 'path'), ...parameters(operation.query, 'query')],
      ...(operation.body === null
        ? {}
        : { requestBody: { content: { 'application/json': { schema: jsonSchema(operation.body, 'input') } } } }),
      responses: answer(operation),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'zap-fleet', version },
    security: [{ token: [] }],
    paths,
    webhooks: webhooks(),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: '`zap-fleet token` prints it' } },
      schemas: definitions,
    },
  };
};
