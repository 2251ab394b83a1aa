import { randomUUID } from 'node:crypto';
import { plainText } from '../../../src/session/plain-text.ts';
import { type Tool, type ToolAnswer, toolAnswerShown } from '../../../src/session/tool.ts';
import type { Milliseconds } from '../../../src/session/units.ts';
import type { StoredToolCall } from '../../../src/store/tool-call-store.ts';
import { type AiCall, type AiResult, callsOf } from '../../ai/ai-provider.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { budgetNow } from '../core/holds.ts';
import { fileToolName, promiseFile } from './file-tool.ts';
import { makeCall, recordEnd } from './tool-call.ts';
import { answeredOutput, failedOutput, mostRounds, provesAction, sameKey, unknownOutput } from './tool-outputs.ts';
import { bookTry, endOnHold, endOvertaken } from './turn-ending.ts';
import { stepAt, type Turn } from './turn-state.ts';

/** The tools that a model calls within one turn, round by round. Each call is stored before it is made. Loaded where a session has tools. */

/** A customer waits; what takes longer than this, with the AI's own time, is not begun any more. */
const longestTurn: Milliseconds = 180_000;

/** So long a call of which nobody knows is not made again in its chat. */
const unknownFor: Milliseconds = 86_400_000;

type ToolResult = Extract<AiResult, { readonly kind: 'tool' }>;

/** One call of a round with what was decided about it before it is made. */
interface Planned {
  readonly key: string;
  readonly call: AiCall;
  readonly tool: Tool;
  /** It is not made; this is what the model is told. */
  readonly refusal: { readonly code: string; readonly output: string } | null;
}

const argumentsOf = ({ arguments: text }: StoredToolCall): unknown => JSON.parse(text);

/** What earlier turns about these messages did: the model sees it as done, and does not do it again. */
export const carryRounds = (core: EngineCore, turn: Turn): void => {
  const { course } = turn;
  const carried = core.store.toolCalls.carried(
    { conversationId: turn.conversation.id, notOf: turn.id },
    turn.messages.map(({ waId }) => waId),
    core.clock.now() - unknownFor,
  );
  for (const call of carried)
    course.rounds.push({
      text: null,
      calls: [
        {
          id: call.callId,
          name: call.tool,
          arguments: argumentsOf(call),
          signature: call.signature,
          output: call.state === 'ok' ? answeredOutput(call.answer ?? '') : unknownOutput,
        },
      ],
    });
  course.isDone = carried.some(
    ({ state, tool, answer }) =>
      state === 'ok' &&
      provesAction(
        turn.tools.find(({ name }) => name === tool),
        answer ?? '',
      ),
  );
};

/** Calls of this turn and of those that it goes on from, by what they ask. */
const doneBefore = ({ course }: Turn): ReadonlyMap<string, string> =>
  new Map(
    course.rounds
      .flatMap(({ calls }) => calls)
      .filter(({ output }) => output.startsWith('{"ok":true') || output === unknownOutput)
      .map((call) => [sameKey(call.name, call.arguments), call.output]),
  );

const madeOf = ({ course }: Turn, tool: string): number =>
  course.rounds.flatMap(({ calls }) => calls).filter(({ name }) => name === tool).length;

const planRound = async (core: EngineCore, turn: Turn, result: ToolResult): Promise<readonly Planned[]> => {
  const before = new Map(doneBefore(turn));
  const counts = new Map<string, number>();
  const planned: Planned[] = [];
  for (const call of callsOf(result)) {
    const tool = turn.tools.find(({ name }) => name === call.name);
    // The person tool among others: its own place (turn-ending.ts) has it already.
    if (tool === undefined) continue;

    const made = madeOf(turn, tool.name) + (counts.get(tool.name) ?? 0);
    const same = sameKey(tool.name, call.arguments);
    const repeated = before.get(same);
    const problem = await core.tools.check(tool, call.arguments);
    const refusal =
      repeated !== undefined
        ? { code: 'repeated', output: repeated }
        : problem !== null
          ? { code: 'arguments', output: failedOutput('arguments', problem) }
          : made >= tool.callsPerTurn
            ? { code: 'too-many', output: failedOutput('too-many', 'it was called often enough for these messages') }
            : null;
    planned.push({ key: randomUUID(), call, tool, refusal });
    counts.set(tool.name, (counts.get(tool.name) ?? 0) + 1);
    if (refusal === null)
      before.set(same, failedOutput('repeated', 'it was called with the same arguments a moment ago'));
  }
  return planned;
};

