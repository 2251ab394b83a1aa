import { z } from 'zod';
import {
  answerKinds,
  type RehearsedAnswer,
  rehearsalRules,
  rehearsalVerdicts,
  verdictReasons,
} from '../session/rehearsal.ts';
import { aiConfigSchema, timingConfigSchema } from '../session/session-config.ts';
import { passageSchema } from './knowledge.ts';

/**
 * What the master and the process of a rehearsal say to each other. The process is told everything that it works with: it opens no store
 * and no phone, so nothing that it does can reach a customer.
 */

/** A message of the recorded history, as the store keeps it. */
const message = z.strictObject({
  seq: z.number(),
  conversationId: z.number(),
  waId: z.string(),
  sender: z.enum(['customer', 'bot', 'owner']),
  kind: z.string(),
  text: z.string(),
  mimeType: z.string().nullable(),
  mediaText: z.string().nullable(),
  at: z.number(),
  storedAt: z.number(),
  outcome: z.enum(['pending', 'answered', 'held', 'unanswered', 'unknown', 'ignored']).nullable(),
  outcomeCode: z.string().nullable(),
  pendingSince: z.number().nullable(),
  heldUntil: z.number().nullable(),
  turnId: z.number().nullable(),
  facts: z.string().nullable(),
  quoted: z.string().nullable(),
  ad: z.string().nullable(),
  editedAt: z.number().nullable(),
  deletedAt: z.number().nullable(),
});

const recordedTurn = z.strictObject({
  turnId: z.number(),
  conversationId: z.number(),
  customerName: z.string().nullable(),
  startedAt: z.number(),
  turnAt: z.number(),
  question: z.string(),
  rawAnswer: z.string(),
  outcome: z.string(),
  model: z.string(),
  instructionsVersion: z.number().nullable(),
  history: z.array(message),
  summary: z.string().nullable(),
  isSummaryOfThen: z.boolean(),
  historyHash: z.string(),
  /** Tools that were called then, in order: `answer` null where none came. */
  calls: z
    .array(z.strictObject({ tool: z.string(), arguments: z.string(), answer: z.string().nullable() }))
    .exactOptional(),
});

/** A case of `data/cases/NAME.yaml`. */
export const sceneSchema = z.strictObject({
  name: z.string(),
  ask: z.string(),
  history: z.array(z.strictObject({ from: z.enum(['customer', 'bot']), text: z.string() })),
  expect: z.array(z.string()),
  never: z.array(z.string()),
  longest: z.number().nullable(),
  /** The answer that was given when the case was made. */
  answer: z.string().exactOptional(),
});
export type Scene = Readonly<z.infer<typeof sceneSchema>>;

/** What the AI is offered; where a tool leads and by what it signs is told to nobody who calls none. */
const offeredTool = z.strictObject({
  name: z.string(),
  description: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  onlyReads: z.boolean(),
  callsPerTurn: z.number(),
});

const rules = z.strictObject({ forbidden: z.array(z.string()), longest: z.number().nullable() });
/** Rules of the case file that hold for every answer. */
export type SharedRules = Readonly<z.infer<typeof rules>>;

/** What people did otherwise, masked: all that is told of it. Known by its number. */
const shownLesson = z.strictObject({
  question: z.string(),
  bot: z.string().nullable(),
  botSent: z.boolean(),
  owner: z.string().nullable(),
});
export type ShownLesson = Readonly<z.infer<typeof shownLesson>>;

/** How much one answer of a proposer is taken of. */
const mostEdits = 20;
export const proposedEditsSchema = z.strictObject({
  edits: z
    .array(
      z.strictObject({
        find: z.string().max(20_000),
        replace: z.string().max(20_000),
        reason: z.string().max(2000),
        lessons: z.array(z.number().int()).max(100).readonly(),
      }),
    )
    .max(mostEdits),
});

export const toRehearseSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('open'),
    session: z.strictObject({ id: z.string(), name: z.string(), label: z.string() }),
    /** With the change. */
    ai: aiConfigSchema,
    timing: timingConfigSchema,
    instructions: z.string(),
    judge: z.string().nullable(),
    rules,
    tools: z.array(offeredTool).exactOptional(),
  }),
  /** `passages`: of the session's files as they are now, what fits the question. */
  z.strictObject({
    kind: z.literal('turn'),
    row: z.number(),
    turn: recordedTurn,
    passages: z.array(passageSchema).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('scene'),
    row: z.number(),
    scene: sceneSchema,
    passages: z.array(passageSchema).exactOptional(),
  }),
  /** A change of the instructions is asked for. `row`: as everywhere, what the answer is told by. */
  z.strictObject({ kind: z.literal('propose'), row: z.number(), lessons: z.array(shownLesson) }),
]);
export type ToRehearse = z.infer<typeof toRehearseSchema>;

const finding = z.strictObject({ rule: z.enum(rehearsalRules), what: z.string() });

/** Of the door's answers, too (src/http/rehearsal-schemas.ts). */
export const rehearsedAnswerSchema = z.strictObject({
  kind: z.enum(answerKinds),
  text: z.string(),
  filtered: z.array(z.string()).readonly(),
  isCut: z.boolean(),
  findings: z.array(finding).readonly(),
  oldFindings: z.array(finding).readonly(),
  model: z.string(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
  tookMs: z.number(),
  isSameHistory: z.boolean(),
  verdict: z.enum(rehearsalVerdicts),
  verdictReason: z.enum(verdictReasons),
  judged: z.string().nullable(),
  judgeCostUsd: z.number(),
  calls: z.array(z.string()).readonly().exactOptional(),
}) satisfies z.ZodType<RehearsedAnswer>;

export const modelPriceSchema = z.strictObject({
  model: z.string(),
  inputPerMillion: z.number(),
  outputPerMillion: z.number(),
  isKnown: z.boolean(),
});
export type ModelPrice = Readonly<z.infer<typeof modelPriceSchema>>;

/** What one call of the service was billed for. */
export const billedCallSchema = z.strictObject({
  model: z.string(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
});
export type BilledCall = Readonly<z.infer<typeof billedCallSchema>>;

export const fromRehearseSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('opened'),
    price: modelPriceSchema,
    judgePrice: modelPriceSchema.nullable(),
    judgeVersion: z.number(),
  }),
  z.strictObject({
    kind: z.literal('answer'),
    row: z.number(),
    answer: rehearsedAnswerSchema,
    calls: z.array(billedCallSchema),
  }),
  z.strictObject({
    kind: z.literal('proposed'),
    row: z.number(),
    edits: proposedEditsSchema.shape.edits,
    calls: z.array(billedCallSchema),
  }),
  /** No answer that can be compared. `all`: so it would be with every other turn. */
  z.strictObject({
    kind: z.literal('problem'),
    row: z.number(),
    scope: z.enum(['one', 'all']),
    reason: z.string(),
    calls: z.array(billedCallSchema),
  }),
  /** It cannot begin. */
  z.strictObject({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type FromRehearse = z.infer<typeof fromRehearseSchema>;
