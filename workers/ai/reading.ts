import type { AiCall, AiResult, AiTextResult, AiTool, AiUsage } from './ai-provider.ts';

/** What one call brought, before anything is made of it. */
export interface Reading {
  readonly result: AiResult;
  /** Null: the service said nothing about it. */
  readonly usage: AiUsage | null;
  /** More room and less thinking may bring an answer. */
  readonly mayImprove: boolean;
}

/** The parts of a response that all services have under some name. */
export interface Said {
  readonly text: string;
  readonly calls: readonly AiCall[];
  /** A call that nobody can read; its fault in words. */
  readonly malformed: string | null;
  /** The limit of tokens ended it. */
  readonly isCut: boolean;
  /** Tokens that went into thinking; 0 where the service does not tell. */
  readonly thinkingTokens: number;
  readonly usage: AiUsage | null;
  readonly model: string;
}

const noUsage: AiUsage = { inputTokens: 0, outputTokens: 0 };

export const withoutAnswer = (code: string, reason: string, usage: AiUsage | null, mayImprove = false): Reading => ({
  result: { kind: 'no-answer', code, reason, usage },
  usage,
  mayImprove,
});

const cutReading = ({ text, thinkingTokens, usage }: Said): Reading => {
  if (text === '' && thinkingTokens > 0)
    return withoutAnswer(
      'thinking-only',
      `the model spent its ${thinkingTokens} tokens on thinking: raise ai_config.maxTokens or choose a model that thinks less`,
      usage,
      true,
    );
  // Half an answer is the operator's limit at work, unless thinking took most of the room.
  const isThinking = usage !== null && thinkingTokens * 2 > usage.outputTokens;
  return withoutAnswer(
    'cut-short',
    'the answer was cut off: raise ai_config.maxTokens or ask for shorter answers',
    usage,
    text === '' || isThinking,
  );
};

/** A response that was neither blocked nor failed: a call, an answer, or why there is none. */
export const readSaid = (said: Said, tools: readonly AiTool[], service: string): Reading => {
  const { text, calls, usage, model } = said;
  if (said.malformed !== null)
    return withoutAnswer(
      'malformed',
      `the model called a tool in a way that cannot be read: ${said.malformed}`,
      usage,
      true,
    );

  const [call] = calls;
  if (call !== undefined && !said.isCut) {
    const unknown = calls.find(({ name }) => !tools.some((tool) => tool.name === name));
    if (unknown !== undefined)
      return withoutAnswer('malformed', `the model called a tool that does not exist: ${unknown.name}`, usage, true);
    const result: AiResult = {
      kind: 'tool',
      name: call.name,
      arguments: call.arguments,
      calls,
      text: text === '' ? null : text,
      usage: usage ?? noUsage,
      model,
      notes: [],
    };
    return { result, usage, mayImprove: false };
  }

  if (said.isCut) return cutReading(said);
  if (text !== '')
    return { result: { kind: 'answer', text, usage: usage ?? noUsage, model, notes: [] }, usage, mayImprove: false };
  return said.thinkingTokens > 0
    ? withoutAnswer(
        'thinking-only',
        `${service} thought (${said.thinkingTokens} tokens) and answered nothing`,
        usage,
        true,
      )
    : withoutAnswer('empty', `${service} sent an empty answer`, usage, true);
};

/** Arguments as a model writes them: JSON in a text. Nothing at all is an empty object. */
export const parseArguments = (text: string): { readonly value: unknown } | { readonly fault: string } => {
  if (text.trim() === '') return { value: {} };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: `arguments that are no JSON (${text.length} characters)` };
    throw error;
  }
};

/** How a second try differs from the first. */
export interface Effort {
  /** Factor over the request's own limit of tokens is decided here; null: as the request says. */
  readonly maxTokens: number | null;
  readonly thinking: 'usual' | 'low';
}

export const usualEffort: Effort = { maxTokens: null, thinking: 'usual' };

const roomForThinking = 4096;

/** From what helps most to what every service takes: fields that a service refuses are left out in the next. */
const efforts = (maxTokens: number): readonly Effort[] => {
  const more = Math.max(maxTokens * 2, roomForThinking);
  return [
    { maxTokens: more, thinking: 'low' },
    { maxTokens: more, thinking: 'usual' },
    { maxTokens: null, thinking: 'low' },
  ];
};

/**
 * Asks; where nothing came that could be sent and more room or less thinking may help, asks once more. `refuses` tells an error that
 * means "not with these fields". Every call's usage is booked, also when the other one brought the answer.
 */
export const askTwice = async (options: {
  readonly maxTokens: number;
  readonly send: (effort: Effort) => Promise<Reading>;
  readonly refuses: (error: unknown) => boolean;
  readonly book: (usage: AiUsage | null) => void;
}): Promise<AiResult> => {
  const first = await options.send(usualEffort);
  options.book(first.usage);
  if (!first.mayImprove || first.result.kind !== 'no-answer') return first.result;

  for (const effort of efforts(options.maxTokens)) {
    try {
      const second = await options.send(effort);
      options.book(second.usage);
      const { result } = second;
      return result.kind === 'answer' || result.kind === 'tool'
        ? { ...result, notes: [...result.notes, `second-try: ${first.result.code}`] }
        : result;
    } catch (error) {
      if (!options.refuses(error)) throw error;
    }
  }
  return first.result;
};

/** For what is asked without tools: a call of one is nothing that can be used. */
export const withoutTool = (result: AiResult): AiTextResult =>
  result.kind === 'tool'
    ? {
        kind: 'no-answer',
        code: 'malformed',
        reason: `the model called ${result.name}, which was not offered`,
        usage: result.usage,
      }
    : result;
