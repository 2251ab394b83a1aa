import { z } from 'zod';
import type { SessionRow } from '../protocol/fleet.ts';
import type { ChatRow, FleetEvent, TurnRecord } from '../session/records.ts';
import type { Quoting } from './quoted.ts';
import { chat, defineTool, fitting, page, session, type Tool, when } from './tool.ts';

/** What an assistant may look at. */

const sessionLine = (row: SessionRow, { quote }: Quoting) => ({
  session: row.name,
  label: row.label,
  ...(row.node === null ? {} : { node: row.node }),
  state: row.state,
  verdict: row.verdict,
  since: when(row.since),
  reason: quote(row.reason, 400),
  replies: row.replies,
  waiting_chats: row.waiting.chats,
  waiting_since: when(row.waiting.oldestSince),
  silent_chats: row.silent.chats,
  asks_for_person: row.asksForPerson,
  drafts: row.drafts,
  received_last_hour: row.receivedLastHour,
  sent_last_hour: row.sentLastHour,
  ai: row.ai.status,
  cost_today_usd: row.costTodayUsd,
});

const chatLine = (row: ChatRow, { quote }: Quoting) => ({
  session: row.sessionName,
  chat: row.chatId,
  name: quote(row.name, 100),
  phone: row.phone,
  last_text: quote(row.lastText, 300),
  last_from_customer: when(row.lastInboundAt),
  last_from_us: when(row.lastOutboundAt),
  messages: row.messages,
  waiting: row.waiting,
  overdue: row.overdue ?? false,
  paused_until: when(row.pausedUntil),
  silent_since: when(row.silentSince),
  asks_for_person_since: when(row.asksForPersonSince),
});

const eventLine = (event: FleetEvent, { quote }: Quoting) => ({
  id: event.id,
  at: when(event.at),
  level: event.level,
  session: event.sessionName,
  kind: event.kind,
  // A contact's name may stand in it.
  text: quote(event.text, 500),
  actor: event.actor,
});

/** The last ones say how it ended. */
const mostSteps = 60;

const turnLine = (turn: TurnRecord, { quote }: Quoting) => ({
  chat: turn.chatId,
  who: quote(turn.who, 100),
  at: when(turn.startedAt),
  outcome: turn.outcome,
  asked: quote(turn.joinedText),
  answered: quote(turn.parts.join('\n')),
  // Documents and tools speak in them, too.
  steps: turn.words.slice(-mostSteps).map((word) => quote(word, 400)),
  model: turn.model,
  instructions_version: turn.instructionsVersion,
  cost_usd: turn.costUsd,
});

const fleetTools: readonly Tool[] = [
  defineTool({
    name: 'list_sessions',
    title: 'Sessions',
    description:
      'Every WhatsApp bot of the fleet: its state, whether its customers are answered, who waits. Begin here.',
    quotes: true,
    input: z.strictObject({
      find: z.string().max(100).optional().describe('only those with this in name or label'),
      offset: z.number().int().min(0).max(100_000).optional(),
    }),
    run: async ({ find, offset = 0 }, { fleet, quoting }) => {
      const { sessions, fleet: info } = fleet.getSnapshot();
      const wanted = find?.toLowerCase() ?? '';
      const found = sessions.filter(({ name, label }) => `${name} ${label}`.toLowerCase().includes(wanted));
      const { items, rest } = fitting(found.slice(offset).map((row) => sessionLine(row, quoting)));
      return {
        host: info.host,
        stopped: info.masterPid === 0,
        total: found.length,
        sessions: items,
        ...(rest > 0 ? { next_offset: offset + items.length } : {}),
      };
    },
  }),
  defineTool({
    name: 'list_events',
    title: 'Event log',
    description: 'What happened, newest first: of one session, or of the fleet.',
    quotes: true,
    input: z.strictObject({
      session: session.optional(),
      limit: page(200, 50),
      before: z.number().int().optional().describe('id of the event to read on from'),
    }),
    run: async ({ session: name, limit = 50, before }, { fleet, quoting }) => {
      const asked = { ...(name === undefined ? {} : { name }), limit, ...(before === undefined ? {} : { before }) };
      const { events } = await fleet.request('events', asked);
      const { items, rest } = fitting(events.map((event) => eventLine(event, quoting)));
      return { events: items, next_before: rest > 0 || events.length === limit ? (items.at(-1)?.id ?? null) : null };
    },
  }),
  defineTool({
    name: 'list_incidents',
    title: 'Incidents',
    description: 'Outages that several sessions had together, newest first, and whose fault each probably was.',
    input: z.strictObject({ limit: page(50, 20) }),
    run: async ({ limit = 20 }, { fleet }) => {
      const { incidents } = await fleet.request('incidents', { limit });
      const lines = incidents.map((one) => ({
        began: when(one.startedAt),
        ended: when(one.endedAt),
        blame: one.blame,
        cause: one.cause,
        conclusion: one.conclusion,
        sessions: one.sessionIds.length,
      }));
      return { incidents: fitting(lines).items };
    },
  }),
  defineTool({
    name: 'usage',
    title: 'Cost of the AI',
    description: 'What the AI cost a day, newest first, of one session or of the fleet.',
    input: z.strictObject({ session: session.optional(), days: z.number().int().min(1).max(90).optional() }),
    run: async ({ session: name, days = 14 }, { fleet }) =>
      fleet.request('usage', { ...(name === undefined ? {} : { name }), days }),
  }),
];

