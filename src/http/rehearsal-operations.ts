import { z } from 'zod';
import { fleetRequests } from '../protocol/fleet-api.ts';
import { byName, count, none, operation } from './operation.ts';
import { rehearsalCaseSchema, rehearsalPlanSchema, rehearsalSchema } from './rehearsal-schemas.ts';

/** Recorded turns asked again with a change. */

const rehearsed = fleetRequests.rehearsePlan.omit({ name: true });

export const rehearsalOperations = {
  planRehearsal: operation({
    method: 'POST',
    path: '/api/sessions/:name/rehearsal/plan',
    summary: 'What a rehearsal would ask and cost; nothing is asked',
    params: byName,
    query: none,
    body: rehearsed,
    status: 200,
    response: rehearsalPlanSchema,
  }),
  startRehearsal: operation({
    method: 'POST',
    path: '/api/sessions/:name/rehearsal',
    summary: 'Ask recorded turns again with a change; no customer gets any of it',
    params: byName,
    query: none,
    body: rehearsed,
    status: 202,
    response: z.object({ rehearsal: rehearsalSchema }),
  }),
  getRehearsal: operation({
    method: 'GET',
    path: '/api/sessions/:name/rehearsal',
    summary: 'The newest rehearsal with its cases, the worst first',
    params: byName,
    query: z.strictObject({ limit: count(1000) }),
    body: null,
    status: 200,
    response: z.object({ rehearsal: rehearsalSchema.nullable(), cases: z.array(rehearsalCaseSchema).readonly() }),
  }),
  stopRehearsal: operation({
    method: 'POST',
    path: '/api/sessions/:name/rehearsal/stop',
    summary: 'Stop it; what was asked stays',
    params: byName,
    query: none,
    body: none,
    status: 200,
    response: z.object({ rehearsal: rehearsalSchema }),
  }),
  resumeRehearsal: operation({
    method: 'POST',
    path: '/api/sessions/:name/rehearsal/resume',
    summary: 'Go on with one that was stopped or ran out of budget',
    params: byName,
    query: none,
    body: none,
    status: 202,
    response: z.object({ rehearsal: rehearsalSchema }),
  }),
  publishRehearsal: operation({
    method: 'POST',
    path: '/api/sessions/:name/rehearsal/publish',
    summary: "Make what was rehearsed the session's; instructions become a new version",
    params: byName,
    query: none,
    body: z.strictObject({ id: z.number().int().describe('of the rehearsal that was looked at') }),
    status: 200,
    response: z.object({
      version: z.number().nullable().describe("the instructions' new version; null: they stay"),
      settings: z.array(z.string()).readonly(),
    }),
  }),
  makeRehearsalCase: operation({
    method: 'POST',
    path: '/api/sessions/:name/rehearsal/cases',
    summary: 'Make a recorded turn a case that every rehearsal asks, without names and numbers',
    params: byName,
    query: none,
    body: z.strictObject({ turn: z.number().int() }),
    status: 201,
    response: z.object({ title: z.string(), file: z.string() }),
  }),
} as const;
