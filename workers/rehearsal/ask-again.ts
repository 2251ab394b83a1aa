import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffDelay } from '../../src/pace/backoff.ts';
import type { BilledCall, FromRehearse, Scene, SharedRules, ToRehearse } from '../../src/protocol/rehearse.ts';
import type { Passage } from '../../src/session/knowledge.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { AnswerKind, RehearsedAnswer } from '../../src/session/rehearsal.ts';
import type { AiConfig, TimingConfig } from '../../src/session/session-config.ts';
import type { EpochMs, Milliseconds } from '../../src/session/units.ts';
import type { AiProvider, AiRequest, AiResult, AiUsage } from '../ai/ai-provider.ts';
import { costOf, type PriceTable } from '../conversation/limits/price-table.ts';
import { aiContext } from '../conversation/turn/ai-context.ts';
import { boundedAnswer } from '../conversation/turn/bounded-answer.ts';
import { filterAnswer } from '../conversation/turn/filter-answer.ts';
import { fitHistory, historyHash, type StoredItem } from '../conversation/turn/history.ts';
import { historyItems, sha256 } from '../conversation/turn/history-items.ts';
import { withTimes } from '../conversation/turn/history-times.ts';
import { fillInstructions, type InstructionContext } from '../conversation/turn/instructions.ts';
import { materialOf } from '../conversation/turn/material.ts';
import { personAsked, personTool } from '../conversation/turn/person-tool.ts';
import { judge } from './judge.ts';
import type { Rehearsable, Rehearsed } from './rehearsed-calls.ts';
import { type CheckedAgainst, type CheckedAnswer, checkAnswer } from './rules/check-answer.ts';
import { rulesVerdict } from './verdict-of.ts';

/** Asks the AI one recorded turn, or one case, with the change, and compares. What comes back goes to the master and nowhere else. */

export type RecordedTurn = Extract<ToRehearse, { kind: 'turn' }>['turn'];
export type Outcome =
  | Omit<Extract<FromRehearse, { kind: 'answer' }>, 'row'>
  | Omit<Extract<FromRehearse, { kind: 'problem' }>, 'row'>;

/** `tools`: offered as in a turn; nothing is called. */
export interface Rehearsing extends Rehearsable {
  readonly provider: AiProvider;
  readonly ai: AiConfig;
  readonly timing: TimingConfig;
  readonly model: string;
  readonly instructions: string;
  readonly sessionLabel: string;
  readonly language: InstructionContext['language'];
  readonly prices: PriceTable;
  /** The judge's model; null: rules alone. */
  readonly judge: string | null;
  readonly rules: SharedRules;
  readonly signal: AbortSignal;
  readonly now: () => EpochMs;
  readonly pace?: Backoff;
}

/** What is asked again, wherever it comes from. */
interface Question {
  readonly at: EpochMs;
  readonly turnAt: EpochMs;
  readonly customerName: string | null;
  readonly text: string;
  readonly summary: string | null;
  readonly items: readonly StoredItem[];
  readonly isSameHistory: boolean;
  readonly old: CheckedAnswer;
  readonly expect: readonly string[];
  readonly never: readonly string[];
  readonly longest: number | null;
  /** What the session's files say to it, as they are now. */
  readonly passages: readonly Passage[];
  /** What tools answered then: the AI is told it once more. */
  readonly calls: NonNullable<RecordedTurn['calls']>;
}

const usualPace: Backoff = { firstMs: 2000, maxMs: 30_000, jitter: 0.5 };
/** A fault that passes within a minute or two; a longer one ends the rehearsal, which can be resumed. */
const mostTries = 5;
const longestWait: Milliseconds = 60_000;

/** The history as it was: its hash tells whether that is so, and whether a summary of now is the one of then. */
const recalledOf = (turn: RecordedTurn, timeZone: string): Pick<Question, 'items' | 'summary' | 'isSameHistory'> => {
  const items = historyItems(turn.history, timeZone);
  for (const summary of turn.summary === null ? [null] : [turn.summary, null])
    if (historyHash(summary, items, sha256) === turn.historyHash) return { items, summary, isSameHistory: true };

  // A summary that was written since may tell what came later: rather none.
  return { items, summary: turn.isSummaryOfThen ? turn.summary : null, isSameHistory: false };
};

const oldAnswerOf = (turn: RecordedTurn, timing: TimingConfig): CheckedAnswer => {
  if (turn.outcome === 'held') return { kind: 'person', text: '', isCut: false };
  const { parts, isCut } = boundedAnswer(filterAnswer(turn.rawAnswer).text, timing);
  const text = parts.join('\n\n');
  return { kind: text === '' ? 'none' : 'words', text, isCut };
};

