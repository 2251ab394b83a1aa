import type { ChatRow, TurnRecord } from '../../src/session/records.ts';
import { chatName } from '../view-models/chats.ts';
import type { Actions } from './core/actions.ts';

/** Pauses or resumes the bot in one chat; asks, because it stops answers or sends them. */
export const pauseChat = (act: Actions, chat: ChatRow, paused: boolean, done: () => void): void => {
  const t = act.texts();
  const verb = paused ? t.verb.resume : t.verb.pause;
  const name = chatName(chat);
  act.open({
    kind: 'ask',
    title: t.dialog.askTitle(verb, name),
    lines: [paused ? t.dialog.resumeWhat : t.dialog.pauseWhat],
    targets: [],
    yes: () =>
      act.run(verb, name, async () => {
        await act.request(paused ? 'resume' : 'pause', { name: chat.sessionName, chat: chat.chatId, actor: 'you' });
        done();
        return null;
      }),
  });
};

/** How the last answers in this chat came about. */
export const whyChat = (
  act: Actions,
  chat: ChatRow,
  words: (turns: readonly TurnRecord[]) => readonly string[],
): void =>
  act.open({
    kind: 'info',
    title: act.texts().dialog.whyTitle(chatName(chat)),
    copy: null,
    load: async () => words((await act.request('why', { name: chat.sessionName, chat: chat.chatId, limit: 5 })).turns),
  });
