import { z } from 'zod';
import { canaryEnds, canaryStates } from '../session/canary.ts';

/** What the API hands out of canaries. */

const time = z.number().describe('milliseconds since 1970');

const armSchema = z.object({
  chats: z.number(),
  turns: z.number().describe('that ended, or wait for somebody'),
  open: z.number(),
  answered: z.number(),
  drafted: z.number(),
  silent: z.number(),
  handedOver: z.number(),
  owner: z.number().describe('the owner wrote, or changed or dropped the draft'),
  errors: z.number().describe('the AI service refused, or failed three times in a row'),
  silentChats: z.number(),
  handedOverChats: z.number(),
  ownerChats: z.number(),
  medianMs: z.number().nullable().describe("from the customer's first message to the answer's last part"),
  costUsd: z.number(),
});
const figuresSchema = z.object({ canary: armSchema, control: armSchema });

export const canaryStandingSchema = z.object({
  state: z.enum(canaryStates),
  end: z.enum(canaryEnds).nullable(),
  share: z.number().nullable().describe('percent of the chats; null: all of them, beside other sessions of the label'),
  startedAt: time,
  endsAt: time,
  figures: figuresSchema,
});

export const canarySchema = z
  .object({
    id: z.string(),
    sessionName: z.string(),
    state: z.enum(canaryStates),
    end: z.enum(canaryEnds).nullable().describe('why it ended; null: it runs'),
    evidence: z
      .object({
        measure: z.string().optional(),
        rule: z.string().optional(),
        canary: z.number().optional(),
        canaryOf: z.number().optional(),
        control: z.number().optional(),
        controlOf: z.number().optional(),
        reason: z.string().optional(),
      })
      .nullable(),
    waits: z.boolean().describe('a person has to decide, or should know'),
    label: z.string().nullable(),
    peers: z.array(z.string()).readonly().describe('sessions of the label that it is compared with'),
    share: z.number().nullable(),
    version: z.number().nullable().describe('of the instructions that are tried; null: those of the session'),
    baseVersion: z.number().nullable(),
    settings: z.record(z.string(), z.unknown()),
    rules: z.array(z.string()).readonly(),
    startedAt: time,
    endsAt: time,
    endedAt: time.nullable(),
    startedBy: z.string(),
    decidedBy: z.string().nullable(),
    figures: figuresSchema,
  })
  .meta({ id: 'Canary' });
