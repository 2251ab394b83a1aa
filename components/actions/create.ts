import { at } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { defineAction } from './core/action.ts';
import { actor, requestOnce } from './core/session-requests.ts';

export const create = defineAction({
  id: 'create',
  key: { names: ['c'], on: fleetAndSession, help: { section: 'act', place: 2, keys: 'c' } },
  footer: { fleet: at(5, 1, 'create') },
  commands: [
    {
      name: 'create',
      usage: 'create [NAME]',
      arguments: ['text'],
      textFrom: 0,
      run: (words, { act, view }) => {
        // A name as people write it has blanks.
        const name = words.join(' ');
        if (name !== '')
          return requestOnce(act, view.t.verb.create, name, () => act.request('create', { name, actor }));
        act.open({ kind: 'create' });
        return true;
      },
    },
  ],
  run: { sessions: ({ act }) => act.open({ kind: 'create' }) },
});
