import { z } from 'zod';
import { plainText } from '../../src/session/plain-text.ts';
import type { RehearsalVerdict, VerdictReason } from '../../src/session/rehearsal.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { AiProvider, AiResult, AiUsage } from '../ai/ai-provider.ts';
import { judgeInstructions, judgeReminder, verdictTool } from './judge-instructions.ts';
import { marked } from './marked.ts';

/** A second opinion by another call: which of two answers serves the customer better, whatever order it reads them in. */

export interface JudgedPair {
  /** The rules that the new answer follows. */
  readonly instructions: string;
  readonly before: string;
  readonly question: string;
  readonly old: string;
  readonly now: string;
}

export interface Judgement {
  readonly verdict: RehearsalVerdict;
  readonly reason: VerdictReason;
  /** The judge's own reason, or what went wrong. */
  readonly text: string | null;
}

export interface JudgeOptions {
  readonly provider: Pick<AiProvider, 'answer'>;
  readonly model: string;
  readonly timeoutMs: Milliseconds;
  readonly signal: AbortSignal;
  readonly bill: (model: string, usage: AiUsage) => void;
}

/** Of the rules, and of what was said before: enough to judge by. */
const longestRules = 40_000;
const longestBefore = 8000;
const longestReason = 300;
/** A verdict is short; a model that thinks first takes some of it. */
const maxTokens = 1500;

const verdictSchema = z.strictObject({ better: z.enum(['A', 'B', 'same']), reason: z.string().trim().min(1) });
type Given = z.infer<typeof verdictSchema>;

const pairWords = (pair: JudgedPair, first: string, second: string): string =>
  [
    marked('RULES OF THE BUSINESS', pair.instructions.slice(0, longestRules)),
    marked('SAID BEFORE', pair.before.slice(-longestBefore)),
    marked('THE CUSTOMER', pair.question),
    marked('ANSWER A', first),
    marked('ANSWER B', second),
  ].join('\n\n');

const readVerdict = (result: AiResult): Given | null => {
  if (result.kind !== 'tool' || result.name !== verdictTool.name) return null;
  const parsed = verdictSchema.safeParse(result.arguments);
  return parsed.success ? parsed.data : null;
};

type Read = { readonly given: Given } | { readonly reason: VerdictReason; readonly text: string };

/** One order of the two. Prose instead of a verdict is asked once again, and never guessed at. */
const askOnce = async (options: JudgeOptions, text: string): Promise<Read> => {
  const { provider, model, timeoutMs, signal, bill } = options;

  for (const reminder of [null, judgeReminder]) {
    const result = await provider.answer(
      {
        instructions: judgeInstructions,
        context: '',
        summary: null,
        history: [],
        text: reminder === null ? text : `${text}\n\n${reminder}`,
        model,
        temperature: null,
        maxTokens,
        timeoutMs,
        tools: [verdictTool],
      },
      signal,
    );
    if ('usage' in result && result.usage != null) bill('model' in result ? result.model : model, result.usage);
    if (result.kind === 'refused' || result.kind === 'passing')
      return { reason: 'judge-failed', text: plainText(result.reason) };

    const given = readVerdict(result);
    if (given !== null) return { given };
  }
  return { reason: 'judge-in-prose', text: 'the judge wrote prose instead of a verdict, twice' };
};

/** Asked in both orders: a verdict that the order turns round is none, and the two count as the same. */
export const judge = async (options: JudgeOptions, pair: JudgedPair): Promise<Judgement> => {
  const first = await askOnce(options, pairWords(pair, pair.old, pair.now));
  if (!('given' in first)) return { verdict: 'unjudged', reason: first.reason, text: first.text };
  const second = await askOnce(options, pairWords(pair, pair.now, pair.old));
  if (!('given' in second)) return { verdict: 'unjudged', reason: second.reason, text: second.text };

  const text = plainText(first.given.reason).slice(0, longestReason);
  const one = { A: 'worse', B: 'better', same: 'same' }[first.given.better] as RehearsalVerdict;
  const other = { A: 'better', B: 'worse', same: 'same' }[second.given.better] as RehearsalVerdict;
  return one === other ? { verdict: one, reason: 'judge', text } : { verdict: 'same', reason: 'orders-differ', text };
};
