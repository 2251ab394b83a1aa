import { z } from 'zod';
import type { SessionRow } from '../protocol/fleet.ts';
import { engines } from '../session/engine.ts';
import { failovers } from '../session/failover.ts';
import { knowledgeKinds } from '../session/knowledge.ts';
import { lessonKinds } from '../session/lesson.ts';
import { aiProviders } from '../session/session-config.ts';
import { sessionStates } from '../session/session-state.ts';
import { verdicts } from '../session/verdict.ts';
import { canaryStandingSchema } from './canary-schemas.ts';

/**
 * What the API hands out. Every answer is checked against these on its way out, so nothing leaves that is not named here; the
 * OpenAPI document and the typed client come from the same schemas. Times are epoch ms.
 */

const time = z.number().describe('milliseconds since 1970');
const maybeTime = time.nullable();
const light = z.object({ status: z.enum(['ok', 'warn', 'bad', 'off']), reason: z.string().nullable() });

export const errorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string().describe('one line that says what to do'),
    requestId: z.string(),
  }),
});

const validity = { attempt: z.number(), maxAttempts: z.number(), expiresAt: time };

/** A row as the dashboards see it, but codes only announced: whoever needs one asks for it by name. */
const probeStandingSchema = z.object({
  from: z.string().describe('the session that asks'),
  everyMs: z.number(),
  provedAt: maybeTime.describe('when a question was last answered as expected'),
  answerMs: z.number().nullable().describe('how long that answer took'),
  lastOutcome: z.enum(['ok', 'failed']).nullable(),
  lastAt: maybeTime,
  code: z.string().nullable(),
  reason: z.string().nullable(),
  failedInRow: z.number(),
  hours: z
    .string()
    .describe('the last 24 hours of the clock, oldest first: i all answered, l some, n none, . none was asked'),
  asksSince: maybeTime,
  nextAt: maybeTime,
  waitsFor: z.string().nullable().describe('why none is asked now'),
});
export const probeRunSchema = z.object({
  at: time,
  from: z.string(),
  why: z.enum(['due', 'again', 'asked']),
  outcome: z.enum(['ok', 'failed', 'unknown', 'skipped']).nullable().describe('null: it is under way'),
  answerMs: z.number().nullable(),
  asked: z.string(),
  answer: z.array(z.string()).readonly(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
});
export const probeSchema = z.object({
  name: z.string(),
  plan: z.object({
    from: z.string(),
    everyMs: z.number(),
    fromMinute: z.number(),
    untilMinute: z.number(),
    text: z.string(),
    expect: z.string().nullable(),
    nextAt: time,
  }),
  standing: probeStandingSchema,
  runs: z.array(probeRunSchema).readonly().describe('newest first'),
});
export const probeLoopSchema = z.object({
  outcome: z.enum(['ok', 'failed']),
  answerMs: z.number().nullable(),
  answer: z.array(z.string()).readonly(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
});

export const sessionSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    label: z.string(),
    engine: z.enum(engines),
    state: z.enum(sessionStates),
    desiredState: z.enum(['running', 'stopped']),
    verdict: z.enum(verdicts).describe("are this session's customers being answered?"),
    since: time,
    reasonCode: z.string().nullable(),
    reason: z.string().nullable(),
    expectedPhone: z.string().nullable(),
    phone: z.string().nullable(),
    provider: z.enum(aiProviders),
    model: z.string(),
    replies: z.enum(['on', 'paused', 'draft']),
    failover: z.enum(failovers).optional(),
    ai: light,
    pid: z.number().nullable(),
    port: z.number().nullable(),
    startedAt: maybeTime,
    resources: z
      .object({
        cpuPercent: z.number(),
        memoryBytes: z.number(),
        memoryIsPss: z.boolean(),
        rssBytes: z.number(),
        processes: z.number(),
        orphans: z.number(),
      })
      .nullable(),
    restarts: z.number(),
    nextTryAt: maybeTime,
    receivedLastHour: z.number(),
    sentLastHour: z.number(),
    messagesTrend: z
      .object({ received: z.array(z.number()).readonly(), sent: z.array(z.number()).readonly() })
      .nullable()
      .optional()
      .describe('the last twelve whole 5 minutes of the clock, oldest first'),
    served: z
      .string()
      .nullable()
      .optional()
      .describe(
        'how customers were served in the last 24 hours of the clock, oldest first: i in time, l late, n not answered, . nobody wrote, - off, blank not known',
      ),
    answerMs: z
      .object({ half: z.number(), most: z.number() })
      .nullable()
      .optional()
      .describe('how long customers waited for the answers of the last hour: half of them, 95 % of them'),
    memorySoftBytes: z.number().nullable().optional().describe('above it the session is restarted at rest'),
    lastMessageAt: maybeTime,
    waiting: z.object({ chats: z.number(), oldestSince: maybeTime, estimated: z.boolean() }),
    silent: z
      .object({ chats: z.number(), today: z.number(), oldestSince: maybeTime })
      .describe('customers whose messages ended without an answer: left in silence now, and today in all'),
    probe: probeStandingSchema.nullable().optional().describe('what its mystery customer found; null: nobody asks it'),
    canary: canaryStandingSchema
      .nullable()
      .optional()
      .describe('a change that a part of its customers meet, or that a person has to decide on; null: none'),
    asksForPerson: z.number().describe('customers who ask for a person'),
    restriction: z
      .object({
        scope: z.enum(['new', 'all']),
        since: time,
        refused: z.number(),
        nextTryAt: maybeTime,
        code: z.string(),
      })
      .nullable()
      .describe('WhatsApp refuses what it sends: to new people, or to all'),
    heldMessages: z.number(),
    opensAt: maybeTime,
    pausedChats: z.number(),
    drafts: z.number(),
    proposals: z.number().optional().describe('changes of the instructions that wait for a person'),
    troubleMessages: z.number(),
    costTodayUsd: z.number(),
    qr: z.object(validity).nullable().describe('there is one to fetch'),
    pairing: z.object(validity).nullable().describe('there is one to fetch'),
    pending: z
      .object({
        kind: z.enum(['create', 'start', 'stop', 'restart', 'logout', 'reset', 'delete', 'move']),
        since: time,
      })
      .nullable(),
    incidentId: z.number().nullable(),
    node: z.string().nullable(),
    revision: z.number(),
    createdAt: time,
  })
  .meta({ id: 'Session' });
