import type { Lesson } from './lesson.ts';
import type { RehearsalCase, RehearsalSummary } from './rehearsal.ts';
import type { EpochMs } from './units.ts';

/** A change of a session's instructions that the AI proposes from what people did otherwise; a person publishes it, and nobody else. Pure. */

/**
 * `asking`: the AI is asked; `rehearsing`: what it proposed is asked of recorded turns; `waiting`: for a person. The others have ended:
 * `nothing`: the AI had nothing to propose, or nothing that may be shown; `budget`: the night's or the day's money did not reach.
 */
export const proposalStates = [
  'asking',
  'rehearsing',
  'waiting',
  'published',
  'dropped',
  'nothing',
  'budget',
  'failed',
] as const;
export type ProposalState = (typeof proposalStates)[number];

export const isBeingMade = (state: ProposalState): boolean => state === 'asking' || state === 'rehearsing';

/** One edit as the AI asked for it. `lessons`: numbers from 1 on, of those that it was shown. */
export interface ProposedEdit {
  readonly find: string;
  readonly replace: string;
  readonly reason: string;
  readonly lessons: readonly number[];
}

/** Why an edit is not shown: decided in code, whatever the AI says. */
export const editProblems = [
  'not-found',
  'ambiguous',
  'empty',
  'unchanged',
  'too-long',
  'overlaps',
  'grows',
  'shrinks',
  'no-lesson',
  'no-owner',
  'mask',
  'person',
  'customer-words',
  'unknown-figure',
  'dropped-before',
] as const;
export type EditProblem = (typeof editProblems)[number];

export interface RefusedEdit {
  readonly problem: EditProblem;
  /** The word or figure that it is about; empty where the problem says all. */
  readonly what: string;
}

export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** One edit on a screen. */
export interface ProposedChange {
  readonly reason: string;
  /** Numbers of the lessons that it rests on. */
  readonly lessons: readonly number[];
  readonly lines: readonly DiffLine[];
}

export interface ProposalLesson {
  readonly number: number;
  /** Null: what it was read from is not stored any more. */
  readonly lesson: Lesson | null;
  /** Its turn among the cases of the rehearsal; null: it could not be asked. */
  readonly caseId: number | null;
}

export interface ProposalSummary {
  readonly id: number;
  readonly sessionName: string;
  readonly state: ProposalState;
  /** Why it ended without a person, in one English line. */
  readonly reason: string | null;
  /** The instructions were changed since: it cannot be published any more. */
  readonly isStale: boolean;
  /** The instructions that it changes; null: there were none. */
  readonly baseVersion: number | null;
  /** The version that it was published as. */
  readonly version: number | null;
  readonly model: string;
  /** By the clock; else a person asked. */
  readonly isNightly: boolean;
  readonly edits: number;
  readonly refused: readonly RefusedEdit[];
  readonly lessons: number;
  /** What asking cost; its rehearsal has its own. */
  readonly costUsd: number;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs | null;
  /** Who published or dropped it. */
  readonly decidedBy: string | null;
}

export interface Proposal {
  readonly proposal: ProposalSummary;
  readonly changes: readonly ProposedChange[];
  readonly lessons: readonly ProposalLesson[];
  /** Null: nothing could be rehearsed, or not yet. */
  readonly rehearsal: RehearsalSummary | null;
  readonly cases: readonly RehearsalCase[];
  /** Chats whose answer it would have changed, of those that were asked. */
  readonly changedChats: number;
}

/** What a session's last night gave. `few`: too few new lessons; `open`: one waits for a person already; `incident`: the AI service refuses. */
export const nightOutcomes = ['asked', 'few', 'open', 'budget', 'incident'] as const;
export type NightOutcome = (typeof nightOutcomes)[number];

export interface ProposalLine {
  readonly name: string;
  readonly isNightly: boolean;
  /** When the night begins, on the session's clock. */
  readonly at: string;
  /** Lessons that no proposal was made of yet. */
  readonly newLessons: number;
  readonly lastNight: { readonly night: string; readonly outcome: NightOutcome } | null;
  readonly proposal: ProposalSummary | null;
  readonly rehearsal: RehearsalSummary | null;
}

/** What asking would take. */
export interface ProposalPlan {
  readonly lessons: number;
  readonly model: string;
  readonly askUsd: number;
  /** Turns that are rehearsed then, about; 0: there is nothing to rehearse. */
  readonly rehearsedTurns: number;
  readonly rehearsalUsd: number;
  readonly isPriceKnown: boolean;
  readonly budgetLeftUsd: number | null;
}

/** So many new ones make a night worth asking for. */
export const leastLessons = 3;
