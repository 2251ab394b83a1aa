import { z } from 'zod';
import { parsePhone, phoneProblem } from './phone.ts';

/** What a person can set for one session. Parsed strictly at every border: an unknown or wrong field is named, never dropped. */

/** `webhook`: an address of the operator's own (src/session/brain.ts). */
export const aiProviders = ['openai', 'gemini', 'webhook', 'echo', 'none'] as const;
export type AiProviderName = (typeof aiProviders)[number];
/** A model behind it takes instructions, so that they can be rehearsed and changed; a brain of one's own may act when it is asked. */
export const isModel = (provider: AiProviderName): boolean => provider !== 'none' && provider !== 'webhook';

const seconds = (s: number): number => s * 1000;
const duration = (from: number, to: number) => z.number().int().min(from).max(to);

/**
 * What the bot does with a medium: have the AI service read it, answer with a fixed text, or leave it unread (`ignore`: not fetched; the AI
 * is told that it came).
 */
const mediaPolicy = z.enum(['describe', 'reply', 'ignore']);

/** How an OpenAI-compatible service is spoken to; `auto` finds out by itself. */
export const aiApis = ['auto', 'responses', 'chat'] as const;

const addressExample = 'Example: http://127.0.0.1:11434/v1';

/** Where a service begins, without the endpoint that manuals like to show with it. Keys have a place of their own, so none in here. */
const serviceAddress = z
  .string()
  .trim()
  .max(300)
  .transform((text, ctx) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
      ctx.addIssue({ code: 'custom', message: `must be a web address. ${addressExample}` });
      return z.NEVER;
    }

    if (url.username !== '' || url.password !== '') {
      ctx.addIssue({ code: 'custom', message: `must hold no user or key: set the key as ai_key. ${addressExample}` });
      return z.NEVER;
    }
    return text.replace(/\/+$/, '').replace(/\/(?:chat\/completions|responses)$/, '');
  });

const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time of day like 03:00');

export const aiConfigSchema = z.strictObject({
  provider: z.enum(aiProviders).default('echo'),
  api: z.enum(aiApis).default('auto'),
  /** Another address than the fleet's for this session's service; null: the fleet's. */
  baseUrl: serviceAddress.nullable().default(null),
  /** Null: the provider's default model. */
  model: z.string().min(1).max(100).nullable().default(null),
  /** A cheaper model once the budget's warning line is passed; null: keep the model. */
  cheapModel: z.string().min(1).max(100).nullable().default(null),
  /** Null: not sent; some models refuse a non-default value. */
  temperature: z.number().min(0).max(2).nullable().default(null),
  maxTokens: z.number().int().min(16).max(32_000).default(2000),
  /** Tokens of history given to the AI; what falls out is folded into a running summary. */
  historyTokens: z.number().int().min(0).max(200_000).default(6000),
  /** Milliseconds until one AI call is given up. */
  timeoutMs: duration(seconds(1), seconds(300)).default(seconds(60)),
  audio: mediaPolicy.default('describe'),
  image: mediaPolicy.default('describe'),
  document: mediaPolicy.default('describe'),
  video: mediaPolicy.default('describe'),
  /** What is answered to a medium under the policy `reply`. */
  mediaReply: z.string().max(1000).default(''),
  /** `notes`: a voice note is answered by one, where the service speaks (OpenAI). */
  voice: z.enum(['off', 'notes']).default('off'),
  /** As the service calls its voice. */
  voiceName: z
    .string()
    .regex(/^[\w-]{1,40}$/, 'a name like alloy')
    .default('alloy'),
  /** Dollars a day; null: no limit of its own. */
  dailyBudgetUsd: z.number().min(0).max(10_000).nullable().default(null),
  /** What happens when the budget is spent. */
  overBudget: z.enum(['warn', 'cheaper', 'hold']).default('warn'),
  /** Whether the AI may hand a chat over to a person. */
  handover: z.boolean().default(true),
  /** What the customer is told then; empty: our sentence in the session's language. */
  handoverMessage: z.string().max(1000).default(''),
  /** Words of a customer by which a person is asked for, whatever the AI thinks. */
  handoverWords: z.array(z.string().trim().min(2).max(60)).max(50).default([]),
  /** Messages of one customer left in silence after which a person is asked for; 0: never. */
  handoverAfterSilent: z.number().int().min(0).max(20).default(3),
  /**
   * An answer that says something was done (`agendei`) and nothing was: `check` has it written again, then asks for a person; `allow`
   * sends it. A session with tools always checks.
   */
  claims: z.enum(['check', 'allow']).default('check'),
  /** Whether the AI proposes a change of the instructions once a night, from what people did otherwise than the bot. A person publishes it. */
  propose: z.enum(['off', 'nightly']).default('off'),
  /** When the night begins, on the session's own clock. */
  proposeAt: timeOfDay.default('03:00'),
  /** Dollars that one night may cost, the rehearsal of what is proposed included. */
  proposeBudgetUsd: z.number().min(0).max(1000).default(0.5),
  /** Null: the model that answers. */
  proposeModel: z.string().min(1).max(100).nullable().default(null),
  /** Whether files are searched by what a question means, too: vectors of the AI service (OpenAI and Gemini). */
  embeddings: z.enum(['off', 'on']).default('off'),
  /** Null: the provider's default one. Another model makes all vectors anew. */
  embeddingsModel: z.string().min(1).max(100).nullable().default(null),
  /** Dollars a day that making vectors of files may cost. */
  embeddingsBudgetUsd: z.number().min(0).max(1000).default(1),
});
export type AiConfig = z.infer<typeof aiConfigSchema>;

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day like 08:00');
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day like 2026-12-25');

