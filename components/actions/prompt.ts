import { at } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { called } from './core/called.ts';
import { withOne } from './core/cursor-sessions.ts';
import { onFirstNamed } from './core/named-sessions.ts';
import { actor } from './core/session-requests.ts';

/** A session's instructions in the person's editor; saved as a new version when they changed. */
export const editInstructions = (act: Actions, name: string): void => {
  const t = act.texts();
  act.run(t.foot.prompt.long, called(act, name), async () => {
    const { instructions } = await act.request('session', { name });
    const edited = await act.editText(instructions?.text ?? '', '.md');
    if (edited === null) return t.prompt.unchanged;

    const { version } = await act.request('prompt', { name, text: edited, actor });
    return t.prompt.saved(version.version);
  });
};

export const prompt = defineAction({
  id: 'prompt',
  key: { names: ['E'], on: fleetAndSession, help: { section: 'act', place: 5, keys: 'E' } },
  footer: { running: at(6, 7, 'prompt'), instructions: at(2, 2, 'prompt'), settings: at(2, 2, 'prompt') },
  commands: [
    {
      name: 'prompt',
      usage: 'prompt [NAME]',
      arguments: ['session'],
      run: onFirstNamed((act, row) => editInstructions(act, row.name)),
    },
  ],
  run: {
    sessions: withOne((act, row) => editInstructions(act, row.name)),
    instructions: ({ act, name }) => editInstructions(act, name),
  },
});
