import type { AiProvider, AiTextResult } from './ai-provider.ts';

/** Two providers that call nobody: `echo` says the text back (demo, tests, load), `none` never answers. */

const wordsOf = (text: string): number => (text.match(/\S+/g) ?? []).length;

const throwIfAborted = (signal: AbortSignal): void => signal.throwIfAborted();

/** Deterministic: the answer is the text, its tokens are its words. A blank text has no answer. */
export const createEchoProvider = (): AiProvider => {
  const answerWith = (text: string, inputTokens: number): AiTextResult =>
    text.trim() === ''
      ? { kind: 'no-answer', code: 'empty', reason: 'there was no text to say back', usage: null }
      : {
          kind: 'answer',
          text,
          usage: { inputTokens, outputTokens: wordsOf(text) },
          model: 'echo',
          notes: [],
        };
  return {
    name: 'echo',
    answer: async (request, signal) => {
      throwIfAborted(signal);
      return answerWith(request.text, wordsOf(request.text));
    },
    summarize: async (request, signal) => {
      throwIfAborted(signal);
      const lines = request.items.map((item) => `${item.role}: ${item.text}`);
      // Bounded, so that a summary of summaries does not grow without end.
      const text = [request.previous ?? '', ...lines]
        .filter((line) => line !== '')
        .join('\n')
        .slice(-1500);
      return answerWith(text, wordsOf(text));
    },
    describe: async (request, signal) => {
      throwIfAborted(signal);
      const caption = request.caption === '' ? '' : `: ${request.caption}`;
      return answerWith(`[${request.kind} ${request.mimeType}, ${request.bytes.byteLength} bytes]${caption}`, 0);
    },
  };
};

/** For sessions that only listen: every turn ends unanswered, which is no fault. */
export const createNoneProvider = (): AiProvider => {
  const nothing = async (): Promise<AiTextResult> => ({
    kind: 'no-answer',
    code: 'no-ai',
    reason: 'this session has no AI (ai_config.provider is none)',
    usage: null,
  });
  return { name: 'none', answer: nothing, summarize: nothing, describe: nothing };
};
