import type { EpochMs, Milliseconds } from './units.ts';

/** A rehearsal: recorded turns of a session, asked again with a change, before customers meet it. Pure. */

/** What is tried. */
export interface RehearsalChange {
  /** Null: the instructions stay as they are. */
  readonly instructions: string | null;
  /** Null: the session's own. */
  readonly model: string | null;
  /** By dotted path, e.g. `ai_config.temperature`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * `running` also while it waits for the next master; `stopped`: by a person; `budget`: the day's budget of session or fleet ended it;
 * `failed`: the AI service or the change itself did. What is not `done` can be resumed.
 */
export const rehearsalStates = ['running', 'done', 'stopped', 'budget', 'failed'] as const;
export type RehearsalState = (typeof rehearsalStates)[number];

/** `unjudged`: neither rules nor a judge can say. */
export const rehearsalVerdicts = ['worse', 'unjudged', 'better', 'same'] as const;
export type RehearsalVerdict = (typeof rehearsalVerdicts)[number];

export const rehearsalRules = [
  'no-answer',
  'forbidden-word',
  'unknown-price',
  'other-language',
  'too-long',
  'promised-action',
  'missing-word',
  'unwanted-word',
] as const;
export type RehearsalRule = (typeof rehearsalRules)[number];

/** An answer breaks a rule. */
export interface RuleFinding {
  readonly rule: RehearsalRule;
  /** The word, price or phrase that it is about; a count of characters for `too-long`. */
  readonly what: string;
}

/** `words`: a text for the customer; `person`: the AI asks for a person; `none`: it says nothing. */
export const answerKinds = ['words', 'person', 'none'] as const;
export type AnswerKind = (typeof answerKinds)[number];

/** Why a verdict is what it is; `judge`: its own reason stands beside it. */
export const verdictReasons = [
  'rules',
  'equal',
  'judge',
  'orders-differ',
  'no-judge',
  'judge-in-prose',
  'judge-failed',
] as const;
export type VerdictReason = (typeof verdictReasons)[number];

/** What asking one turn again gave: kept as it is in the store. */
export interface RehearsedAnswer {
  readonly kind: AnswerKind;
  /** As a customer would read it; for `person` the reason, for `none` why. */
  readonly text: string;
  /** What the filters took out, in words. */
  readonly filtered: readonly string[];
  readonly isCut: boolean;
  readonly findings: readonly RuleFinding[];
  /** Of the answer that was given then, by the same rules. */
  readonly oldFindings: readonly RuleFinding[];
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  readonly tookMs: Milliseconds;
  /** The AI was given exactly what it was given then, the change aside. */
  readonly isSameHistory: boolean;
  readonly verdict: RehearsalVerdict;
  readonly verdictReason: VerdictReason;
  /** The judge's reason, or what went wrong with it. */
  readonly judged: string | null;
  readonly judgeCostUsd: number;
  /** Calls of tools that it would have made, as they are shown: `agenda({"day":"sexta"})`. None was made. Left out: none. */
  readonly calls?: readonly string[];
}

/** One turn or case, old beside new. */
export interface RehearsalCase {
  readonly id: number;
  readonly turnId: number | null;
  /** Of the case file; null: a recorded turn. */
  readonly caseName: string | null;
  /** How the customer is called on screens; null: a case has none. */
  readonly who: string | null;
  readonly chatId: string | null;
  readonly at: EpochMs | null;
  readonly question: string;
  readonly old: {
    readonly kind: AnswerKind;
    readonly text: string;
    readonly filtered: readonly string[];
    /** Calls of tools that were made then, as they are shown. Left out: none. */
    readonly calls?: readonly string[];
    readonly model: string | null;
    readonly instructionsVersion: number | null;
    readonly costUsd: number | null;
    readonly tookMs: Milliseconds | null;
  };
  /** Null: not asked yet, or it failed. */
  readonly answer: RehearsedAnswer | null;
  /** Why the service gave nothing that could be compared; asked again when the rehearsal is resumed. */
  readonly problem: string | null;
}

export type RehearsalCounts = Readonly<Record<RehearsalVerdict, number>>;

export interface RehearsalSummary {
  readonly id: number;
  readonly sessionName: string;
  readonly state: RehearsalState;
  /** Why it ended before its end, in one English line. */
  readonly reason: string | null;
  readonly change: RehearsalChange;
  /** The instructions in use when it began; null: there were none. */
  readonly baseVersion: number | null;
  /** The judge's model; null: rules alone. */
  readonly judge: string | null;
  readonly judgeVersion: number | null;
  readonly total: number;
  readonly asked: number;
  readonly failed: number;
  readonly counts: RehearsalCounts;
  /** Of those asked: how many met another history than the recorded one. */
  readonly otherHistory: number;
  readonly costUsd: number;
  readonly oldCostUsd: number;
  readonly estimateUsd: number;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs | null;
}

/** What a rehearsal would ask and cost. */
export interface RehearsalPlan {
  readonly turns: number;
  readonly chats: number;
  readonly cases: number;
  /** Recorded turns of these chats and days that are beyond the bound. */
  readonly leftOut: number;
  readonly model: string;
  readonly judge: string | null;
  readonly estimateUsd: number;
  /** No price of the model is known: the dearest of the table was taken. */
  readonly isPriceKnown: boolean;
  /** What is left of today's budget; null: there is none. */
  readonly budgetLeftUsd: number | null;
}

const order: Readonly<Record<RehearsalVerdict, number>> = { worse: 0, unjudged: 1, better: 2, same: 3 };

/** Worst first; among equals what breaks more rules, then the newest. What was not asked comes last. */
export const worstFirst = (cases: readonly RehearsalCase[]): readonly RehearsalCase[] =>
  cases.toSorted((a, b) => {
    if (a.answer === null || b.answer === null) return Number(a.answer === null) - Number(b.answer === null);
    const byVerdict = order[a.answer.verdict] - order[b.answer.verdict];
    if (byVerdict !== 0) return byVerdict;
    const byFindings = b.answer.findings.length - a.answer.findings.length;
    return byFindings !== 0 ? byFindings : (b.at ?? 0) - (a.at ?? 0);
  });

/** `worse>5%`, `worse>3`: when a rehearsal is to fail; null: that is no such rule. */
export interface FailRule {
  readonly verdict: RehearsalVerdict;
  readonly above: number;
  readonly isPercent: boolean;
}

export const parseFailRule = (text: string): FailRule | null => {
  const found = /^\s*(worse|unjudged|better|same)\s*>\s*(\d{1,6}(?:\.\d{1,3})?)\s*(%?)\s*$/.exec(text);
  if (found === null) return null;
  const above = Number(found[2]);
  const isPercent = found[3] === '%';
  return isPercent && above > 100 ? null : { verdict: found[1] as RehearsalVerdict, above, isPercent };
};

export const breaksRule = (rule: FailRule, summary: Pick<RehearsalSummary, 'counts' | 'asked'>): boolean => {
  const count = summary.counts[rule.verdict];
  if (!rule.isPercent) return count > rule.above;
  return summary.asked > 0 && (count / summary.asked) * 100 > rule.above;
};
