import { defineAction } from './core/action.ts';
import { called } from './core/called.ts';
import { onFirstNamed } from './core/named-sessions.ts';
import { actor, requestOnce } from './core/session-requests.ts';

export const revoke = defineAction({
  id: 'revoke',
  commands: [
    {
      name: 'revoke',
      usage: 'revoke [NAME]',
      arguments: ['session'],
      run: onFirstNamed((act, row) => {
        requestOnce(act, act.texts().verb.revoke, called(act, row.name), () =>
          act.request('revokeLink', { name: row.name, actor }),
        );
      }),
    },
  ],
});
