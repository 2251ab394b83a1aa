import { z } from 'zod';
import type { SessionRow } from '../protocol/fleet.ts';
import { maxInstructions } from '../session/instructions.ts';
import { chat, defineTool, session, type Tool, when } from './tool.ts';

/** What an assistant may do with `--write`. Nothing of it writes to a customer, changes what a bot is, or cannot be undone. */

const became = ({ row }: { readonly row: SessionRow }) => ({
  session: row.name,
  state: row.state,
  verdict: row.verdict,
  replies: row.replies,
  since: when(row.since),
});

/** Answered at once: a start may wait for a scan. */
const lifecycle = (method: 'start' | 'stop' | 'restart', title: string, description: string): Tool =>
  defineTool({
    name: `${method}_session`,
    title,
    description,
    writes: true,
    input: z.strictObject({ session }),
    run: async ({ session: name }, { fleet }) => became(await fleet.request(method, { name, wait: false })),
  });

export const writeTools: readonly Tool[] = [
  lifecycle('start', 'Start a session', 'Starts a bot. Answers at once; list_sessions says what became of it.'),
  lifecycle('stop', 'Stop a session', 'Stops a bot: its customers get no answer until it is started again.'),
  lifecycle('restart', 'Restart a session', 'Stops a bot and starts it again.'),
  defineTool({
    name: 'pause_replies',
    title: 'Pause replies',
    description:
      'The bot of a session, or in one chat, answers nobody until replies are resumed; what comes in is kept.',
    writes: true,
    input: z.strictObject({
      session,
      chat: chat.optional(),
      minutes: z.number().int().min(1).max(100_000).optional().describe('of one chat: for how long'),
    }),
    run: async ({ session: name, chat: id, minutes }, { fleet }) =>
      became(
        await fleet.request('pause', {
          name,
          ...(id === undefined ? {} : { chat: id }),
          ...(minutes === undefined ? {} : { minutes }),
        }),
      ),
  }),
  defineTool({
    name: 'resume_replies',
    title: 'Resume replies',
    description: 'The bot of a session, or in one chat, answers again, also what came in meanwhile and is not too old.',
    writes: true,
    input: z.strictObject({ session, chat: chat.optional() }),
    run: async ({ session: name, chat: id }, { fleet }) =>
      became(await fleet.request('resume', { name, ...(id === undefined ? {} : { chat: id }) })),
  }),
  defineTool({
    name: 'rehearse',
    title: 'Rehearse a change',
    description:
      'Asks recorded turns of a session again with other instructions or another model. Nobody is sent anything and nothing of the session ' +
      'changes; the AI costs money. Answers at once; last_rehearsal says how it goes.',
    writes: true,
    input: z.strictObject({
      session,
      instructions: z.string().max(maxInstructions).optional(),
      model: z.string().min(1).max(100).optional(),
      days: z.number().int().min(1).max(365).optional(),
      chats: z.number().int().min(1).max(500).optional(),
    }),
    run: async ({ session: name, ...change }, { fleet }) => {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const { rehearsal } = await fleet.request('rehearse', { name, ...given });
      return { id: rehearsal.id, state: rehearsal.state, total: rehearsal.total, estimate_usd: rehearsal.estimateUsd };
    },
  }),
  defineTool({
    name: 'stop_rehearsal',
    title: 'Stop a rehearsal',
    description: 'Ends the rehearsal of a session that runs; what was asked stays.',
    writes: true,
    input: z.strictObject({ session }),
    run: async ({ session: name }, { fleet }) => {
      const { rehearsal } = await fleet.request('rehearseStop', { name });
      return { id: rehearsal.id, state: rehearsal.state, asked: rehearsal.asked, total: rehearsal.total };
    },
  }),
];
