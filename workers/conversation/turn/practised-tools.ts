import { plainText } from '../../../src/session/plain-text.ts';
import { type Tool, type ToolAnswer, toolAnswerShown } from '../../../src/session/tool.ts';
import { type AiCall, type AiResult, callsOf, type ToolRound } from '../../ai/ai-provider.ts';
import { personAsked } from './person-tool.ts';
import { answeredOutput, failedOutput, mostRounds, outOfRounds, provesAction, sameKey } from './tool-outputs.ts';

/**
 * A model with a session's tools where no customer is: a test, a rehearsal. It is offered them as in a turn; what a call is answered with
 * is said by whoever asks. Nothing here calls anything. Loaded where a session has tools.
 */

export type PractisedTool = Pick<Tool, 'name' | 'description' | 'parameters' | 'onlyReads' | 'callsPerTurn'>;

/** `stubbed`: nothing was called, and this is what the model was told. `called`: for real, and that is what came. */
export type PracticeReply =
  | { readonly kind: 'stubbed'; readonly text: string }
  | { readonly kind: 'called'; readonly answer: ToolAnswer };

export interface PractisedCall {
  readonly tool: string;
  /** As the model wrote them: JSON in one plain line, cut. */
  readonly arguments: string;
  /** `refused`: the program would not make it, whatever the tool is. */
  readonly reply: PracticeReply | { readonly kind: 'refused'; readonly reason: string };
}

type ToolResult = Extract<AiResult, { readonly kind: 'tool' }>;

interface Practice {
  readonly tools: readonly PractisedTool[];
  /** What is wrong with the arguments of a call, for the model; null: nothing. */
  readonly check: (tool: PractisedTool, given: unknown) => Promise<string | null>;
  readonly ask: (rounds: readonly ToolRound[], mayCall: boolean) => Promise<AiResult>;
  readonly reply: (tool: PractisedTool, given: unknown) => Promise<PracticeReply>;
  readonly onCall: (call: PractisedCall) => void;
  /** Before its calls are answered: it was billed. */
  readonly onRound?: (result: ToolResult) => void;
}

export interface PractisedAnswer {
  readonly result: AiResult;
  /** A call was answered that proves an action. */
  readonly isDone: boolean;
  /** A tool that was called for real and may have done it: a person would be asked for, and the model would say nothing more. */
  readonly unknown: string | null;
}

export const argumentsShown = (given: unknown): string =>
  plainText(JSON.stringify(given ?? {})).slice(0, toolAnswerShown);

const refusalOf = (tool: PractisedTool, call: AiCall, made: readonly AiCall[]): string | null => {
  const same = sameKey(tool.name, call.arguments);
  if (made.some((each) => sameKey(each.name, each.arguments) === same)) return 'the same was called before';
  if (made.filter(({ name }) => name === tool.name).length >= tool.callsPerTurn)
    return 'it was called often enough for these messages';
  return null;
};

const outputOf = (reply: PractisedCall['reply']): string => {
  if (reply.kind === 'refused') return failedOutput('refused', reply.reason);
  if (reply.kind === 'stubbed') return answeredOutput(reply.text);
  const { answer } = reply;
  return answer.kind === 'ok' ? answeredOutput(answer.text) : failedOutput(answer.code, answer.reason);
};

const answerText = (reply: PractisedCall['reply']): string | null => {
  if (reply.kind === 'stubbed') return reply.text;
  return reply.kind === 'called' && reply.answer.kind === 'ok' ? reply.answer.text : null;
};

/** The call for a person among others, as if it had been the only one. */
const personIn = (result: ToolResult): ToolResult | null => {
  const call = callsOf(result).find((each) => personAsked(each) !== null);
  return call === undefined ? null : { ...result, name: call.name, arguments: call.arguments };
};

/** Asks until the model says something, asks for a person, or has called enough. */
export const answerWithTools = async (practice: Practice): Promise<PractisedAnswer> => {
  const { tools, ask, check, reply, onCall } = practice;
  const rounds: ToolRound[] = [];
  const made: AiCall[] = [];
  let isDone = false;

  for (;;) {
    const mayCall = rounds.length < mostRounds;
    const result = await ask(rounds, mayCall);
    if (result.kind !== 'tool') return { result, isDone, unknown: null };
    const person = personIn(result);
    if (person !== null) return { result: person, isDone, unknown: null };
    const calls = callsOf(result).filter(({ name }) => tools.some((tool) => tool.name === name));
    if (!mayCall || calls.length === 0)
      return { result: mayCall ? result : outOfRounds(result), isDone, unknown: null };

    practice.onRound?.(result);
    const answered: (AiCall & { readonly output: string })[] = [];
    for (const call of calls) {
      const tool = tools.find(({ name }) => name === call.name) as PractisedTool;
      const refusal = refusalOf(tool, call, made) ?? (await check(tool, call.arguments));
      const replied =
        refusal === null ? await reply(tool, call.arguments) : ({ kind: 'refused', reason: refusal } as const);
      made.push(call);
      onCall({ tool: tool.name, arguments: argumentsShown(call.arguments), reply: replied });
      if (replied.kind === 'called' && replied.answer.kind === 'unknown') return { result, isDone, unknown: tool.name };
      const text = answerText(replied);
      if (text !== null && provesAction(tool, text)) isDone = true;
      answered.push({ ...call, output: outputOf(replied) });
    }
    rounds.push({ text: result.text, calls: answered });
  }
};
