import { messageOf } from '../../../src/session/fleet-error.ts';
import type { FoundPassage, Meant } from '../../../src/session/knowledge.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import { createPassageFinder, type PassageFinder } from '../../../src/store/knowledge/find-passages.ts';
import { createKnowledgeUses } from '../../../src/store/knowledge/knowledge-uses.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { HistoryItem } from '../../ai/ai-provider.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { typedWords } from './joined-words.ts';

/** What a session knows from files, for one turn. Loaded by sessions that know something (turn.ts), and by nobody else. */

export interface GivenKnowledge {
  readonly passages: readonly FoundPassage[];
  readonly isGap: boolean;
  readonly steps: readonly TurnStep[];
}

/** What a customer said just before, for a question of few words: `and the other one?` */
const linesBefore = 2;

export const saidBefore = (history: readonly HistoryItem[]): string =>
  history
    .filter(({ role }) => role === 'customer')
    .slice(-linesBefore)
    .map(({ text }) => text)
    .join('\n');

const stepsOf = (at: number, { passages, isGap }: ReturnType<PassageFinder['find']>): readonly TurnStep[] => [
  ...passages.map(
    ({ file, version, n, place, by }, index): TurnStep => ({
      at,
      step: 'knowledge',
      values: {
        file: plainText(file),
        version,
        passage: n,
        rank: index + 1,
        ...(by === undefined ? {} : { by }),
        ...place,
      },
    }),
  ),
  ...(isGap ? [{ at, step: 'knowledge-gap', values: {} }] : []),
];

/** Never throws: an answer without its material is better than none, and the turn says so. */
export const giveKnowledge = (
  core: EngineCore,
  messages: readonly StoredMessage[],
  history: readonly HistoryItem[],
  meant: Meant | null,
): GivenKnowledge => {
  const at = core.clock.now();
  try {
    const found = createPassageFinder(core.store.database).find(core.session.id, {
      text: typedWords(messages),
      before: saidBefore(history),
      ...(meant === null || meant.passages === null ? {} : { meant: meant.passages }),
    });
    const problem = meant?.problem ?? null;
    return {
      ...found,
      steps: [
        ...(problem === null ? [] : [{ at, step: 'meaning-failed', values: { reason: problem } }]),
        ...stepsOf(at, found),
      ],
    };
  } catch (error) {
    const reason = plainText(messageOf(error));
    core.log.warn('what the session knows could not be looked up', { reason });
    return { passages: [], isGap: false, steps: [{ at, step: 'knowledge-failed', values: { reason } }] };
  }
};

/** In the transaction that begins the turn. A mystery customer asks nothing that counts. */
export const noteKnowledge = (
  core: EngineCore,
  turn: { readonly id: number; readonly conversation: StoredConversation; readonly messages: readonly StoredMessage[] },
  { passages, isGap }: GivenKnowledge,
): void => {
  if (core.store.probes.isProbe(turn.conversation.id)) return;
  createKnowledgeUses(core.store.database).record(
    { sessionId: core.session.id, turnId: turn.id, question: typedWords(turn.messages) },
    passages,
    isGap,
    core.clock.now(),
  );
};
