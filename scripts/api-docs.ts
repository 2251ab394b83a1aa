import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from '../src/http/openapi.ts';
import { version } from '../src/settings/version.ts';

/** Writes `docs/api.md` from the OpenAPI document, which is made from the schemas that check every request. `npm run docs:api`. */

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}
interface Content {
  readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly 'x-token-scope': string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const anchor = (name: string): string => `[${name}](#${name.toLowerCase()})`;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const typeOf = (schema: Schema): string => {
  if (schema.$ref !== undefined) return anchor(schema.$ref.split('/').at(-1) ?? '');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${String(one)}\``).join(' ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (types.includes('array')) return `list of ${typeOf(schema.items ?? {})}`;
  if (types.includes('object')) {
    const names = Object.keys(schema.properties ?? {});
    return names.length === 0 ? 'object' : `{${names.join(', ')}}`;
  }
  return types.length === 0 ? 'any' : types.join(' or ');
};

/** The safe-integer bounds that JSON Schema prints for every whole number say nothing to a reader. */
const bound = (value: number | undefined): number | null =>
  value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER ? null : value;

const rulesOf = (schema: Schema): string => {
  const min = bound(schema.minimum);
  const max = bound(schema.maximum);
  return [
    schema.description,
    schema.minLength === undefined ? null : `at least ${schema.minLength} characters`,
    schema.maxLength === undefined ? null : `at most ${schema.maxLength} characters`,
    min === null ? null : `from ${min}`,
    max === null ? null : `to ${max}`,
  ]
    .filter((one) => one !== null && one !== undefined)
    .join('; ');
};

const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
const fields = (schema: Schema): string[] => {
  const entries = Object.entries(schema.properties ?? {});
  if (entries.length === 0) return [];
  const needed = new Set(schema.required ?? []);
  return [
    row('field', 'type', 'required', 'rules'),
    '|---|---|---|---|',
    ...entries.map(([name, one]) => row(`\`${name}\``, typeOf(one), needed.has(name) ? 'yes' : '', rulesOf(one))),
    '',
  ];
};

const described = (method: string, path: string, operation: Operation): string[] => {
  const lines = [
    `### ${method.toUpperCase()} ${path}`,
    '',
    `${operation.summary}. (\`${operation.operationId}\`, \`${operation['x-token-scope']}\`)`,
    '',
  ];
  const query = operation.parameters.filter((one) => one.in === 'query');
  if (query.length > 0) {
    lines.push('Query:', '', row('name', 'type', 'required', 'rules'), '|---|---|---|---|');
    for (const one of query)
      lines.push(row(`\`${one.name}\``, typeOf(one.schema), one.required ? 'yes' : '', rulesOf(one.schema)));
    lines.push('');
  }
  const body = operation.requestBody?.content['application/json']?.schema;
  if (body !== undefined && Object.keys(body.properties ?? {}).length > 0)
    lines.push('Body (JSON):', '', ...fields(body));
  for (const [status, response] of Object.entries(operation.responses)) {
    if (status === 'default') continue;
    const kinds = Object.keys(response.content).filter((kind) => kind !== 'application/json');
    const schema = response.content['application/json']?.schema ?? {};
    lines.push(
      `Answer ${status}: ${typeOf(schema)}${kinds.length === 0 ? '' : `, or ${kinds.join(', ')} by Accept`}`,
      '',
    );
    if (schema.$ref === undefined) lines.push(...fields(schema));
  }
  return lines;
};

/** The whole page. */
export const apiPage = (): string => {
  const document = openApiDocument(version) as unknown as Document;
  const lines = [
    '# HTTP API',
    '',
    'Made by `npm run docs:api` from the OpenAPI document (`GET /api/openapi.json`): do not edit by hand.',
    '',
    'The master listens on `FLEET_HOST:PORT` (127.0.0.1:3000). Every path under `/api` and `/metrics` wants the token that',
    '`zap-fleet token` prints, as `Authorization: Bearer TOKEN`, a [named token](tokens.md) whose scope reaches (behind each operation stands which:',
    '`read`, `operate`, `admin`), or the cookie of a login at `/`. A token never stands in a URL.',
    'Every answer carries `x-request-id`; one that was sent with the request (8 to 64 letters, digits, `_`, `-`) comes back.',
    '',
    '```sh',
    'curl -H "Authorization: Bearer $(zap-fleet token)" http://127.0.0.1:3000/api/sessions',
    '```',
    '',
    'What goes wrong is answered with `{"error": {"code", "message", "requestId"}}`: 400 `usage`, 401 `unauthorized`, 403 `forbidden`, 404',
    '`no-such-session`, 409 `refused-by-state` or `already-exists`, 429 too many requests, 503 `unavailable`, 504 `timeout`. The message',
    'says what to do.',
    '',
    'Requests are counted by the minute, 1200 with the token, of one login, or from one address that has neither; 429 says with',
    '`retry-after` when to go on. A client that keeps sending a wrong token is refused, the right one works from the same address.',
    'Behind proxies `TRUST_PROXY` says how many of them are believed about the address. `POST /logout` ends the login itself.',
    '',
    '## Without a schema',
    '',
    row('path', 'does'),
    '|---|---|',
    row('`GET /healthz`', 'the process lives; free of token and limit'),
    row(
      '`GET /readyz`',
      '200 when the fleet answers, else 503 with `reason`: `store` or `master`; free of token and limit',
    ),
    row(
      '`GET /metrics`',
      'Prometheus; `deployment/` has a Grafana dashboard; not for a token that is limited to some sessions',
    ),
    row('`GET /api/openapi.json`', 'the OpenAPI 3.1 document'),
    row(
      'WebSocket `/api/door`',
      'the whole door, for `zap-fleet --node URL`: everything that a dashboard on the machine sees and does, codes too; tokens alone open it, a named one as far as it reaches',
    ),
    row('WebSocket `/api/events`', 'the whole snapshot, then a delta with every change; QR payloads are not in it'),
    row('`GET /`', 'status and QR wall for a browser, after login'),
    row(
      '`GET /link/CODE`',
      "the client's page of one session: live QR, pairing code, status; 30 minutes or until it is linked",
    ),
    '',
    '## Paths',
    '',
  ];
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods)) lines.push(...described(method, path, operation));
  lines.push('## Objects', '');
  for (const [name, schema] of Object.entries(document.components.schemas))
    lines.push(`### ${name}`, '', ...fields(schema));
  return `${lines.join('\n').trimEnd()}\n`;
};

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../docs/api.md', import.meta.url), apiPage());
