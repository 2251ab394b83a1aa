import { z } from 'zod';
import { fleetRequests } from '../protocol/fleet-api.ts';
import { foundBys } from '../session/knowledge.ts';
import { byName, count, none, operation } from './operation.ts';
import { knowledgeFileSchema, knowledgeGapSchema, passageSchema } from './schemas.ts';

/** What a session knows from files. */

const file = z.string().min(1).max(400).describe('its name, e.g. prices.csv');

export const knowledgeOperations = {
  listKnowledge: operation({
    method: 'GET',
    path: '/api/sessions/:name/knowledge',
    summary: 'Files that a session knows from, with how many answers of the last 7 days were given something of each',
    params: byName,
    query: none,
    body: null,
    status: 200,
    response: z.object({
      files: z.array(knowledgeFileSchema.extend({ used: z.number() })).readonly(),
      meaning: z
        .object({
          model: z.string(),
          done: z.number().describe('passages that have a vector'),
          total: z.number(),
          problem: z.string().nullable().describe('why no more are made for now'),
        })
        .nullable()
        .describe('how far they are found by meaning, too; null: by words alone'),
    }),
  }),
  getKnowledgeFile: operation({
    method: 'GET',
    path: '/api/sessions/:name/knowledge/file',
    summary: 'Passages of one file, from number `from` on',
    params: byName,
    query: z.strictObject({ file, from: count(1_000_000), limit: count(200) }),
    body: null,
    status: 200,
    response: z.object({ file: knowledgeFileSchema, passages: z.array(passageSchema).readonly() }),
  }),
  searchKnowledge: operation({
    method: 'GET',
    path: '/api/sessions/:name/knowledge/search',
    summary: 'What an answer to this text would be given, the best first',
    params: byName,
    query: z.strictObject({ text: z.string().max(2000) }),
    body: null,
    status: 200,
    response: z.object({
      passages: z
        .array(
          passageSchema.extend({
            share: z.number(),
            by: z.enum(foundBys).optional().describe('left out: words alone were compared'),
          }),
        )
        .readonly(),
      wordsAlone: z.string().nullable().describe('why meaning was not compared, although the session is set so'),
      isGap: z.boolean().describe('too little of it fits: such a question is counted among the gaps'),
    }),
  }),
  listKnowledgeGaps: operation({
    method: 'GET',
    path: '/api/sessions/:name/knowledge/gaps',
    summary: 'What customers asked that nothing was found for, newest first; names and numbers are masked',
    params: byName,
    query: z.strictObject({ limit: count(200) }),
    body: null,
    status: 200,
    response: z.object({ gaps: z.array(knowledgeGapSchema).readonly() }),
  }),
  uploadKnowledge: operation({
    method: 'POST',
    path: '/api/sessions/:name/knowledge/upload',
    summary:
      'Bring a part of a file, in base64; the first one without `upload`, the others with the one that it answered',
    params: byName,
    query: none,
    body: fleetRequests.knowledgeUpload.omit({ name: true }),
    status: 200,
    response: z.object({ upload: z.string(), bytes: z.number() }),
  }),
  addKnowledge: operation({
    method: 'POST',
    path: '/api/sessions/:name/knowledge',
    summary: 'Read a file that was brought; it takes the place of the one of its name in one step',
    params: byName,
    query: none,
    body: fleetRequests.knowledgeAdd.omit({ name: true, actor: true }),
    status: 201,
    response: z.object({ file: knowledgeFileSchema }),
  }),
  removeKnowledge: operation({
    method: 'DELETE',
    path: '/api/sessions/:name/knowledge/file',
    summary: 'The session does not know this file any more',
    params: byName,
    query: z.strictObject({ file }),
    body: null,
    status: 200,
    response: z.object({ removed: z.literal(true) }),
  }),
};
