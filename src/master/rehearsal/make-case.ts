import type { Scene } from '../../protocol/rehearse.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { maskPersons } from '../../session/mask-persons.ts';
import { plainText } from '../../session/plain-text.ts';
import type { StoredMessage } from '../../store/message-store.ts';
import type { StoredSession } from '../../store/session-store.ts';
import type { Store } from '../../store/store.ts';
import type { Language } from '../../words/language.ts';
import { maskedIn } from '../../words/mask-words.ts';
import type { NewCase } from './case-file.ts';

/** A recorded turn as a case: its words without who somebody is. */

/** What was said just before is what a question is understood by. */
const saidBefore = 8;
const nameLength = 60;

const wordsOf = ({ text, mediaText }: StoredMessage): string =>
  [text, mediaText ?? ''].filter((part) => part.trim() !== '').join('\n');

/** In the fleet's language: a person reads the file. Throws `usage` where there is no such turn. */
export const caseOfTurn = (store: Store, session: StoredSession, turnId: number, language: Language): NewCase => {
  const turn = store.rehearsals.recorded(session.id, turnId);
  const answer = store.rehearsals.sentAnswer(turnId);
  if (turn === null || answer === null)
    throw new FleetError(
      'usage',
      `there is no turn ${turnId} of ${session.name} that was answered with words. See: zap-fleet why ${session.name} --json`,
    );

  const chat = store.conversations.get(turn.conversationId);
  const person = { names: [turn.customerName], phone: chat?.phone ?? null };
  const masked = (text: string): string => maskedIn(maskPersons(text, person), language);
  const history = turn.history.flatMap((message): Scene['history'] => {
    const text = wordsOf(message);
    return text === '' ? [] : [{ from: message.sender === 'customer' ? 'customer' : 'bot', text: masked(text) }];
  });
  const ask = masked(turn.question);
  const name = plainText(ask.split('\n', 1)[0] ?? '')
    .slice(0, nameLength)
    .trim();
  return {
    name: name === '' ? `turn ${turnId}` : name,
    ask,
    history: history.slice(-saidBefore),
    answer: masked(answer),
    turn: turnId,
    chat: turn.conversationId,
  };
};
