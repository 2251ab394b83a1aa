import { z } from 'zod';
import { type HookEventType, hookTestType } from '../session/hook.ts';
import { sessionStates } from '../session/session-state.ts';

/** What hooks are sent, as schemas: the OpenAPI document prints them as its webhooks. */

const time = z.iso.datetime();
const session = z.string().describe('name of the session');
const customer = z.object({
  chatId: z.string(),
  phone: z.string().nullable(),
  name: z.string().nullable(),
});

const event = <T extends string, D extends z.ZodRawShape>(type: T, data: D) =>
  z.object({
    type: z.literal(type),
    timestamp: time.describe('when it happened'),
    data: z.object({ session, ...data }),
  });

export const hookEventSchemas = {
  'message.received': {
    summary: 'A customer wrote; not of chats that are left alone',
    schema: event('message.received', {
      customer,
      message: z.object({
        id: z.string(),
        kind: z.string(),
        text: z.string(),
        heard: z
          .string()
          .nullable()
          .describe('what was heard or seen in a voice note or picture, where it is known by now'),
        at: time.describe("by WhatsApp's clock"),
        isDeleted: z.boolean().describe('deleted for everybody meanwhile; its words are gone'),
      }),
    }),
  },
  'message.answered': {
    summary: 'All of an answer went out',
    schema: event('message.answered', {
      customer,
      turn: z.object({
        id: z.number(),
        messages: z.array(z.string()).describe("WhatsApp's ids of what it answers"),
        question: z.string().describe("the customer's messages, joined"),
        answer: z.array(z.string()).describe('as it went out, in its parts'),
        files: z.array(z.string()).describe('names of files that went with it'),
        provider: z.string(),
        model: z.string(),
      }),
    }),
  },
  'customer.silent': {
    summary: 'A customer was left without an answer; once, until he has one',
    schema: event('customer.silent', {
      customer,
      silence: z.object({ since: time, code: z.string(), reason: z.string() }),
    }),
  },
  'customer.handed_over': {
    summary: 'A customer waits for a person',
    schema: event('customer.handed_over', {
      customer,
      handOver: z.object({ summary: z.string().nullable() }),
    }),
  },
  'session.state': {
    summary: 'The session came into another state',
    schema: event('session.state', {
      state: z.object({
        state: z.enum(sessionStates),
        before: z.enum(sessionStates).nullable(),
        code: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    }),
  },
  'session.qr_needed': {
    summary: 'A phone must scan; the code itself is never sent: `GET /api/sessions/:name/qr` has it',
    schema: event('session.qr_needed', {}),
  },
} as const satisfies Readonly<Record<HookEventType, { readonly summary: string; readonly schema: z.ZodType }>>;

export const hookTestSchema = event(hookTestType, {});
