import { plainText } from '../../src/session/plain-text.ts';
import { settingKeys, settingShape } from '../../src/words/written/setting-kinds.ts';
import { readSetting, settingInWords } from '../../src/words/written/setting-value.ts';
import { at, onRows, rowFooters } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { settingWords } from '../view-models/settings/settings.ts';
import { type ArgumentKind, type CommandSpec, defineAction } from './core/action.ts';
import { called } from './core/called.ts';
import { withOne } from './core/cursor-sessions.ts';
import { actor } from './core/session-requests.ts';
import { tabCommand } from './screens.ts';

/** `config NAME KEY VALUE`, and as in the shell `config NAME set KEY VALUE`. */
const hasVerb = (words: readonly string[]): boolean => words[1] === 'set' || words[1] === 'get';
const withoutVerb = (words: readonly string[]): readonly string[] =>
  hasVerb(words) ? [words[0] ?? '', ...words.slice(2)] : words;

const keys: ArgumentKind = (before) => [...settingKeys(), ...(before.length === 1 ? ['get', 'set'] : [])];

/** A key behind `get` and `set`, else what can be chosen for the key before. */
const keysOrChoices: ArgumentKind = (before) => {
  if (before[1] === 'set' || before[1] === 'get') {
    if (before.length === 2) return settingKeys();
    if (before[1] === 'get') return [];
  }
  const takes = settingShape(before.at(-1) ?? '')?.takes;
  if (takes?.kind === 'yes-no') return ['yes', 'no'];
  return takes?.kind === 'choice' ? takes.choices : [];
};

const runConfig: CommandSpec['run'] = (args, context) => {
  const [name, key, ...value] = withoutVerb(args);
  if (key === undefined || value.length === 0) return tabCommand(5)(name === undefined ? [] : [name], context);

  const { act, view } = context;
  const read = readSetting(key, value.join(' '), view.language);
  if (!read.ok) {
    act.notify(`${key}: ${plainText(read.problem)}`, true);
    return true;
  }

  act.run(settingWords(key, view).name, called(act, name ?? ''), async () => {
    await act.request('setConfig', { name: name ?? '', key, value: read.value, actor });
    const said = key === 'ai_key' ? null : settingInWords(key, read.value, view.language);
    return view.t.settings.saved(settingWords(key, view).name, said);
  });
  return true;
};

export const settings = defineAction({
  id: 'settings',
  key: { names: ['e'], on: fleetAndSession, help: { section: 'act', place: 4, keys: 'e' } },
  footer: { ...onRows(rowFooters, at(5, 4, 'settings')), cost: at(0.7, 3, 'settings') },
  commands: [
    {
      name: 'config',
      usage: 'config NAME KEY VALUE',
      arguments: ['session', keys, keysOrChoices, keysOrChoices],
      textFrom: (words) => (hasVerb(words) ? 3 : 2),
      run: runConfig,
    },
  ],
  run: {
    session: ({ act, id }) => act.replace({ screen: 'session', id, tab: 5 }),
    sessions: withOne((act, row) => act.go({ screen: 'session', id: row.id, tab: 5 })),
    costOf: ({ act, row }) => {
      if (row !== null) act.go({ screen: 'session', id: row.id, tab: 5 });
    },
  },
});
