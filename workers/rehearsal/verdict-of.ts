import {
  type RehearsalVerdict,
  type RuleFinding,
  rehearsalRules,
  type VerdictReason,
} from '../../src/session/rehearsal.ts';
import type { CheckedAnswer } from './rules/check-answer.ts';

/** What rules say of two answers, and what is left for a judge. Pure. */

export interface RulesVerdict {
  /** Null: the rules see no difference, and the answers are not the same. */
  readonly verdict: RehearsalVerdict | null;
  readonly reason: VerdictReason;
}

const countOf = (findings: readonly RuleFinding[], rule: RuleFinding['rule']): number =>
  findings.filter((finding) => finding.rule === rule).length;

const bare = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** What breaks a rule more often than the old answer is worse, whatever else it does better. */
export const rulesVerdict = (
  old: CheckedAnswer & { readonly findings: readonly RuleFinding[] },
  now: CheckedAnswer & { readonly findings: readonly RuleFinding[] },
): RulesVerdict => {
  const worse = rehearsalRules.some((rule) => countOf(now.findings, rule) > countOf(old.findings, rule));
  if (worse) return { verdict: 'worse', reason: 'rules' };

  const better = rehearsalRules.some((rule) => countOf(now.findings, rule) < countOf(old.findings, rule));
  if (better) return { verdict: 'better', reason: 'rules' };

  const isSame = old.kind === now.kind && (old.kind === 'person' || bare(old.text) === bare(now.text));
  return isSame ? { verdict: 'same', reason: 'equal' } : { verdict: null, reason: 'no-judge' };
};