const chatTools: readonly Tool[] = [
  defineTool({
    name: 'list_chats',
    title: 'Chats',
    description: 'Chats of one session or of all, who wrote last first, with who waits and who was left in silence.',
    quotes: true,
    input: z.strictObject({
      session: session.optional(),
      search: z.string().max(200).optional().describe('in names, numbers and messages'),
      limit: page(100, 30),
    }),
    run: async ({ session: name, search, limit = 30 }, { fleet, quoting }) => {
      const { chats } = await fleet.request('chats', {
        ...(name === undefined ? {} : { name }),
        ...(search === undefined ? {} : { search }),
        limit,
      });
      const { items, rest } = fitting(chats.map((row) => chatLine(row, quoting)));
      return { chats: items, left_out: rest };
    },
  }),
  defineTool({
    name: 'read_conversation',
    title: 'One conversation',
    description: 'Messages of one chat, newest last.',
    quotes: true,
    input: z.strictObject({
      session,
      chat,
      limit: page(100, 30),
      before: z
        .string()
        .max(40)
        .refine((text) => !Number.isNaN(Date.parse(text)), 'give back the next_before of the page before')
        .optional()
        .describe('the next_before of the page before'),
    }),
    run: async ({ session: name, chat: id, limit = 30, before }, { fleet, quoting }) => {
      const { messages } = await fleet.request('messages', {
        name,
        chat: id,
        limit,
        ...(before === undefined ? {} : { before: Date.parse(before) }),
      });
      const newestFirst = messages.toSorted((a, b) => b.at - a.at);
      const { items, rest } = fitting(
        newestFirst.map((one) => ({
          at: when(one.at),
          from: one.from,
          kind: one.kind,
          text: quoting.quote(one.text),
          outcome: one.outcome,
          reason: quoting.quote(one.outcomeReason, 300),
        })),
      );
      const more = rest > 0 || messages.length === limit;
      return { messages: items.toReversed(), next_before: more ? (items.at(-1)?.at ?? null) : null };
    },
  }),
  defineTool({
    name: 'why',
    title: 'How an answer came about',
    description: 'The last answers of a session, or of one chat, step by step: what was asked, found, called and said.',
    quotes: true,
    input: z.strictObject({ session, chat: chat.optional(), limit: page(20, 5) }),
    run: async ({ session: name, chat: id, limit = 5 }, { fleet, quoting }) => {
      const { turns } = await fleet.request('why', { name, ...(id === undefined ? {} : { chat: id }), limit });
      const { items, rest } = fitting(turns.map((turn) => turnLine(turn, quoting)));
      return { turns: items, left_out: rest };
    },
  }),
  defineTool({
    name: 'list_silences',
    title: 'Who was left in silence',
    description: 'Customers of a session whose messages ended without an answer, and those who ask for a person.',
    quotes: true,
    input: z.strictObject({ session }),
    run: async ({ session: name }, { fleet, quoting: { quote } }) => {
      const { silent, asking } = await fleet.request('silences', { name });
      return {
        silent: fitting(
          silent.map((one) => ({
            chat: one.chatId,
            name: quote(one.name, 100),
            since: when(one.since),
            code: one.code,
            reason: quote(one.reason, 300),
          })),
        ).items,
        asking: fitting(
          asking.map((one) => ({
            chat: one.chatId,
            name: quote(one.name, 100),
            since: when(one.since),
            summary: quote(one.summary, 600),
          })),
        ).items,
      };
    },
  }),
  defineTool({
    name: 'list_drafts',
    title: 'Drafts that wait',
    description: 'Answers that wait for a person. They are approved on the dashboard, not here.',
    quotes: true,
    input: z.strictObject({ session: session.optional() }),
    run: async ({ session: name }, { fleet, quoting: { quote } }) => {
      const { drafts } = await fleet.request('drafts', name === undefined ? {} : { name });
      const { items, rest } = fitting(
        drafts.map((one) => ({
          session: one.sessionName,
          chat: one.chatId,
          name: quote(one.chatName, 100),
          at: when(one.createdAt),
          asked: quote(one.asked?.map(({ text }) => text).join('\n')),
          draft: quote(one.text),
        })),
      );
      return { drafts: items, left_out: rest };
    },
  }),
];

