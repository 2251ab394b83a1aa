import type { ToRehearse } from '../../src/protocol/rehearse.ts';
import type { AiRequest, AiResult } from '../ai/ai-provider.ts';
import { toolWords } from '../conversation/turn/ai-context.ts';
import { answerWithTools, type PractisedTool } from '../conversation/turn/practised-tools.ts';
import { provesAction, sameKey } from '../conversation/turn/tool-outputs.ts';

/** A session's tools in a rehearsal: offered as in a turn, and never called. Loaded where a session has tools. */

type RecordedCalls = NonNullable<Extract<ToRehearse, { kind: 'turn' }>['turn']['calls']>;

/** What a call is answered with: what the tool answered to the same call then; to a look, what it answered to another one. */
const standIn = (tool: PractisedTool, given: unknown, recorded: RecordedCalls): string => {
  const answered = recorded.filter(({ tool: name, answer }) => name === tool.name && answer !== null);
  const asked = sameKey(tool.name, given);
  const same = answered.find((call) => sameKey(call.tool, JSON.parse(call.arguments)) === asked);
  if (same !== undefined) return same.answer ?? '';
  if (!tool.onlyReads) return '{"ok":true}';
  return answered[0]?.answer ?? '{"error":"this is a rehearsal: it was not looked up"}';
};

/** Whether what was called then did something. */
export const didSomething = (tools: readonly PractisedTool[], recorded: RecordedCalls): boolean =>
  recorded.some(
    (call) =>
      call.answer !== null &&
      provesAction(
        tools.find(({ name }) => name === call.tool),
        call.answer,
      ),
  );

/** What a rehearsal knows of a session's tools. */
export interface Rehearsable {
  readonly tools: readonly PractisedTool[];
  /** What is wrong with the arguments of a call, for the model; null: nothing. */
  readonly checkCall: (tool: PractisedTool, given: unknown) => Promise<string | null>;
}

export interface Rehearsed {
  readonly result: AiResult;
  readonly isDone: boolean;
  /** As they are shown: `agenda({"day":"sexta"})`. */
  readonly calls: readonly string[];
}

export const rehearseCalls = async (
  { tools, checkCall: check }: Pick<Rehearsable, 'tools' | 'checkCall'>,
  request: AiRequest,
  recorded: RecordedCalls,
  ask: (request: AiRequest) => Promise<AiResult>,
): Promise<Rehearsed> => {
  const calls: string[] = [];
  const offered = tools.map(({ name, description, parameters }) => ({ name, description, parameters }));
  const { result, isDone } = await answerWithTools({
    tools,
    check,
    ask: (rounds, mayCall) =>
      ask({
        ...request,
        context: `${request.context}\n${toolWords}`,
        tools: [...(request.tools ?? []), ...offered],
        ...(rounds.length === 0 ? {} : { rounds }),
        ...(mayCall ? {} : { mayCall }),
      }),
    reply: async (tool, given) => ({ kind: 'stubbed', text: standIn(tool, given, recorded) }),
    onCall: ({ tool, arguments: given, reply }) => {
      if (reply.kind === 'stubbed') calls.push(`${tool}(${given})`);
    },
  });
  return { result, isDone, calls };
};