const shown = (text: string): string => plainText(text).slice(0, toolAnswerShown);

/** Everything about a round that must be on disk before its first call. */
const storeRound = (core: EngineCore, turn: Turn, planned: readonly Planned[]): void => {
  const now = core.clock.now();
  core.store.toolCalls.ask(
    { sessionId: core.session.id, conversationId: turn.conversation.id, turnId: turn.id },
    planned.map(({ key, call }) => ({
      key,
      tool: call.name,
      callId: call.id,
      signature: call.signature,
      arguments: JSON.stringify(call.arguments ?? {}),
    })),
    now,
  );
  core.store.turns.addSteps(
    turn.id,
    planned.map(({ call, key }) =>
      stepAt(core, 'tool-asked', { tool: call.name, key, arguments: shown(JSON.stringify(call.arguments ?? {})) }),
    ),
    now,
  );
  for (const { key, call, refusal } of planned) {
    if (refusal === null) continue;
    const isRepeated = refusal.code === 'repeated';
    const reason = isRepeated ? 'the same was called before' : shown(refusal.output);
    core.store.toolCalls.end(key, { state: isRepeated ? 'dropped' : 'failed', code: refusal.code, reason }, now);
    core.store.turns.addSteps(
      turn.id,
      [stepAt(core, 'tool-refused', { tool: call.name, code: refusal.code, reason })],
      now,
    );
  }
};

/** Files go out with the answer: nothing is done yet that a crash could leave half done. */
const promiseFiles = (core: EngineCore, turn: Turn, result: ToolResult, promised: Map<AiCall, string>): void => {
  if (turn.files === null) return;
  for (const call of callsOf(result)) {
    if (call.name !== fileToolName) continue;
    const { output, step } = promiseFile(core, turn, call);
    promised.set(call, output);
    core.store.turns.addSteps(turn.id, [step], core.clock.now());
  }
};

const toldOf = (answer: ToolAnswer): string =>
  answer.kind === 'ok'
    ? answeredOutput(answer.text)
    : answer.kind === 'failed'
      ? failedOutput(answer.code, answer.reason)
      : unknownOutput;

/** No more tools for these messages: too many rounds, too long, or the day's money is spent. The customer still gets his answer. */
const closeWhenDone = (core: EngineCore, turn: Turn): void => {
  const { course, startedAt } = turn;
  const isLong = core.clock.now() - startedAt > longestTurn;
  if (course.rounds.length >= mostRounds || isLong || budgetNow(core).kind === 'hold') course.isClosed = true;
};

export type RoundEnd =
  /** The model is asked again with what came. */
  | 'go-on'
  /** The turn has ended, or the worker ends. */
  | 'over'
  /** The model called what it may not any more. */
  | 'closed';

/** Makes the calls of one answer, one after the other. */
export const runRound = async (
  core: EngineCore,
  turn: Turn,
  result: ToolResult,
  attempts: number,
): Promise<RoundEnd> => {
  if (turn.course.isClosed) return 'closed';
  const planned = await planRound(core, turn, result);
  if (core.link.isStopping) return 'over';

  const promised = new Map<AiCall, string>();
  const isOver = core.store.database.transaction(() => {
    bookTry(core, turn, attempts, result.usage);
    // What the customer wrote since may change what he wants: nothing is done that he took back.
    if (endOvertaken(core, turn) || endOnHold(core, turn)) return true;
    storeRound(core, turn, planned);
    promiseFiles(core, turn, result, promised);
    return false;
  });
  if (isOver) return 'over';

  const calls: (AiCall & { readonly output: string })[] = [];
  for (const { key, call, tool, refusal } of planned) {
    if (refusal !== null) {
      calls.push({ ...call, output: refusal.output });
      continue;
    }
    if (core.link.isStopping) return 'over';
    const answer = await makeCall(core, turn, { key, tool, given: call.arguments });
    if (core.store.database.transaction(() => recordEnd(core, turn, { key, tool }, answer)) === 'handed-over')
      return 'over';
    if (answer.kind === 'ok' && provesAction(tool, answer.text)) turn.course.isDone = true;
    calls.push({ ...call, output: toldOf(answer) });
  }
  for (const [call, output] of promised) calls.push({ ...call, output });
  turn.course.rounds.push({ text: result.text, calls });
  closeWhenDone(core, turn);
  return 'go-on';
};