export const questionOfTurn = (
  turn: RecordedTurn,
  timing: TimingConfig,
  passages: readonly Passage[] = [],
): Question => ({
  passages,
  calls: turn.calls ?? [],
  at: turn.startedAt,
  turnAt: turn.turnAt,
  customerName: turn.customerName,
  text: turn.question,
  ...recalledOf(turn, timing.timeZone),
  old: oldAnswerOf(turn, timing),
  expect: [],
  never: [],
  longest: null,
});

export const questionOfScene = (scene: Scene, now: EpochMs, passages: readonly Passage[] = []): Question => ({
  passages,
  calls: [],
  at: now,
  turnAt: now,
  customerName: null,
  text: scene.ask,
  summary: null,
  items: scene.history.map(({ from, text }, index) => ({
    id: String(index),
    role: from === 'customer' ? 'customer' : 'assistant',
    text,
  })),
  isSameHistory: true,
  old: { kind: scene.answer === undefined ? 'none' : 'words', text: scene.answer ?? '', isCut: false },
  expect: scene.expect,
  never: scene.never,
  longest: scene.longest,
});

const requestOf = (rehearsing: Rehearsing, question: Question): AiRequest => {
  const { ai, timing } = rehearsing;
  const { timeZone } = timing;
  const { at, turnAt } = question;
  const fitted = fitHistory(question.items, { maxTokens: ai.historyTokens, summary: question.summary });
  const timed = withTimes(fitted.kept, { timeZone, turnAt, now: at });

  return {
    instructions: fillInstructions(rehearsing.instructions, {
      now: at,
      hours: timing,
      language: rehearsing.language,
      customerName: question.customerName,
      sessionLabel: rehearsing.sessionLabel,
    }).text,
    context: aiContext(timing, at),
    summary: question.summary,
    history: timed.items,
    material: materialOf(question.passages),
    note: timed.note,
    text: question.text,
    model: rehearsing.model,
    temperature: ai.temperature,
    maxTokens: ai.maxTokens,
    timeoutMs: ai.timeoutMs,
    ...(ai.handover ? { tools: [personTool] } : {}),
  };
};

/** Asks until the service says something final, or has not for some tries. */
export const askPatiently = async (
  { provider, signal, pace = usualPace }: Pick<Rehearsing, 'provider' | 'signal' | 'pace'>,
  request: AiRequest,
  bill: (model: string, usage: AiUsage) => void,
): Promise<AiResult> => {
  for (let faults = 0; ; faults += 1) {
    const result = await provider.answer(request, signal);
    if ('usage' in result && result.usage != null) bill('model' in result ? result.model : request.model, result.usage);
    if (result.kind !== 'passing' || faults + 1 >= mostTries) return result;

    const wait = Math.max(result.retryAfterMs ?? 0, backoffDelay(faults, pace, Math.random));
    if (wait > longestWait) return result;
    await delay(wait, undefined, { signal });
  }
};

const answerOf = (result: AiResult, timing: TimingConfig): CheckedAnswer & { readonly filtered: readonly string[] } => {
  if (result.kind === 'tool') {
    const asked = personAsked(result);
    return asked === null
      ? {
          kind: 'none',
          text: `it calls ${plainText(result.name)}, which it was not offered`,
          isCut: false,
          filtered: [],
        }
      : { kind: 'person', text: plainText(asked.reason), isCut: false, filtered: [] };
  }
  if (result.kind !== 'answer') return { kind: 'none', text: plainText(result.reason), isCut: false, filtered: [] };

  const { text, changes } = filterAnswer(result.text);
  const { parts, isCut } = boundedAnswer(text, timing);
  const whole = parts.join('\n\n');
  const kind: AnswerKind = whole === '' ? 'none' : 'words';
  return { kind, text: whole, isCut, filtered: changes };
};

const beforeOf = ({ items, summary }: Question): string =>
  [summary ?? '', ...items.map(({ role, text }) => `${role}: ${text}`)].filter((line) => line !== '').join('\n');

const forJudge = ({ kind, text }: CheckedAnswer): string =>
  kind === 'person' ? '(hands the chat over to a person of the business)' : kind === 'none' ? '(no answer)' : text;

