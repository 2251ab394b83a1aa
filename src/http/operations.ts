import { z } from 'zod';
import { fleetRequests } from '../protocol/fleet-api.ts';
import { maxInstructions } from '../session/instructions.ts';
import { brainOperations } from './brain-operations.ts';
import { canaryOperations } from './canary-operations.ts';
import { fileOperations } from './file-operations.ts';
import { hookOperations } from './hook-operations.ts';
import { knowledgeOperations } from './knowledge-operations.ts';
import { byName, count, none, operation } from './operation.ts';
import { proposalOperations } from './proposal-operations.ts';
import { rehearsalOperations } from './rehearsal-operations.ts';
import {
  askingChatSchema,
  chatSchema,
  codesSchema,
  eventSchema,
  incidentSchema,
  lessonSchema,
  messageSchema,
  nodeSchema,
  probeLoopSchema,
  probeRunSchema,
  probeSchema,
  sessionDetailsSchema,
  sessionSchema,
  silentChatSchema,
} from './schemas.ts';
import { tokenOperations } from './token-operations.ts';
import { toolOperations } from './tool-operations.ts';

const flag = z
  .enum(['true', 'false', '1', '0'])
  .optional()
  .transform((text) => text === 'true' || text === '1');
const row = z.object({ session: sessionSchema });

const pinned = {
  id: z.string().max(64).optional().describe('refused when the session is not this one any more'),
  revision: z.number().int().optional().describe('refused when the session changed since'),
};
const lifecycle = z.strictObject({
  ...pinned,
  wait: z.boolean().optional().describe('answer when it is done (default), or at once'),
});

const settable = z.unknown().describe('checked by the rules of `zap-fleet config NAME set`');
const patch = z.strictObject({
  label: z.string().max(200).optional(),
  phone: z.string().max(40).nullable().optional(),
  replies: z.enum(['on', 'paused', 'draft']).optional(),
  ai_config: z.record(z.string().max(60), settable).optional(),
  timing_config: z.record(z.string().max(60), settable).optional(),
  filters: z.record(z.string().max(60), settable).optional(),
  prompt: z.string().max(maxInstructions).optional(),
  ai_key: z.string().max(400).nullable().optional().describe("the session's own AI key; null takes it away"),
});

const lifecycleOf = (path: string, summary: string) =>
  operation({
    method: 'POST',
    path,
    summary,
    params: byName,
    query: none,
    body: lifecycle,
    status: 200,
    response: row,
  });

/**
 * The API as one table: the server registers it, the OpenAPI document prints it, the typed client calls by it. Paths are an interface:
 * none changes its name without a new major version.
 */
