import { plainText } from '../../src/session/plain-text.ts';
import { readSetting, settingInWords } from '../../src/words/written/setting-value.ts';
import { at, onRows, rowFooters } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { type CommandSpec, defineAction } from './core/action.ts';
import { withOne } from './core/cursor-sessions.ts';
import { actor } from './core/session-requests.ts';
import { tabCommand } from './screens.ts';

const runConfig: CommandSpec['run'] = (args, context) => {
  const [name, key, ...value] = args;
  if (key === undefined || value.length === 0) return tabCommand(5)(name === undefined ? [] : [name], context);

  const { act, view } = context;
  const read = readSetting(key, value.join(' '), view.language);
  if (!read.ok) {
    act.notify(`${key}: ${plainText(read.problem)}`, true);
    return true;
  }

  act.run(key, name ?? '', async () => {
    await act.request('setConfig', { name: name ?? '', key, value: read.value, actor });
    const said = key === 'ai_key' ? null : settingInWords(key, read.value, view.language);
    return view.t.settings.saved(key, said);
  });
  return true;
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