export type PublicSession = z.output<typeof sessionSchema>;

/** The row without payload and code; what is not in the schema falls away. */
export const publicSession = (row: SessionRow): PublicSession => sessionSchema.parse(row);

const instructionsSchema = z.object({
  version: z.number(),
  text: z.string(),
  author: z.string(),
  createdAt: time,
  isCurrent: z.boolean(),
});

/** Configuration is validated by its own schemas where it is written; it may grow without breaking a reader. */
const configPart = z.record(z.string(), z.unknown());
export const sessionDetailsSchema = z
  .object({
    session: sessionSchema,
    ai_config: configPart,
    timing_config: configPart,
    filters: configPart,
    instructions: instructionsSchema.nullable(),
    hasOwnAiKey: z.boolean(),
  })
  .meta({ id: 'SessionDetails' });

export const codesSchema = z.object({
  qr: z.object({ payload: z.string(), ...validity }).nullable(),
  pairing: z.object({ code: z.string(), ...validity }).nullable(),
  state: z.enum(sessionStates),
});

export const eventSchema = z
  .object({
    id: z.number(),
    at: time,
    level: z.enum(['info', 'warn', 'error']),
    sessionName: z.string().nullable(),
    kind: z.string(),
    text: z.string(),
    evidence: z.record(z.string(), z.unknown()).nullable(),
    actor: z.string(),
  })
  .meta({ id: 'Event' });

export const nodeSchema = z
  .object({
    name: z.string(),
    fleetId: z.string().optional().describe('missing: never reached, or an older one'),
    isHere: z.boolean().describe('the one that answers'),
    host: z.string().nullable(),
    version: z.string().nullable(),
    sessions: z.number(),
    state: z.enum(['open', 'lost']),
    since: time.describe('when it was lost, or started'),
    reason: z.string().nullable(),
    light: light.describe('the worst of store, AI and alerts'),
  })
  .meta({ id: 'Node' });

