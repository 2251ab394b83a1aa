import { z } from 'zod';
import { fleetRequests } from '../protocol/fleet-api.ts';
import { byName, none, operation } from './operation.ts';

/** Answers of a brain of the operator's own that come later than its webhook. */
export const brainOperations = {
  answerTurn: operation({
    method: 'POST',
    path: '/api/sessions/:name/turns/:turn/answer',
    summary: 'The answer to a question that a webhook was asked and said it would answer later',
    params: byName.extend({ turn: z.string().max(60).describe('as the question named it') }),
    query: none,
    body: fleetRequests.turnAnswer.omit({ name: true, turn: true, actor: true }),
    status: 200,
    response: z.object({ isNew: z.boolean().describe('false: an answer was there already, and counts') }),
  }),
} as const;
