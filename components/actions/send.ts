import { defineAction } from './core/action.ts';
import { called } from './core/called.ts';
import { actor, requestOnce } from './core/session-requests.ts';

export const send = defineAction({
  id: 'send',
  commands: [
    {
      name: 'send',
      usage: 'send NAME CHAT TEXT',
      arguments: ['session', 'text', 'text'],
      textFrom: 2,
      run: ([name, chat, ...words], { act }) => {
        if (name === undefined || chat === undefined || words.length === 0) return false;
        return requestOnce(act, act.texts().verb.send, called(act, name), () =>
          act.request('send', { name, chat, text: words.join(' '), actor }),
        );
      },
    },
  ],
});
