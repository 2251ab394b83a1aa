import { randomUUID } from 'node:crypto';
import type { HomePaths } from '../../src/home/home-paths.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { type Tool, toolAnswerShown } from '../../src/session/tool.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { AiProvider, AiRequest, AiResult } from '../ai/ai-provider.ts';
import { toolWords } from '../conversation/turn/ai-context.ts';
import {
  answerWithTools,
  type PracticeReply,
  type PractisedAnswer,
  type PractisedCall,
} from '../conversation/turn/practised-tools.ts';
import { toolCallerFor } from './session-tools.ts';

/** A session's tools in a test: shown as they are called, and called for real only where the operator asked for it. */

const shown = (text: string): string => plainText(text).slice(0, toolAnswerShown);

const callWords = ({ tool, arguments: given, reply }: PractisedCall): string => {
  const call = `${tool}(${given})`;
  if (reply.kind === 'stubbed')
    return `would have called ${call}; nothing was called, the AI was told: ${shown(reply.text)}`;
  if (reply.kind === 'refused') return `would not have called ${call}: ${shown(reply.reason)}`;
  const { answer } = reply;
  return answer.kind === 'ok'
    ? `called ${call} for real; it answered: ${shown(answer.text)}`
    : `called ${call} for real; no answer: ${answer.reason}`;
};

const stubbed = (tool: Tool, stubs: Readonly<Record<string, string>>): PracticeReply => ({
  kind: 'stubbed',
  text: stubs[tool.name] ?? '{"ok":true}',
});

/**
 * Which of the session's tools are called for real in a test: none, those that only look something up, or all of them. What is not called
 * is answered with `stubs`, by the tool's name, or with `{"ok":true}`.
 */
export interface TryCalls {
  readonly real: 'none' | 'reads' | 'all';
  readonly stubs: Readonly<Record<string, string>>;
}

interface Core {
  readonly calls?: TryCalls;
  readonly paths: HomePaths;
  readonly provider: AiProvider;
  readonly session: Pick<StoredSession, 'id' | 'name'>;
  readonly show: { note(text: string): void };
  readonly signal: AbortSignal;
}

/** `onRound`: of every answer that was calls alone; the last one is the caller's. */
export const askWithTools = (
  { calls, paths, provider, session, show, signal }: Core,
  request: AiRequest,
  tools: readonly Tool[],
  onRound: (result: Extract<AiResult, { readonly kind: 'tool' }>) => void,
): Promise<PractisedAnswer> => {
  const { real = 'none', stubs = {} } = calls ?? {};
  const caller = toolCallerFor({ paths, sessionId: session.id, onSecret: () => undefined });

  return answerWithTools({
    tools,
    check: async ({ name }, given) => caller.check(tools.find((each) => each.name === name) as Tool, given),
    ask: (rounds, mayCall) =>
      provider.answer(
        {
          ...request,
          context: `${request.context}\n${toolWords}`,
          tools: [
            ...(request.tools ?? []),
            ...tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
          ],
          ...(rounds.length === 0 ? {} : { rounds }),
          ...(mayCall ? {} : { mayCall }),
        },
        signal,
      ),
    reply: async ({ name }, given) => {
      const tool = tools.find((each) => each.name === name) as Tool;
      const isReal = real === 'all' || (real === 'reads' && tool.onlyReads);
      if (!isReal || stubs[name] !== undefined) return stubbed(tool, stubs);
      const call = { key: randomUUID(), arguments: given, session: session.name, customer: null };
      return { kind: 'called', answer: await caller.call(tool, call) };
    },
    onCall: (call) => show.note(callWords(call)),
    onRound,
  });
};
