import type { ArmFigures, CanaryEnd, CanaryEvidence, CanaryFigures } from './canary.ts';

/** When a canary rolls itself back. Pure. */

export const canaryMeasures = ['silent', 'handed-over', 'owner', 'errors', 'seconds', 'cost'] as const;
export type CanaryMeasure = (typeof canaryMeasures)[number];

/** `silent>5%`, `errors>2`, `seconds>60` (half of the answers took longer), `cost>0.02` (dollars a turn). */
export interface RollBackRule {
  readonly measure: CanaryMeasure;
  readonly above: number;
  readonly isPercent: boolean;
}

const counted: ReadonlySet<CanaryMeasure> = new Set(['silent', 'handed-over', 'owner', 'errors']);

/** What a rule looks like, for whoever wrote one that cannot be read. */
export const readableRules =
  'silent, handed-over, owner or errors with a share or a count (silent>5%, errors>2), seconds>60, or cost>0.02';

/** Null: that is no such rule. */
export const parseRollBackRule = (text: string): RollBackRule | null => {
  const found = /^\s*([a-z-]+)\s*>\s*(\d{1,6}(?:\.\d{1,6})?)\s*(%?)\s*$/.exec(text);
  const measure = canaryMeasures.find((one) => one === found?.[1]);
  if (found === null || measure === undefined) return null;
  const above = Number(found[2]);
  const isPercent = found[3] === '%';
  if (isPercent && (above >= 100 || !counted.has(measure))) return null;
  return { measure, above, isPercent };
};

/** Fewer turns say nothing in percent. */
export const leastTurns = 20;
/** Fewer chats are not compared: one odd customer would decide. */
export const leastChats = 10;

export const isEnough = ({ turns }: Pick<ArmFigures, 'turns'>): boolean => turns >= leastTurns;

const countOf = (arm: ArmFigures, measure: CanaryMeasure): number => {
  switch (measure) {
    case 'silent':
      return arm.silent;
    case 'handed-over':
      return arm.handedOver;
    case 'owner':
      return arm.owner;
    case 'errors':
      return arm.errors;
    case 'seconds':
      return (arm.medianMs ?? 0) / 1000;
    case 'cost':
      return arm.turns === 0 ? 0 : arm.costUsd / arm.turns;
  }
};

const breaks = (rule: RollBackRule, arm: ArmFigures): boolean => {
  const value = countOf(arm, rule.measure);
  // A count is a count from the first turn on.
  if (counted.has(rule.measure) && !rule.isPercent) return value > rule.above;
  if (!isEnough(arm)) return false;
  return rule.isPercent ? (value / arm.turns) * 100 > rule.above : value > rule.above;
};

/** Natural logarithms of factorials up to n. */
const logFactorials = (n: number): readonly number[] => {
  const logs = [0];
  for (let i = 1; i <= n; i += 1) logs.push((logs[i - 1] ?? 0) + Math.log(i));
  return logs;
};

/**
 * How probable it is to find at least `a` of `of` in the first group by chance, when both groups are alike: Fisher's exact test, one-sided.
 * Groups beyond 5,000 are scaled down together, which makes it no surer.
 */
export const chanceOf = (a: number, of: number, b: number, other: number): number => {
  const scale = Math.min(1, 5000 / Math.max(of, other, 1));
  const [n1, n2] = [Math.round(of * scale), Math.round(other * scale)];
  const [k1, k2] = [Math.min(n1, Math.floor(a * scale)), Math.min(n2, Math.ceil(b * scale))];
  const logs = logFactorials(n1 + n2);
  const choose = (n: number, k: number): number => (logs[n] ?? 0) - (logs[k] ?? 0) - (logs[n - k] ?? 0);
  const k = k1 + k2;
  const whole = choose(n1 + n2, k);
  let sum = 0;
  for (let x = k1; x <= Math.min(n1, k); x += 1)
    if (k - x <= n2) sum += Math.exp(choose(n1, x) + choose(n2, k - x) - whole);
  return Math.min(1, sum);
};

/** It is looked at again and again over days: chance has many tries. */
const surely = 0.001;
const clearlyMore = 0.05;

/** Clearly more of the canary's chats than of the others: by five in a hundred at least, and not by chance. */
const isWorse = (a: number, of: number, b: number, other: number): boolean =>
  of >= leastChats && other >= leastChats && a / of - b / other >= clearlyMore && chanceOf(a, of, b, other) < surely;

const failuresAtLeast = 3;

/** The AI service fails the canary's turns, and not so many of the others. */
const failsAlone = ({ canary, control }: CanaryFigures): boolean => {
  const [ours, theirs] = [canary.turns + canary.open, control.turns + control.open];
  if (canary.errors < failuresAtLeast) return false;
  return theirs === 0 || canary.errors / Math.max(ours, 1) > 2 * (control.errors / theirs);
};

export interface RollBack {
  readonly end: Extract<CanaryEnd, 'worse' | 'errors' | 'rule'>;
  readonly evidence: CanaryEvidence;
}

const chatMeasures = [
  ['silent', 'silentChats'],
  ['handed-over', 'handedOverChats'],
  ['owner', 'ownerChats'],
] as const;

/** Whether it is to be rolled back now, and why; null: it goes on. The rules of a person come before ours. */
export const rollBackOf = (figures: CanaryFigures, rules: readonly string[]): RollBack | null => {
  const { canary, control } = figures;
  for (const text of rules) {
    const rule = parseRollBackRule(text);
    if (rule === null || !breaks(rule, canary)) continue;
    const evidence: CanaryEvidence = {
      measure: rule.measure,
      rule: text,
      canary: countOf(canary, rule.measure),
      canaryOf: canary.turns,
      control: countOf(control, rule.measure),
      controlOf: control.turns,
    };
    return { end: 'rule', evidence };
  }
  if (failsAlone(figures))
    return {
      end: 'errors',
      evidence: {
        measure: 'errors',
        canary: canary.errors,
        canaryOf: canary.turns + canary.open,
        control: control.errors,
        controlOf: control.turns + control.open,
      },
    };
  for (const [measure, chats] of chatMeasures)
    if (isWorse(canary[chats], canary.chats, control[chats], control.chats))
      return {
        end: 'worse',
        evidence: {
          measure,
          canary: canary[chats],
          canaryOf: canary.chats,
          control: control[chats],
          controlOf: control.chats,
        },
      };
  return null;
};
