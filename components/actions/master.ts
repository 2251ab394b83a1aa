import { defineAction } from './core/action.ts';
import { actor, requestOnce } from './core/session-requests.ts';

export const master = defineAction({
  id: 'master',
  commands: [
    {
      name: 'master',
      usage: 'master start|stop',
      arguments: [['start', 'stop']],
      run: ([what], { act, view }) => {
        const { verb, dialog, command } = view.t;
        if (what === 'start') return requestOnce(act, verb.start, 'master', () => act.operations.startMaster());
        if (what !== 'stop') return false;

        act.open({
          kind: 'ask',
          title: dialog.askTitle(verb.stop, 'master'),
          lines: [command.masterStop],
          targets: [],
          yes: () => requestOnce(act, verb.stop, 'master', () => act.request('masterStop', { sessions: false, actor })),
        });
        return true;
      },
    },
  ],
});
