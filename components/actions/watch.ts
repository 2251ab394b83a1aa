import { defineAction } from './core/action.ts';
import { called } from './core/called.ts';
import { namedSessions } from './core/named-sessions.ts';
import { actor, requestOnce } from './core/session-requests.ts';

export const watch = defineAction({
  id: 'watch',
  commands: [
    {
      name: 'watch',
      usage: 'watch [NAME] on|off',
      arguments: ['session', ['on', 'off']],
      run: (args, context) => {
        const last = args.at(-1);
        if (last !== 'on' && last !== 'off') return false;
        const row = namedSessions(args.slice(0, -1), context)?.[0];
        if (row === undefined) return args.length > 1;

        const { act } = context;
        const { verb } = act.texts();
        return requestOnce(act, last === 'on' ? verb.watch : verb.unwatch, called(act, row.name), () =>
          act.request('watch', { name: row.name, on: last === 'on', actor }),
        );
      },
    },
  ],
});
