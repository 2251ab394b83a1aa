import { targetOf } from '../view-models/dialog-kinds.ts';
import { defineAction } from './core/action.ts';
import { called } from './core/called.ts';
import { onFirstNamed } from './core/named-sessions.ts';
import { actor, requestOnce } from './core/session-requests.ts';

export const reset = defineAction({
  id: 'reset',
  commands: [
    {
      name: 'reset',
      usage: 'reset [NAME]',
      arguments: ['session'],
      run: onFirstNamed((act, row) => {
        const { dialog, verb } = act.texts();
        act.open({
          kind: 'ask',
          title: dialog.askTitle(verb.reset, called(act, row.name)),
          lines: [dialog.logoutWhat],
          targets: [targetOf(row)],
          yes: () =>
            requestOnce(act, verb.reset, called(act, row.name), () =>
              act.request('reset', { name: row.name, id: row.id, actor }),
            ),
        });
      }),
    },
  ],
});