/** What rules say; where they say nothing, the judge if there is one. */
const compare = async (
  rehearsing: Rehearsing,
  question: Question,
  answer: CheckedAnswer,
  bill: (model: string, usage: AiUsage) => void,
): Promise<Pick<RehearsedAnswer, 'findings' | 'oldFindings' | 'verdict' | 'verdictReason' | 'judged'>> => {
  const { tools } = rehearsing;
  const didThen =
    question.calls.length > 0 && (await import('./rehearsed-calls.ts')).didSomething(tools, question.calls);
  const old = { ...question.old, isDone: didThen };
  const before = beforeOf(question);
  const against: CheckedAgainst = {
    instructions: rehearsing.instructions,
    question: question.text,
    before,
    material: question.passages.map(({ text }) => text).join('\n'),
    answeredBefore: old.text,
    forbidden: rehearsing.rules.forbidden,
    expect: question.expect,
    never: question.never,
    longest: question.longest ?? rehearsing.rules.longest,
  };
  const findings = [...checkAnswer(answer, against)];
  // Nothing was answered before to a case that a person wrote: it is held against the rules alone.
  const oldFindings = old.kind === 'none' ? [] : [...checkAnswer(old, against)];
  const { verdict, reason } = rulesVerdict({ ...old, findings: oldFindings }, { ...answer, findings });
  if (verdict !== null) return { findings, oldFindings, verdict, verdictReason: reason, judged: null };
  if (old.kind === 'none') return { findings, oldFindings, verdict: 'same', verdictReason: 'rules', judged: null };
  if (rehearsing.judge === null)
    return { findings, oldFindings, verdict: 'unjudged', verdictReason: reason, judged: null };

  const judged = await judge(
    {
      provider: rehearsing.provider,
      model: rehearsing.judge,
      timeoutMs: rehearsing.ai.timeoutMs,
      signal: rehearsing.signal,
      bill,
    },
    {
      instructions: rehearsing.instructions,
      before,
      question: question.text,
      old: forJudge(old),
      now: forJudge(answer),
    },
  );
  return { findings, oldFindings, verdict: judged.verdict, verdictReason: judged.reason, judged: judged.text };
};

/** What the service takes for each call, in the order in which they were made. */
export const createBill = ({ prices, now }: Pick<Rehearsing, 'prices' | 'now'>) => {
  const calls: BilledCall[] = [];
  const bill = (model: string, usage: AiUsage): void => {
    const day = new Date(now()).toISOString().slice(0, 10);
    const { inputTokens, outputTokens } = usage;
    calls.push({ model, inputTokens, outputTokens, costUsd: costOf(prices, model, usage, day).usd });
  };
  return { calls, bill };
};

/** With the session's tools, where it has any; none of them is called. */
const askOnce = async (
  rehearsing: Rehearsing,
  question: Question,
  bill: (model: string, usage: AiUsage) => void,
): Promise<Rehearsed> => {
  const request = requestOf(rehearsing, question);
  const ask = (asked: AiRequest): Promise<AiResult> => askPatiently(rehearsing, asked, bill);
  if (rehearsing.tools.length === 0) return { result: await ask(request), isDone: false, calls: [] };

  const { rehearseCalls } = await import('./rehearsed-calls.ts');
  return rehearseCalls(rehearsing, request, question.calls, ask);
};

export const askAgain = async (rehearsing: Rehearsing, question: Question): Promise<Outcome> => {
  const { calls, bill } = createBill(rehearsing);

  const from = performance.now();
  const { result, isDone, calls: called } = await askOnce(rehearsing, question, bill);
  const tookMs = Math.round(performance.now() - from);
  if (result.kind === 'refused' || result.kind === 'passing') {
    const scope = result.kind === 'passing' || result.scope === 'account' ? 'all' : 'one';
    return { kind: 'problem', scope, reason: plainText(result.reason), calls };
  }

  const own = calls.length;
  const answer = { ...answerOf(result, rehearsing.timing), isDone };
  const compared = await compare(rehearsing, question, answer, bill);
  const sum = (some: readonly BilledCall[], of: 'inputTokens' | 'outputTokens' | 'costUsd'): number =>
    some.reduce((total, call) => total + call[of], 0);
  const asked = calls.slice(0, own);
  return {
    kind: 'answer',
    calls,
    answer: {
      kind: answer.kind,
      text: answer.text,
      filtered: [...answer.filtered],
      isCut: answer.isCut,
      ...compared,
      findings: [...compared.findings],
      oldFindings: [...compared.oldFindings],
      model: 'model' in result ? result.model : rehearsing.model,
      inputTokens: sum(asked, 'inputTokens'),
      outputTokens: sum(asked, 'outputTokens'),
      costUsd: sum(asked, 'costUsd'),
      tookMs,
      isSameHistory: question.isSameHistory,
      judgeCostUsd: sum(calls.slice(own), 'costUsd'),
      ...(called.length === 0 ? {} : { calls: [...called] }),
    },
  };
};
