import { at, onRows, rowFooters } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { type CommandSpec, defineAction } from './core/action.ts';
import { withOne } from './core/cursor-sessions.ts';
import { actor, requestOnce } from './core/session-requests.ts';
import { tabCommand } from './screens.ts';

/** A value as typed: JSON where it is JSON (`true`, `3000`, `null`, `["a"]`), else the text itself. */
export const typedValue = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
};

const runConfig: CommandSpec['run'] = (args, context) => {
  const [name, key, ...value] = args;
  if (key === undefined || value.length === 0) return tabCommand(5)(name === undefined ? [] : [name], context);

  const { act } = context;
  return requestOnce(act, key, name ?? '', () =>
    act.request('setConfig', { name: name ?? '', key, value: typedValue(value.join(' ')), actor }),
  );
};

export const settings = defineAction({
  id: 'settings',
  key: { names: ['e'], on: fleetAndSession, help: { section: 'act', place: 4, keys: 'e' } },
  footer: onRows(rowFooters, at(5, 4, 'settings')),
  commands: [
    { name: 'config', usage: 'config NAME KEY VALUE', arguments: ['session', 'text', 'text'], run: runConfig },
  ],
  run: {
    session: ({ act, id }) => act.replace({ screen: 'session', id, tab: 5 }),
    sessions: withOne((act, row) => act.go({ screen: 'session', id: row.id, tab: 5 })),
  },
});
