import { at } from '../keys/footers.ts';
import { chatName } from '../view-models/chats/chats.ts';
import { defineAction } from './core/action.ts';
import type { Context } from './core/contexts.ts';
import { actor } from './core/session-requests.ts';

/** A person lets it be: this customer was left without an answer and needs none. */
const dismiss = ({ act, view, chat, reload }: Context<'chat'>): void => {
  if (chat === undefined) return;

  const { verb, dialog, result } = view.t;
  const name = chatName(chat);
  if (chat.silentSince === null) {
    act.notify(result.notSilent(name));
    return;
  }

  act.open({
    kind: 'ask',
    title: dialog.askTitle(verb.dismiss, name),
    tone: 'accent',
    lines: [dialog.dismissWhat],
    targets: [],
    yes: () =>
      act.run(verb.dismiss, name, async () => {
        await act.request('dismissSilence', { name: chat.sessionName, chat: chat.chatId, actor });
        reload();
        return null;
      }),
  });
};

export const dismissSilence = defineAction({
  id: 'dismiss-silence',
  key: { names: ['X'], on: ['chats'], guard: 'ask', help: { section: 'act', place: 9.5, keys: 'X' } },
  footer: { chats: at(3.5, 4.5, 'dismiss'), conversation: at(2.5, 2.5, 'dismiss') },
  run: { chat: dismiss },
});