const proofTools: readonly Tool[] = [
  defineTool({
    name: 'knowledge_gaps',
    title: 'Questions without an answer',
    description:
      'What customers asked and nothing was found for in the files of a session; names and numbers are masked.',
    quotes: true,
    input: z.strictObject({ session, limit: page(200, 50) }),
    run: async ({ session: name, limit = 50 }, { fleet, quoting: { quote } }) => {
      const { gaps } = await fleet.request('knowledgeGaps', { name, limit });
      const { items, rest } = fitting(
        gaps.map((gap) => ({
          question: quote(gap.question, 400),
          customers: gap.customers,
          times: gap.times,
          last: when(gap.at),
        })),
      );
      return { gaps: items, left_out: rest };
    },
  }),
  defineTool({
    name: 'search_knowledge',
    title: 'Search what a bot knows',
    description: 'Passages of the files of a session that an answer to this text would be given.',
    quotes: true,
    input: z.strictObject({ session, text: z.string().min(1).max(2000) }),
    run: async ({ session: name, text }, { fleet, quoting: { quote } }) => {
      const { passages, isGap, wordsAlone } = await fleet.request('knowledgeSearch', { name, text });
      return {
        is_gap: isGap,
        // A server of before says nothing of it.
        ...(wordsAlone ? { words_alone_because: quote(wordsAlone, 300) } : {}),
        passages: fitting(
          passages.map((one) => ({
            file: quote(one.file, 200),
            place: { ...one.place, heading: quote(one.place.heading, 200) },
            text: quote(one.text),
            share: one.share,
            ...(one.by === undefined ? {} : { found_by: one.by }),
          })),
        ).items,
      };
    },
  }),
  defineTool({
    name: 'list_lessons',
    title: 'What people did otherwise',
    description: 'Where a person answered otherwise than the bot, newest first; names and numbers are masked.',
    quotes: true,
    input: z.strictObject({ session, limit: page(50, 20), cursor: z.string().max(300).optional() }),
    run: async ({ session: name, limit = 20, cursor }, { fleet, quoting: { quote } }) => {
      const { lessons, next } = await fleet.request('lessons', {
        name,
        limit,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const lines = lessons.map((one) => ({
        kind: one.kind,
        at: when(one.at),
        asked: quote(one.question, 800),
        bot: quote(one.bot, 800),
        person: quote(one.owner, 800),
      }));
      const { items, rest } = fitting(lines);
      return { lessons: items, left_out: rest, next_cursor: next };
    },
  }),
  defineTool({
    name: 'last_rehearsal',
    title: 'The last rehearsal',
    description:
      'Recorded turns that were asked again with a change, old beside new, the worst first, and how far it is.',
    quotes: true,
    input: z.strictObject({ session, limit: page(50, 10) }),
    run: async ({ session: name, limit = 10 }, { fleet, quoting: { quote } }) => {
      const { rehearsal, cases } = await fleet.request('rehearsal', { name, limit });
      if (rehearsal === null) return { rehearsal: null };
      const { id, state, reason, total, asked, failed, counts, costUsd, estimateUsd } = rehearsal;
      const lines = cases.map((one) => ({
        verdict: one.answer?.verdict ?? null,
        asked: quote(one.question, 600),
        old: quote(one.old.text, 1000),
        new: quote(one.answer?.text, 1000),
      }));
      const { items, rest } = fitting(lines);
      return {
        rehearsal: {
          id,
          state,
          reason: quote(reason, 300),
          total,
          asked,
          failed,
          counts,
          cost_usd: costUsd,
          estimate_usd: estimateUsd,
        },
        cases: items,
        left_out: rest,
      };
    },
  }),
];

export const readTools: readonly Tool[] = [...fleetTools, ...chatTools, ...proofTools];
