import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';
import type { Everywhere } from './core/contexts.ts';

/** From a chat or a draft of any session to that session. */
const goToSession = ({ act, view }: Everywhere, name: string | undefined): void => {
  const row = view.snapshot.sessions.find((session) => session.name === name);
  if (row !== undefined) act.go({ screen: 'session', id: row.id, tab: 1 });
};

export const goTo = defineAction({
  id: 'go-to-session',
  key: { names: ['o'], on: ['chats', 'drafts'], help: { section: 'look', place: 1.5, keys: 'o' } },
  footer: { chats: at(7, 8, 'session'), conversation: at(5, 7, 'session'), drafts: at(5, 7, 'session') },
  run: {
    chat: (context) => goToSession(context, context.chat?.sessionName),
    draft: (context) => goToSession(context, context.draft?.sessionName),
  },
});
