import { z } from 'zod';
import type { CanarySummary } from '../session/canary.ts';
import { maxInstructions } from '../session/instructions.ts';
import type { Lesson } from '../session/lesson.ts';
import type { Proposal, ProposalLine, ProposalPlan, ProposalSummary } from '../session/proposal.ts';
import type { RehearsalCase, RehearsalPlan, RehearsalSummary } from '../session/rehearsal.ts';
import type { ProbeLine, ProbeLook, ProbeLoop } from './probe.ts';
import { actor, name } from './request-fields.ts';

/** Mystery customers, rehearsals, canaries, lessons and proposals: requests of the door and their results. */

/** What is tried: instructions (a text, or a version), a model, settings by their dotted paths. */
const tried = {
  instructions: z
    .string()
    .max(maxInstructions + 1)
    .optional(),
  version: z.number().int().min(1).optional(),
  model: z.string().min(1).max(100).optional(),
  settings: z.record(z.string().max(200), z.unknown()).optional(),
};
/** What a rehearsal tries, and on what. */
const rehearsed = {
  name,
  ...tried,
  days: z.number().int().min(1).max(365).optional(),
  chats: z.number().int().min(1).max(500).optional(),
  /** The model that judges where rules see no difference; left out: rules alone. */
  judge: z.string().min(1).max(100).optional(),
};

export const proofRequests = {
  /** What a rehearsal would ask and cost. */
  rehearsePlan: z.strictObject(rehearsed),
  /** Asks recorded turns again with a change, as a job; nobody is sent anything. */
  rehearse: z.strictObject({ ...rehearsed, actor }),
  /** The newest rehearsal of a session with its cases, the worst first. */
  rehearsal: z.strictObject({ name, limit: z.number().int().min(1).max(1000).optional() }),
  /** Ends it; what was asked stays, and the rest can be asked later. */
  rehearseStop: z.strictObject({ name, actor }),
  rehearseResume: z.strictObject({ name, actor }),
  /** Makes its change the session's: instructions as a new version. `id`: the rehearsal that was looked at. */
  rehearsePublish: z.strictObject({ name, id: z.number().int(), actor }),
  /** What it would take to ask for a change of the instructions, of what people did otherwise. */
  proposePlan: z.strictObject({ name }),
  /** Asks the AI for one and rehearses it, as a job; it waits for a person then. */
  propose: z.strictObject({ name, actor }),
  /** The newest of a session: its diff, the lessons that it rests on, and its rehearsal, the worst first. */
  proposal: z.strictObject({ name }),
  /** Every session that has one, or is to have one by night. */
  proposals: z.strictObject({}),
  /** Makes it the session's next version. `id`: the one that was looked at. */
  proposalPublish: z.strictObject({ name, id: z.number().int(), actor }),
  /** Lets it be, also one that is being made; the same change is not proposed again. */
  proposalDrop: z.strictObject({ name, id: z.number().int(), actor }),
  /** Its rehearsal goes on where the budget or the service ended it. */
  proposalResume: z.strictObject({ name, id: z.number().int(), actor }),
  /** The sessions that a mystery customer asks, or one of them, with its last questions. */
  probes: z.strictObject({ name: name.optional() }),
  /** What is left out stays as it was, or is the usual. An empty `expect` takes it away. */
  probeSet: z.strictObject({
    name,
    from: name,
    every: z.string().max(40).optional(),
    hours: z.string().max(40).optional(),
    say: z.string().max(10_000).optional(),
    expect: z.string().max(10_000).optional(),
    actor,
  }),
  probeOff: z.strictObject({ name, actor }),
  /** One question now; answers when it ended (`wait`, default true). Without `from`: as it is set. */
  probeAsk: z.strictObject({
    name,
    from: name.optional(),
    say: z.string().max(10_000).optional(),
    expect: z.string().max(10_000).optional(),
    wait: z.boolean().optional(),
    actor,
  }),
  /** The whole chain but WhatsApp, once, on a store that is thrown away. */
  probeLoop: z.strictObject({ name, say: z.string().max(10_000).optional() }),
  /**
   * Tries a change on a share of a session's chats (percent), or with `label` on all of its chats, beside the other sessions of the label.
   * `forMs`: how long.
   */
  canaryStart: z.strictObject({
    name,
    ...tried,
    /** The instructions that it was looked at beside: refused where others are in use by now. */
    baseVersion: z.number().int().nullable().optional(),
    share: z.number().optional(),
    label: z.string().max(200).optional(),
    forMs: z.number().optional(),
    rules: z.array(z.string().max(200)).max(20).optional(),
    actor,
  }),
  /** The newest canary of a session, both arms as they stand now. */
  canary: z.strictObject({ name }),
  /** The newest one of every session. */
  canaries: z.strictObject({}),
  /** Makes its change the session's. `id`: the canary that was looked at. */
  canaryPromote: z.strictObject({ name, id: z.string().max(60), actor }),
  /** Ends it, or says of one that has ended that it is not wanted; nothing of the session changes. */
  canaryRollBack: z.strictObject({ name, id: z.string().max(60), actor }),
  /** Makes a recorded turn a case that every rehearsal asks: names and numbers are taken out. */
  rehearseCase: z.strictObject({ name, turn: z.number().int(), actor }),
  /** What people did otherwise than the bot, newest first. `cursor`: the `next` of the page before. */
  lessons: z.strictObject({
    name,
    limit: z.number().int().min(1).max(100).optional(),
    cursor: z.string().max(300).optional(),
  }),
  /** This lesson is not shown any more. */
  dismissLesson: z.strictObject({ name, lesson: z.string().min(1).max(300), actor }),
} as const;

export interface ProofResults {
  rehearsePlan: RehearsalPlan;
  rehearse: { rehearsal: RehearsalSummary };
  /** Null: there was none. */
  rehearsal: { rehearsal: RehearsalSummary | null; cases: readonly RehearsalCase[] };
  rehearseStop: { rehearsal: RehearsalSummary };
  rehearseResume: { rehearsal: RehearsalSummary };
  /** `version`: the instructions' new one; null: they stay. */
  rehearsePublish: { version: number | null; settings: readonly string[] };
  proposePlan: ProposalPlan;
  propose: { proposal: ProposalSummary };
  /** Null: nothing was ever proposed. */
  proposal: { proposal: Proposal | null };
  proposals: { proposals: readonly ProposalLine[] };
  proposalPublish: { version: number };
  proposalDrop: { proposal: ProposalSummary };
  proposalResume: { proposal: ProposalSummary };
  probes: { probes: readonly ProbeLine[] };
  probeSet: { probe: ProbeLine };
  probeOff: { removed: boolean };
  probeAsk: { run: ProbeLook };
  probeLoop: { loop: ProbeLoop };
  canaryStart: { canary: CanarySummary };
  /** Null: there was none. */
  canary: { canary: CanarySummary | null };
  canaries: { canaries: readonly CanarySummary[] };
  /** `version`: the instructions' new one; null: they stay. */
  canaryPromote: { canary: CanarySummary; version: number | null; settings: readonly string[] };
  canaryRollBack: { canary: CanarySummary };
  rehearseCase: { title: string; file: string };
  /** `next`: read on from there; null: there are no more. */
  lessons: { lessons: readonly Lesson[]; next: string | null };
  dismissLesson: { dismissed: true };
}
