import { z } from 'zod';
import { fleetRequests } from '../protocol/fleet-api.ts';
import { hookEventTypes } from '../session/hook.ts';
import { byName, none, operation } from './operation.ts';

/** What the API takes and hands out of hooks. A secret goes in, and comes out once, when it was made here. */

const byHook = byName.extend({ hook: z.string().max(100).describe('name of the hook') });

const hookSchema = z
  .object({
    name: z.string(),
    url: z.string(),
    events: z.array(z.enum(hookEventTypes)).readonly(),
    allowHosts: z.array(z.string()).readonly(),
    hasSecret: z.boolean().describe('on this server; without it nothing is sent'),
    setAt: z.number(),
    setBy: z.string(),
    delivered: z.number().describe('events that it took since it was made'),
    deliveredAt: z.number().nullable(),
    waiting: z.number(),
    oldestAt: z.number().nullable().describe('when the oldest that waits happened'),
    dead: z.number().describe('events that it did not take in a day, or refused'),
    problem: z.string().nullable(),
    failingSince: z.number().nullable(),
    nextTryAt: z.number().nullable(),
  })
  .meta({ id: 'Hook' });

const deadSchema = z
  .object({
    id: z.number(),
    type: z.enum(hookEventTypes),
    at: z.number(),
    diedAt: z.number(),
    reason: z.string(),
    isDue: z.boolean().describe('it is to be sent again'),
  })
  .meta({ id: 'DeadEvent' });

export const hookOperations = {
  listHooks: operation({
    method: 'GET',
    path: '/api/sessions/:name/hooks',
    summary: 'Addresses that are told what happens, and how they stand',
    params: byName,
    query: none,
    body: null,
    status: 200,
    response: z.object({ hooks: z.array(hookSchema).readonly() }),
  }),
  setHook: operation({
    method: 'POST',
    path: '/api/sessions/:name/hooks/:hook',
    summary: 'Adds or changes a hook; what is left out stays. A secret that is made is answered once',
    params: byHook,
    query: none,
    body: fleetRequests.hookSet.omit({ name: true, hook: true, actor: true }),
    status: 200,
    response: z.object({ hook: hookSchema, secret: z.string().nullable() }),
  }),
  removeHook: operation({
    method: 'DELETE',
    path: '/api/sessions/:name/hooks/:hook',
    summary: 'It is told nothing any more; its secret is forgotten, and what waited for it',
    params: byHook,
    query: none,
    body: null,
    status: 200,
    response: z.object({ removed: z.boolean() }),
  }),
  testHook: operation({
    method: 'POST',
    path: '/api/sessions/:name/hooks/:hook/test',
    summary: 'One real request of the type `test`, signed',
    params: byHook,
    query: none,
    body: null,
    status: 200,
    response: z.object({
      key: z.string(),
      ms: z.number(),
      answer: z.object({
        status: z.number().nullable(),
        reason: z.string().nullable().describe('null: it was taken'),
        said: z.string().nullable().describe('what the address said besides, cut'),
      }),
    }),
  }),
  listDeadEvents: operation({
    method: 'GET',
    path: '/api/sessions/:name/hooks/:hook/dead',
    summary: 'Events that it did not take, newest first, 200 at most',
    params: byHook,
    query: none,
    body: null,
    status: 200,
    response: z.object({ dead: z.array(deadSchema).readonly() }),
  }),
  sendDeadAgain: operation({
    method: 'POST',
    path: '/api/sessions/:name/hooks/:hook/again',
    summary: 'All of its dead events are sent again, oldest first, before what is newer',
    params: byHook,
    query: none,
    body: null,
    status: 200,
    response: z.object({ events: z.number() }),
  }),
} as const;
