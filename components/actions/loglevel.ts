import { defineAction } from './core/action.ts';
import { called } from './core/called.ts';
import { actor, requestOnce } from './core/session-requests.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

export const loglevel = defineAction({
  id: 'loglevel',
  commands: [
    {
      name: 'loglevel',
      usage: 'loglevel NAME|fleet debug|info|warn|error',
      arguments: ['session', levels],
      run: ([name, wanted], { act }) => {
        const level = levels.find((each) => each === wanted);
        if (name === undefined || level === undefined) return false;
        return requestOnce(
          act,
          act.texts().verb.logLevel,
          name === 'fleet' ? act.texts().chart.fleet : called(act, name),
          () => act.request('logLevel', { name: name === 'fleet' ? null : name, level, actor }),
        );
      },
    },
  ],
});
