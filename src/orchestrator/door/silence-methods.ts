import type { FleetResults } from '../../protocol/fleet-api.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { chatOf } from './chat-of.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';
import { sessionIdOf } from './session-id-of.ts';

/** Who of a session was left in silence, and who asks for a person. Throws `no-such-session`. */
export const silencesOf = (parts: Pick<FleetParts, 'book' | 'store'>, name: string): FleetResults['silences'] => {
  const { store } = parts;
  const id = sessionIdOf(parts, name);

  return {
    silent: store.silences.open(id).map(({ chatId, name: who, phone, since, lastAt, code, reason }) => ({
      chatId,
      name: who,
      phone,
      since,
      lastAt,
      code,
      reason,
    })),
    asking: store.conversations
      .asking(id)
      .flatMap(({ chatId, name: who, phone, asksForPersonSince, handoverSummary }) =>
        asksForPersonSince === null
          ? []
          : [{ chatId, name: who, phone, since: asksForPersonSince, summary: handoverSummary }],
      ),
  };
};

/** The methods of the door about customers who got no answer, and those who want a person. */
export const createSilenceMethods = (
  parts: Pick<FleetParts, 'book' | 'store' | 'state' | 'now'>,
): MethodsOf<'silences' | 'dismissSilence'> => {
  const { book, store, state, now } = parts;

  return {
    silences: ({ name }) => silencesOf(parts, name),

    dismissSilence: ({ name, chat, actor }) => {
      const session = book.get(name);
      const conversation = chatOf(parts, session.stored, chat);
      if (!store.silences.end(session.stored.id, conversation.id, 'person', now()))
        throw new FleetError(
          'refused-by-state',
          `${name}: nobody in this chat was left in silence. See: zap-fleet why ${name}`,
        );

      book.record(session, {
        level: 'info',
        kind: 'silence-dismissed',
        text: 'one customer needs no answer',
        actor: actor ?? 'you',
      });
      state.readActivity();

      return { row: state.row(session) };
    },
  };
};
