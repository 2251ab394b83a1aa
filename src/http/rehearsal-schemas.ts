import { z } from 'zod';
import { rehearsedAnswerSchema } from '../protocol/rehearse.ts';
import { answerKinds, rehearsalStates } from '../session/rehearsal.ts';

/** What the API hands out of rehearsals. */

const time = z.number().describe('milliseconds since 1970');

export const rehearsalPlanSchema = z
  .object({
    turns: z.number(),
    chats: z.number(),
    cases: z.number().describe('of data/cases/NAME.yaml'),
    leftOut: z.number().describe('recorded turns beyond the bound of 200'),
    model: z.string(),
    judge: z.string().nullable(),
    estimateUsd: z.number(),
    isPriceKnown: z.boolean().describe('false: the dearest known price was taken'),
    budgetLeftUsd: z.number().nullable().describe("of today's AI budget; null: there is none"),
  })
  .meta({ id: 'RehearsalPlan' });

export const rehearsalSchema = z
  .object({
    id: z.number(),
    sessionName: z.string(),
    state: z.enum(rehearsalStates),
    reason: z.string().nullable(),
    change: z.object({
      instructions: z.string().nullable(),
      model: z.string().nullable(),
      settings: z.record(z.string(), z.unknown()),
    }),
    baseVersion: z.number().nullable(),
    judge: z.string().nullable(),
    judgeVersion: z.number().nullable(),
    total: z.number(),
    asked: z.number(),
    failed: z.number(),
    counts: z.object({ worse: z.number(), unjudged: z.number(), better: z.number(), same: z.number() }),
    otherHistory: z.number().describe('of those asked: how many met another history than the recorded one'),
    costUsd: z.number(),
    oldCostUsd: z.number(),
    estimateUsd: z.number(),
    startedAt: time,
    endedAt: time.nullable(),
  })
  .meta({ id: 'Rehearsal' });

export const rehearsalCaseSchema = z
  .object({
    id: z.number(),
    turnId: z.number().nullable(),
    caseName: z.string().nullable(),
    who: z.string().nullable(),
    chatId: z.string().nullable(),
    at: time.nullable(),
    question: z.string(),
    old: z.object({
      kind: z.enum(answerKinds),
      text: z.string(),
      filtered: z.array(z.string()).readonly(),
      calls: z.array(z.string()).readonly().optional().describe('tools that were called then'),
      model: z.string().nullable(),
      instructionsVersion: z.number().nullable(),
      costUsd: z.number().nullable(),
      tookMs: z.number().nullable(),
    }),
    answer: z.object(rehearsedAnswerSchema.shape).nullable().describe('null: not asked yet, or it failed'),
    problem: z.string().nullable(),
  })
  .meta({ id: 'RehearsalCase' });
