import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createContext, runInContext } from 'node:vm';
import { z } from 'zod';

/**
 * As much of n8n 2.41 as an exported workflow of a few core nodes needs, after its documentation: a webhook with its raw body, Code nodes with
 * their globals (without `require`, `$env` and `crypto`, as a new installation has it), Crypto's HMAC, If on a boolean, Respond to Webhook.
 */

const nodeSchema = z.object({
  id: z.uuid(),
  name: z.string().min(1),
  type: z.string(),
  typeVersion: z.number(),
  position: z.tuple([z.number(), z.number()]),
  parameters: z.record(z.string(), z.unknown()),
});
const workflowSchema = z.object({
  name: z.string(),
  nodes: z.array(nodeSchema),
  connections: z.record(
    z.string(),
    z.object({
      main: z.array(z.array(z.object({ node: z.string(), type: z.literal('main'), index: z.literal(0) }))),
    }),
  ),
  settings: z.object({ executionOrder: z.literal('v1') }),
  active: z.literal(false),
});
export type Workflow = z.output<typeof workflowSchema>;
type Node = Workflow['nodes'][number];
interface Item {
  readonly json: Readonly<Record<string, unknown>>;
  readonly binary?: Readonly<Record<string, { readonly data: string; readonly mimeType: string }>>;
}
interface Response {
  readonly status: number;
  readonly body: unknown;
}

/** Rejects what cannot be imported. */
export const parseWorkflow = (json: string): Workflow => workflowSchema.parse(JSON.parse(json));

/** Names of the nodes that are reached from `from`, itself included. */
export const reachedFrom = (workflow: Workflow, from: string, seen = new Set<string>()): Set<string> => {
  if (seen.has(from)) return seen;
  seen.add(from);
  for (const { node } of workflow.connections[from]?.main.flat() ?? []) reachedFrom(workflow, node, seen);
  return seen;
};

const refuse = (what: string) => (): never => {
  throw new Error(what);
};

/** What a Code node sees. */
const globalsOf = (items: readonly Item[]) => ({
  $input: { all: () => items, first: () => items[0], last: () => items.at(-1), item: items[0] },
  $json: items[0]?.json,
  items,
  $env: new Proxy({}, { get: refuse('access to env vars denied') }),
  require: refuse('Module is disallowed'),
  helpers: {
    getBinaryDataBuffer: async (index: number, property: string) => {
      const binary = items[index]?.binary?.[property];
      if (binary === undefined)
        throw new Error(`This operation expects the node's input data to contain a binary file`);
      return Buffer.from(binary.data, 'base64');
    },
  },
  console: { log: () => undefined },
  Buffer,
  btoa,
  atob,
  TextDecoder,
  TextEncoder,
});

const runCode = async (code: string, items: readonly Item[]): Promise<readonly Item[]> => {
  const context = createContext(globalsOf(items));
  const result: unknown = await runInContext(`(async function () {${code}\n}())`, context, { timeout: 1000 });
  // As it travels between the processes of n8n.
  return z.array(z.object({ json: z.record(z.string(), z.unknown()) })).parse(JSON.parse(JSON.stringify(result)));
};

/** A parameter with its expression filled in: of `={{ … }}` its value. */
const filled = (parameter: unknown, item: Item | undefined): unknown => {
  const expression = typeof parameter === 'string' ? /^=\{\{(.*)\}\}$/s.exec(parameter)?.[1] : undefined;
  return expression === undefined ? parameter : runInContext(`(${expression})`, createContext({ $json: item?.json }));
};

const hmac = (
  { parameters: { action, type, encoding, value, dataPropertyName } }: Node,
  items: readonly Item[],
  secret: string,
): readonly Item[] => {
  if (action !== 'hmac' || type !== 'SHA256' || encoding !== 'base64') throw new Error('only HMAC is known here');
  return items.map((item) => {
    const text = z.string().parse(filled(value, item));
    const digest = createHmac('sha256', secret).update(text).digest('base64');
    return { ...item, json: { ...item.json, [z.string().parse(dataPropertyName)]: digest } };
  });
};

const conditionsSchema = z.object({
  combinator: z.literal('and'),
  options: z.object({ typeValidation: z.literal('strict') }),
  conditions: z.tuple([
    z.object({
      leftValue: z.string(),
      operator: z.object({ type: z.literal('boolean'), operation: z.literal('true'), singleValue: z.literal(true) }),
    }),
  ]),
});

/** Which of the two ways: 0 where it is true. */
const branchOf = ({ parameters }: Node, [item]: readonly Item[]): 0 | 1 => {
  const [{ leftValue }] = conditionsSchema.parse(parameters['conditions']).conditions;
  return z.boolean().parse(filled(leftValue, item)) ? 0 : 1;
};

const respond = ({ parameters }: Node, [item]: readonly Item[]): Response => {
  const { responseCode } = z.object({ responseCode: z.number().optional() }).parse(parameters['options']);
  const body =
    parameters['respondWith'] === 'json'
      ? JSON.parse(z.string().parse(filled(parameters['responseBody'], item)))
      : item?.json;
  return { status: responseCode ?? 200, body };
};

/** Goes on from a node until something is answered. */
const runFrom = async (
  workflow: Workflow,
  name: string,
  items: readonly Item[],
  secret: string,
): Promise<Response | null> => {
  const node = workflow.nodes.find((one) => one.name === name);
  if (node === undefined) throw new Error(`there is no node ${name}`);
  let out = items;
  let branch = 0;
  switch (node.type) {
    case 'n8n-nodes-base.webhook':
      break;
    case 'n8n-nodes-base.code':
      out = await runCode(z.string().parse(node.parameters['jsCode']), items);
      break;
    case 'n8n-nodes-base.crypto':
      out = hmac(node, items, secret);
      break;
    case 'n8n-nodes-base.if':
      branch = branchOf(node, items);
      break;
    case 'n8n-nodes-base.respondToWebhook':
      return respond(node, items);
    default:
      throw new Error(`${node.type} is not known here`);
  }
  for (const { node: next } of workflow.connections[name]?.main[branch] ?? []) {
    const response = await runFrom(workflow, next, out, secret);
    if (response !== null) return response;
  }
  return null;
};

const itemOf = (request: IncomingMessage, body: Buffer): Item => ({
  json: { headers: request.headers, params: {}, query: {}, body: JSON.parse(body.toString('utf8')) as unknown },
  binary: { data: { data: body.toString('base64'), mimeType: 'application/json' } },
});

/** Serves the workflow at its production address; `secret` is what stands in the credential of its Crypto node. */
export const serveWorkflow = async (workflow: Workflow, secret: string) => {
  const trigger = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.webhook');
  const { path } = z
    .object({
      path: z.string(),
      httpMethod: z.literal('POST'),
      responseMode: z.literal('responseNode'),
      options: z.object({ rawBody: z.literal(true) }),
    })
    .parse(trigger?.parameters);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isThere = request.method === 'POST' && request.url === `/webhook/${path}`;
    const { status, body } = isThere
      ? ((await runFrom(workflow, trigger?.name ?? '', [itemOf(request, Buffer.concat(chunks))], secret)) ?? {
          status: 500,
          body: { message: 'No response was sent' },
        })
      : { status: 404, body: { message: 'The requested webhook is not registered' } };
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end('{"message":"Error in workflow"}'));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/${path}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
};
