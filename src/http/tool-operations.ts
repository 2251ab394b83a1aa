import { z } from 'zod';
import { fleetRequests } from '../protocol/fleet-api.ts';
import { toolCallStates } from '../session/tool.ts';
import { byName, none, operation } from './operation.ts';

/** What the API takes and hands out of tools. A secret goes in, and comes out once, when it was made here. */

const byTool = byName.extend({ tool: z.string().max(100).describe('name of the tool') });

const toolSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    url: z.string(),
    parameters: z.record(z.string(), z.unknown()).readonly().describe('JSON schema of its arguments'),
    timeoutMs: z.number(),
    callsPerTurn: z.number(),
    isIdempotent: z.boolean(),
    onlyReads: z.boolean(),
    lookupUrl: z.string().nullable(),
    allowHosts: z.array(z.string()).readonly(),
    hasSecret: z.boolean().describe('on this server; without it nothing is called'),
    setAt: z.number(),
    setBy: z.string(),
    calls: z.object({ ok: z.number(), failed: z.number(), unknown: z.number() }).describe('of the last 24 hours'),
    last: z
      .object({
        at: z.number(),
        state: z.enum(toolCallStates),
        status: z.number().nullable(),
        ms: z.number().nullable(),
        reason: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Tool' });

const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ok'), status: z.number(), text: z.string() }),
  z.object({
    kind: z.enum(['failed', 'unknown']),
    code: z.string(),
    reason: z.string(),
    status: z.number().nullable(),
  }),
]);

export const toolOperations = {
  listTools: operation({
    method: 'GET',
    path: '/api/sessions/:name/tools',
    summary: 'HTTP calls that its AI may ask for, and how they went',
    params: byName,
    query: none,
    body: null,
    status: 200,
    response: z.object({ tools: z.array(toolSchema).readonly() }),
  }),
  setTool: operation({
    method: 'POST',
    path: '/api/sessions/:name/tools/:tool',
    summary: 'Adds or changes a tool; what is left out stays. A secret that is made is answered once',
    params: byTool,
    query: none,
    body: fleetRequests.toolSet.omit({ name: true, tool: true, actor: true }),
    status: 200,
    response: z.object({ tool: toolSchema, secret: z.string().nullable() }),
  }),
  removeTool: operation({
    method: 'DELETE',
    path: '/api/sessions/:name/tools/:tool',
    summary: 'The AI is not offered it any more; its secret is forgotten',
    params: byTool,
    query: none,
    body: null,
    status: 200,
    response: z.object({ removed: z.boolean() }),
  }),
  testTool: operation({
    method: 'POST',
    path: '/api/sessions/:name/tools/:tool/test',
    summary: 'One real call, signed, with the given arguments',
    params: byTool,
    query: none,
    body: fleetRequests.toolTest.omit({ name: true, tool: true }),
    status: 200,
    response: z.object({ key: z.string(), ms: z.number(), answer: answerSchema }),
  }),
} as const;
