import type { Tool } from '../../../src/session/tool.ts';
import type { AiResult } from '../../ai/ai-provider.ts';

/** What a model is told of the calls that it asked for, and what they prove. Pure. */

/** Rounds of calls about the same messages; what the model wants after these it is told in words. */
export const mostRounds = 6;

const outputOf = (value: Readonly<Record<string, unknown>>): string => JSON.stringify(value);

/** What the model is told of a call that was carried out: its answer as data. */
export const answeredOutput = (text: string): string => {
  try {
    return outputOf({ ok: true, answer: JSON.parse(text) });
  } catch {
    return outputOf({ ok: true, answer: text });
  }
};

const noWords: ReadonlySet<string> = new Set(['ok', 'success', 'done', 'booked', 'created']);

/** Whether a tool's answer proves that something was done: not of one that only looks, and not where it says itself that it was not. */
export const provesAction = (tool: Pick<Tool, 'onlyReads'> | undefined, text: string): boolean => {
  if (tool === undefined || tool.onlyReads) return false;
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) return answer !== false;
    return !Object.entries(answer).some(
      ([key, value]) => (noWords.has(key) && value === false) || (key === 'error' && Boolean(value)),
    );
  } catch {
    return true;
  }
};

export const unknownOutput = outputOf({
  ok: false,
  error: 'It is not known whether this was carried out. Do not call it again and do not say that it was done.',
});

export const failedOutput = (code: string, reason: string): string =>
  outputOf({ ok: false, error: 'It was not carried out.', code, reason });

/** Of two calls with the same arguments only one is meant: keys in another order are the same. */
export const sameKey = (tool: string, value: unknown): string => {
  const sorted = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(sorted);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(
      Object.entries(inner)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, each]) => [key, sorted(each)]),
    );
  };
  return `${tool} ${JSON.stringify(sorted(value))}`;
};

/** The model goes on calling what it may not any more: it has nothing to say. */
export const outOfRounds = (result: Extract<AiResult, { kind: 'tool' }>): AiResult => ({
  kind: 'no-answer',
  code: 'tools',
  reason: 'the model called tools again and again and said nothing',
  usage: result.usage,
});
