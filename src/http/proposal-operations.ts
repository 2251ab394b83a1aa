import { z } from 'zod';
import { editProblems, nightOutcomes, proposalStates } from '../session/proposal.ts';
import { byName, none, operation } from './operation.ts';
import { rehearsalCaseSchema, rehearsalSchema } from './rehearsal-schemas.ts';
import { lessonSchema } from './schemas.ts';

/** A change of the instructions that the AI proposes; a person publishes it. */

const time = z.number().describe('milliseconds since 1970');

const proposalSchema = z
  .object({
    id: z.number(),
    sessionName: z.string(),
    state: z.enum(proposalStates),
    reason: z.string().nullable(),
    isStale: z.boolean().describe('the instructions were changed since: it cannot be published'),
    baseVersion: z.number().nullable(),
    version: z.number().nullable().describe('that it was published as'),
    model: z.string(),
    isNightly: z.boolean(),
    edits: z.number(),
    refused: z.array(z.object({ problem: z.enum(editProblems), what: z.string() })).readonly(),
    lessons: z.number(),
    costUsd: z.number().describe('of asking; its rehearsal has its own'),
    startedAt: time,
    endedAt: time.nullable(),
    decidedBy: z.string().nullable(),
  })
  .meta({ id: 'Proposal' });

const wholeSchema = z
  .object({
    proposal: proposalSchema,
    changes: z
      .array(
        z.object({
          reason: z.string(),
          lessons: z.array(z.number()).readonly().describe('numbers of the lessons it rests on'),
          lines: z.array(z.object({ sign: z.enum([' ', '-', '+']), text: z.string() })).readonly(),
        }),
      )
      .readonly(),
    lessons: z
      .array(z.object({ number: z.number(), lesson: lessonSchema.nullable(), caseId: z.number().nullable() }))
      .readonly(),
    rehearsal: rehearsalSchema.nullable().describe('null: nothing could be rehearsed, or not yet'),
    cases: z.array(rehearsalCaseSchema).readonly().describe('the worst first'),
    changedChats: z.number().describe('chats whose answer it would have changed, of those that were asked'),
  })
  .meta({ id: 'WholeProposal' });

const lookedAt = z.strictObject({ id: z.number().int().describe('of the proposal that was looked at') });
const ofSession = { params: byName, query: none };

export const proposalOperations = {
  listProposals: operation({
    method: 'GET',
    path: '/api/proposals',
    summary: 'Every session that has a proposal, or is to have one by night',
    params: none,
    query: none,
    body: null,
    status: 200,
    response: z.object({
      proposals: z
        .array(
          z.object({
            name: z.string(),
            isNightly: z.boolean(),
            at: z.string(),
            newLessons: z.number(),
            lastNight: z.object({ night: z.string(), outcome: z.enum(nightOutcomes) }).nullable(),
            proposal: proposalSchema.nullable(),
            rehearsal: rehearsalSchema.nullable(),
          }),
        )
        .readonly(),
    }),
  }),
  getProposal: operation({
    method: 'GET',
    path: '/api/sessions/:name/proposal',
    summary: 'The newest proposal: its diff, the lessons it rests on, and its rehearsal',
    ...ofSession,
    body: null,
    status: 200,
    response: z.object({ proposal: wholeSchema.nullable() }),
  }),
  planProposal: operation({
    method: 'POST',
    path: '/api/sessions/:name/proposal/plan',
    summary: 'What asking for a proposal would take; nothing is asked',
    ...ofSession,
    body: none,
    status: 200,
    response: z
      .object({
        lessons: z.number(),
        model: z.string(),
        askUsd: z.number(),
        rehearsedTurns: z.number(),
        rehearsalUsd: z.number(),
        isPriceKnown: z.boolean(),
        budgetLeftUsd: z.number().nullable(),
      })
      .meta({ id: 'ProposalPlan' }),
  }),
  askProposal: operation({
    method: 'POST',
    path: '/api/sessions/:name/proposal',
    summary: 'Ask the AI for a change of the instructions and rehearse it; nothing is published',
    ...ofSession,
    body: none,
    status: 202,
    response: z.object({ proposal: proposalSchema }),
  }),
  resumeProposal: operation({
    method: 'POST',
    path: '/api/sessions/:name/proposal/resume',
    summary: 'Go on with its rehearsal where the budget or the service ended it',
    ...ofSession,
    body: lookedAt,
    status: 202,
    response: z.object({ proposal: proposalSchema }),
  }),
  publishProposal: operation({
    method: 'POST',
    path: '/api/sessions/:name/proposal/publish',
    summary: 'Make it the next version of the instructions',
    ...ofSession,
    body: lookedAt,
    status: 200,
    response: z.object({ version: z.number() }),
  }),
  dropProposal: operation({
    method: 'POST',
    path: '/api/sessions/:name/proposal/drop',
    summary: 'Let it be; the same change is not proposed again',
    ...ofSession,
    body: lookedAt,
    status: 200,
    response: z.object({ proposal: proposalSchema }),
  }),
} as const;