export const incidentSchema = z
  .object({
    id: z.number(),
    blame: z.enum(['network', 'server', 'whatsapp', 'whatsapp-change', 'over', 'server-gone', 'unknown']),
    cause: z.string(),
    startedAt: time,
    endedAt: maybeTime,
    sessionIds: z.array(z.string()).readonly(),
    totalSessions: z.number(),
    checks: z
      .array(
        z.object({
          name: z.enum(['internet', 'whatsapp', 'page', 'login']),
          result: z.enum(['ok', 'fails', 'unknown']),
        }),
      )
      .readonly(),
    seen: z.record(z.string(), z.number()).optional(),
    outage: z
      .object({ fault: z.enum(['no-network', 'dns', 'whatsapp-unreachable']), waiting: z.number() })
      .nullable()
      .optional(),
    gone: z
      .object({
        node: z.string(),
        sessions: z
          .array(
            z.object({
              id: z.string().nullable(),
              name: z.string(),
              failover: z.enum(['manual', 'auto']),
              takenBy: z.string().nullable(),
              leaseLasts: z.boolean(),
            }),
          )
          .readonly(),
      })
      .nullable()
      .optional(),
    conclusion: z.string(),
    nextTryAt: maybeTime,
    clientText: z.string(),
  })
  .meta({ id: 'Incident' });

export const chatSchema = z
  .object({
    chatId: z.string(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    lid: z.string().nullable(),
    lastInboundAt: maybeTime,
    lastOutboundAt: maybeTime,
    lastText: z.string(),
    messages: z.number(),
    waiting: z.number(),
    waitingSince: maybeTime.optional().describe('when the oldest message without an answer came'),
    overdue: z.boolean().optional().describe('it waits longer than an answer may take'),
    pausedUntil: maybeTime,
    pausedBy: z.string().nullable(),
    pausedReason: z.string().nullable(),
    drafts: z.number(),
    silentSince: maybeTime.describe('left in silence since'),
    silentCode: z.string().nullable(),
    silentReason: z.string().nullable(),
    asksForPersonSince: maybeTime,
    handoverSummary: z.string().nullable(),
  })
  .meta({ id: 'Chat' });

const customer = { chatId: z.string(), name: z.string().nullable(), phone: z.string().nullable(), since: time };
export const silentChatSchema = z
  .object({ ...customer, lastAt: time, code: z.string(), reason: z.string() })
  .meta({ id: 'SilentChat' });
export const askingChatSchema = z.object({ ...customer, summary: z.string().nullable() }).meta({ id: 'AskingChat' });

export const lessonSchema = z
  .object({
    id: z.string(),
    kind: z.enum(lessonKinds),
    at: time,
    question: z.string(),
    bot: z.string().nullable().describe('what the bot said, or would have said; null: nothing'),
    botSent: z.boolean().describe('it reached the customer'),
    owner: z.string().nullable().describe('what the person said; null: nothing, the draft was dropped'),
    instructionsVersion: z.number().nullable(),
  })
  .meta({ id: 'Lesson' });

const placeSchema = z
  .object({
    page: z.number().optional(),
    line: z.number().optional(),
    row: z.number().optional().describe('of a table, its header not counted'),
    heading: z.string().optional(),
  })
  .describe('where it stands, counted from 1');
export const knowledgeFileSchema = z
  .object({
    name: z.string(),
    version: z.number().describe('rises with every file of this name that is added'),
    kind: z.enum(knowledgeKinds),
    bytes: z.number(),
    characters: z.number(),
    passages: z.number(),
    addedAt: time,
    actor: z.string(),
  })
  .meta({ id: 'KnowledgeFile' });
export const passageSchema = z
  .object({ file: z.string(), version: z.number(), n: z.number(), place: placeSchema, text: z.string() })
  .meta({ id: 'Passage' });
export const knowledgeGapSchema = z
  .object({ question: z.string(), customers: z.number(), times: z.number(), at: time })
  .meta({ id: 'KnowledgeGap' });

export const messageSchema = z
  .object({
    id: z.string(),
    at: time,
    from: z.enum(['customer', 'bot', 'owner']),
    kind: z.string(),
    text: z.string(),
    outcome: z.enum(['pending', 'answered', 'held', 'unanswered', 'unknown', 'ignored']).nullable(),
    outcomeCode: z.string().nullable(),
    outcomeReason: z.string().nullable(),
    ack: z.number().nullable().describe('-1 failed, 0 pending, 1 sent, 2 delivered, 3 read'),
    status: z.string().nullable(),
    turnId: z.number().nullable(),
  })
  .meta({ id: 'Message' });