export const operations = {
  listSessions: operation({
    method: 'GET',
    path: '/api/sessions',
    summary: 'Every session',
    params: none,
    query: none,
    body: null,
    status: 200,
    response: z.object({ sequence: z.number(), sessions: z.array(sessionSchema) }),
  }),
  createSession: operation({
    method: 'POST',
    path: '/api/sessions',
    summary: 'Make a session',
    params: none,
    query: none,
    body: fleetRequests.create.omit({ actor: true }),
    status: 201,
    response: row,
  }),
  getSession: operation({
    method: 'GET',
    path: '/api/sessions/:name',
    summary: 'One session with its configuration',
    params: byName,
    query: none,
    body: null,
    status: 200,
    response: sessionDetailsSchema,
  }),
  changeSession: operation({
    method: 'PATCH',
    path: '/api/sessions/:name',
    summary: 'Change label, number, configuration, instructions',
    params: byName,
    query: none,
    body: patch,
    status: 200,
    response: sessionDetailsSchema,
  }),
  deleteSession: operation({
    method: 'DELETE',
    path: '/api/sessions/:name',
    summary:
      'Unlink and remove a session; history, login and logs are kept unless purge=true; with backups=true it is erased in backups, too',
    params: byName,
    query: z.strictObject({ purge: flag, backups: flag }),
    body: null,
    status: 200,
    response: z.object({
      unlinked: z.boolean(),
      archived: z.string().nullable(),
      purgedMessages: z.number(),
      erased: z.record(z.string(), z.number()).describe('with purge: how many of what'),
      left: z
        .array(
          z.object({
            what: z.string(),
            file: z.string().nullable(),
            until: z.number().nullable().describe('when it is removed by itself, ms since 1970; null: by hand'),
            note: z.string().nullable(),
          }),
        )
        .describe('with purge: what still holds something of it'),
    }),
  }),
  startSession: lifecycleOf('/api/sessions/:name/start', 'Start a session'),
  stopSession: lifecycleOf('/api/sessions/:name/stop', 'Stop a session'),
  restartSession: lifecycleOf('/api/sessions/:name/restart', 'Restart a session'),
  logoutSession: operation({
    method: 'POST',
    path: '/api/sessions/:name/logout',
    summary: 'Unlink the phone',
    params: byName,
    query: none,
    body: z.strictObject(pinned),
    status: 200,
    response: z.object({ session: sessionSchema, unlinked: z.boolean(), reason: z.string().nullable() }),
  }),
  resetSession: operation({
    method: 'POST',
    path: '/api/sessions/:name/reset',
    summary: 'New login; configuration and history stay',
    params: byName,
    query: none,
    body: z.strictObject(pinned),
    status: 200,
    response: row,
  }),
  pairSession: operation({
    method: 'POST',
    path: '/api/sessions/:name/pair',
    summary: 'Ask for a pairing code for a phone number',
    params: byName,
    query: none,
    body: z.strictObject({ phone: z.string().max(40) }),
    status: 200,
    response: z.object({ pairing: codesSchema.shape.pairing.unwrap() }),
  }),
  linkSession: operation({
    method: 'POST',
    path: '/api/sessions/:name/link',
    summary: "Make the client's page: this session only, 30 minutes or until it connects",
    params: byName,
    query: none,
    body: none,
    status: 201,
    response: z.object({
      url: z.string(),
      code: z.string(),
      expiresAt: z.number(),
      warning: z.string().nullable().optional().describe('what keeps the client from opening it; null: nothing'),
    }),
  }),
  revokeLink: operation({
    method: 'DELETE',
    path: '/api/sessions/:name/link',
    summary: "End the client's page",
    params: byName,
    query: none,
    body: null,
    status: 200,
    response: z.object({ revoked: z.boolean() }),
  }),
  sendMessage: operation({
    method: 'POST',
    path: '/api/sessions/:name/messages',
    summary: 'Send one message',
    params: byName,
    query: none,
    body: z.strictObject({ chat: z.string().min(1).max(200), text: z.string().min(1).max(65_536) }),
    status: 202,
    response: z.object({ outboxId: z.number(), status: z.string(), ack: z.number().nullable() }),
  }),
  getCodes: operation({
    method: 'GET',
    path: '/api/sessions/:name/qr',
    summary: 'The QR and pairing code of this moment: JSON, PNG or SVG by Accept',
    params: byName,
    query: z.strictObject({
      within: z.coerce.number().int().min(0).max(60_000).optional().describe('ms to wait for one'),
      v: z.string().max(20).optional().describe('ignored; makes an image address new'),
    }),
    body: null,
    status: 200,
    response: codesSchema,
    images: ['image/png', 'image/svg+xml'],
  }),
  getLogs: operation({
    method: 'GET',
    path: '/api/sessions/:name/logs',
    summary: 'Log lines; give the cursor back to read on',
    params: byName,
    query: z.strictObject({ lines: count(5000), cursor: z.string().max(400).optional() }),
    body: null,
    status: 200,
    response: z.object({ lines: z.array(z.string()).readonly(), cursor: z.string() }),
  }),
  getEvents: operation({
    method: 'GET',
    path: '/api/sessions/:name/events',
    summary: 'The event log of a session, newest first',
    params: byName,
    query: z.strictObject({ limit: count(1000), before: z.coerce.number().int().optional() }),
    body: null,
    status: 200,
    response: z.object({ events: z.array(eventSchema).readonly() }),
  }),
  getConversations: operation({
    method: 'GET',
    path: '/api/sessions/:name/conversations',
    summary: 'Chats, or with `chat` the messages of one',
    params: byName,
    query: z.strictObject({
      chat: z.string().min(1).max(200).optional(),
      search: z.string().max(200).optional(),
      limit: count(500),
      before: z.coerce.number().optional(),
    }),
    body: null,
    status: 200,
    response: z.object({
      chats: z.array(chatSchema).readonly().optional(),
      messages: z.array(messageSchema).readonly().optional(),
    }),
  }),
  getSilences: operation({
    method: 'GET',
    path: '/api/sessions/:name/silences',
    summary: 'Who was left in silence, and who asks for a person, the longest first',
    params: byName,
    query: none,
    body: null,
    status: 200,
    response: z.object({
      silent: z.array(silentChatSchema).readonly(),
      asking: z.array(askingChatSchema).readonly(),
    }),
  }),
  dismissSilence: operation({
    method: 'POST',
    path: '/api/sessions/:name/silences/dismiss',
    summary: 'A person lets it be: this customer needs no answer',
    params: byName,
    query: none,
    body: z.strictObject({ chat: z.string().min(1).max(200) }),
    status: 200,
    response: row,
  }),
  getLessons: operation({
    method: 'GET',
    path: '/api/sessions/:name/lessons',
    summary: 'What people did otherwise than the bot, newest first; names and numbers are masked',
    params: byName,
    query: z.strictObject({ limit: count(100), cursor: z.string().max(300).optional() }),
    body: null,
    status: 200,
    response: z.object({
      lessons: z.array(lessonSchema).readonly(),
      next: z.string().nullable().describe('the cursor of the next page; null: there are no more'),
    }),
  }),
  dismissLesson: operation({
    method: 'POST',
    path: '/api/sessions/:name/lessons/dismiss',
    summary: 'This lesson is not shown any more',
    params: byName,
    query: none,
    body: z.strictObject({ lesson: z.string().min(1).max(300) }),
    status: 200,
    response: z.object({ dismissed: z.literal(true) }),
  }),
  ...knowledgeOperations,
  ...fileOperations,
  listProbes: operation({
    method: 'GET',
    path: '/api/probes',
    summary: 'Mystery customers: who asks which session, and what they found',
    params: none,
    query: z.strictObject({ name: z.string().max(200).optional() }),
    body: null,
    status: 200,
    response: z.object({ probes: z.array(probeSchema).readonly() }),
  }),
  setProbe: operation({
    method: 'POST',
    path: '/api/sessions/:name/probe',
    summary: 'Another session asks this one as a customer would, now and then',
    params: byName,
    query: none,
    body: fleetRequests.probeSet.omit({ name: true, actor: true }),
    status: 200,
    response: z.object({ probe: probeSchema }),
  }),
  removeProbe: operation({
    method: 'DELETE',
    path: '/api/sessions/:name/probe',
    summary: 'Nobody asks it any more',
    params: byName,
    query: none,
    body: null,
    status: 200,
    response: z.object({ removed: z.boolean() }),
  }),
  askProbe: operation({
    method: 'POST',
    path: '/api/sessions/:name/probe/ask',
    summary: 'One question now; answers when it ended, or at once',
    params: byName,
    query: none,
    body: fleetRequests.probeAsk.omit({ name: true, actor: true }),
    status: 200,
    response: z.object({ run: probeRunSchema }),
  }),
  loopProbe: operation({
    method: 'POST',
    path: '/api/sessions/:name/probe/loop',
    summary: 'The whole chain but WhatsApp, once, on a store that is thrown away',
    params: byName,
    query: none,
    body: fleetRequests.probeLoop.omit({ name: true }),
    status: 200,
    response: z.object({ loop: probeLoopSchema }),
  }),
  ...canaryOperations,
  ...rehearsalOperations,
  ...proposalOperations,
  ...toolOperations,
  ...hookOperations,
  ...tokenOperations,
  ...brainOperations,
  listIncidents: operation({
    method: 'GET',
    path: '/api/incidents',
    summary: 'Incidents, newest first',
    params: none,
    query: z.strictObject({ limit: count(200) }),
    body: null,
    status: 200,
    response: z.object({ incidents: z.array(incidentSchema).readonly() }),
  }),
  listNodes: operation({
    method: 'GET',
    path: '/api/nodes',
    summary: 'The machines of this fleet, and how each does',
    params: none,
    query: none,
    body: null,
    status: 200,
    response: z.object({ nodes: z.array(nodeSchema).readonly() }),
  }),
} as const;

export type ApiOperations = typeof operations;
export type OperationId = keyof ApiOperations;
export type InputOf<Id extends OperationId> = {
  params: z.output<ApiOperations[Id]['params']>;
  query: z.output<ApiOperations[Id]['query']>;
  body: ApiOperations[Id]['body'] extends z.ZodType ? z.output<ApiOperations[Id]['body']> : undefined;
};
export type OutputOf<Id extends OperationId> = z.input<ApiOperations[Id]['response']>;