/** Zones that every Node knows. The first question about one wakes its library of languages: 650 pages of memory, a fifth of a worker's start. */
const zonesAtHand = new Set([
  'America/Sao_Paulo',
  'America/Bahia',
  'America/Belem',
  'America/Cuiaba',
  'America/Fortaleza',
  'America/Manaus',
  'America/Recife',
  'Europe/Lisbon',
  'UTC',
]);

const timeZone = z.string().refine((zone) => {
  if (zonesAtHand.has(zone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}, 'an IANA time zone like America/Sao_Paulo');

export const presets = ['fast', 'business', 'human', 'reflective', 'night'] as const;

export const timingConfigSchema = z.strictObject({
  preset: z.enum(presets).nullable().default(null),
  /** Answer after this long without a new message in the chat. */
  quietMs: duration(0, seconds(600)).default(seconds(15)),
  /** Never later than this after the first message. */
  maxWaitMs: duration(0, seconds(3600)).default(seconds(60)),
  maxMessages: z.number().int().min(1).max(100).default(20),
  /** Messages older than this are not answered any more. */
  maxAgeMs: duration(seconds(60), seconds(7 * 86_400)).default(seconds(86_400)),
  readingDelayMs: duration(0, seconds(60)).default(seconds(2)),
  typing: z.boolean().default(true),
  charactersPerSecond: z.number().min(1).max(1000).default(10),
  /** Share by which every pause varies, 0 to 1. */
  jitter: z.number().min(0).max(1).default(0.25),
  /** Longest typing time of one part. */
  maxTypingMs: duration(0, seconds(120)).default(seconds(12)),
  pauseBetweenPartsMs: duration(0, seconds(60)).default(seconds(1)),
  split: z.boolean().default(true),
  /** Characters a part aims at when an answer is split. */
  partLength: z.number().int().min(40).max(4000).default(300),
  /** Parts that one answer has at most. */
  maxParts: z.number().int().min(1).max(20).default(8),
  timeZone: timeZone.default('America/Sao_Paulo'),
  /** Opening hours per weekday, 0 Sunday to 6 Saturday; null: always open. A missing weekday is closed. */
  openingHours: z
    .array(z.strictObject({ days: z.array(z.number().int().min(0).max(6)).min(1), from: clock, to: clock }))
    .max(50)
    .nullable()
    .default(null),
  /** Days on which the session stays closed. */
  quietDays: z.array(day).max(366).default([]),
  /** Outside opening hours: hold until opening, or send `awayMessage` once per conversation and day (and still answer at opening). */
  outsideHours: z.enum(['hold', 'away']).default('hold'),
  awayMessage: z.string().max(1000).default(''),
  /** Messages we send at most; 0: no cap. */
  maxPerChatHour: z.number().int().min(0).max(10_000).default(60),
  maxPerChatDay: z.number().int().min(0).max(100_000).default(300),
  maxPerHour: z.number().int().min(0).max(100_000).default(0),
  maxPerDay: z.number().int().min(0).max(1_000_000).default(0),
  /** People who are answered for the first time, on the day of the first link; it grows from there. 0: no limit. */
  warmUpPerDay: z.number().int().min(0).max(1000).default(0),
  /** Factor by which `warmUpPerDay` grows with each day since the first link. */
  warmUpGrowth: z.number().min(1).max(3).default(1.5),
  /** The bot stays silent in a chat for this long after the owner typed there. */
  takeoverMinutes: z
    .number()
    .int()
    .min(0)
    .max(7 * 1440)
    .default(60),
});
export type TimingConfig = z.infer<typeof timingConfigSchema>;

const numberList = z
  .array(
    z.string().transform((text, ctx) => {
      if (/@(lid|g\.us|c\.us)$/.test(text)) return text;
      const phone = parsePhone(text);
      if (phone === null) {
        ctx.addIssue({
          code: 'custom',
          message: phoneProblem(text) ?? 'is not a phone number',
        });
        return z.NEVER;
      }
      return phone;
    }),
  )
  .max(10_000);

export const filtersSchema = z.strictObject({
  groups: z.boolean().default(false),
  broadcasts: z.boolean().default(false),
  newsletters: z.boolean().default(false),
  status: z.boolean().default(false),
  calls: z.boolean().default(false),
  ignoreSavedContacts: z.boolean().default(false),
  /** Empty: everybody. Otherwise only these numbers or chats are answered. */
  allow: numberList.default([]),
  deny: numberList.default([]),
  /** Fast turns in a row after which a chat is taken for another bot and paused. */
  botLoopTurns: z.number().int().min(3).max(100).default(8),
  /** Days after which what was said is erased from the store; null: kept until a person erases it. */
  retentionDays: z.number().int().min(1).max(3650).nullable().default(null),
});
export type Filters = z.infer<typeof filtersSchema>;

export interface SessionConfig {
  readonly ai: AiConfig;
  readonly timing: TimingConfig;
  readonly filters: Filters;
}

export const defaultConfig = (): SessionConfig => ({
  ai: aiConfigSchema.parse({}),
  timing: timingConfigSchema.parse({}),
  filters: filtersSchema.parse({}),
});
