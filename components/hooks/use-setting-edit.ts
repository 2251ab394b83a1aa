import { useState } from 'react';
import { scopeOfRequest } from '../../src/protocol/access/scopes.ts';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { folded } from '../../src/words/written/reading.ts';
import { settingInWords } from '../../src/words/written/setting-value.ts';
import { refusalOf } from '../actions/needed-scopes.ts';
import type { KeyPress } from '../keys/key-name.ts';
import { editField, type Field, fieldOf, insertText, showField, writtenText } from '../paint/field.ts';
import { glyph } from '../paint/glyphs.ts';
import { type Line, textLine } from '../paint/line.ts';
import { type Setting, settingProblem, settingValue, settingWords } from '../view-models/settings/settings.ts';
import type { Edited } from '../view-models/settings/settings-lines.ts';
import { useDo, useView } from './contexts.ts';
import { layer, useKeyLayer } from './use-keys.ts';

interface Editing {
  readonly setting: Setting;
  readonly field: Field;
  /** What the master said to it. */
  readonly refused: string | null;
}

export interface SettingEdit {
  readonly isOpen: boolean;
  /** What is typed or chosen, as the row shows it. */
  readonly edited: Edited;
  /** Its keys, or what is wrong with it; null: nothing is edited. */
  readonly status: Line | null;
  readonly begin: (setting: Setting) => void;
}

const onward: ReadonlySet<string> = new Set(['space', 'right', 'down', 'tab', 'l', 'j']);
const backward: ReadonlySet<string> = new Set(['left', 'up', 'shift+tab', 'h', 'k']);

/** Another choice: the one beside it, or the next one that begins with the letter. */
const chosen = (choices: readonly string[], now: string, key: KeyPress): string => {
  const at = choices.indexOf(now);
  const step = onward.has(key.name) ? 1 : backward.has(key.name) ? -1 : 0;
  if (step !== 0) return choices[(at + step + choices.length) % choices.length] ?? now;
  if (key.text === '') return now;
  const rest = [...choices.slice(at + 1), ...choices.slice(0, at + 1)];
  return rest.find((choice) => folded(choice).startsWith(folded(key.text))) ?? now;
};

/** One setting is edited in its place: checked while it is typed, and by the master when it is saved. */
export const useSettingEdit = (row: SessionRow, saved: () => void): SettingEdit => {
  const view = useView();
  const act = useDo();
  const { t, language } = view;
  const [editing, setEditing] = useState<Editing | null>(null);
  const problem =
    editing === null ? null : (editing.refused ?? settingProblem(editing.setting.key, editing.field.text, language));

  const edit = (change: (field: Field, setting: Setting) => Field) =>
    setEditing((before) => before && { ...before, refused: null, field: change(before.field, before.setting) });

  const save = () => {
    if (editing === null || problem !== null) return;
    const { setting, field } = editing;
    const value = settingValue(setting.key, writtenText(field.text), language);
    act.request('setConfig', { name: row.name, key: setting.key, value, actor: 'you' }).then(
      () => {
        setEditing(null);
        const told = setting.secret ? null : settingInWords(setting.key, value, language);
        act.notify(t.settings.saved(settingWords(setting.key, view).name, told));
        saved();
      },
      (failure: unknown) => setEditing((before) => before && { ...before, refused: plainText(messageOf(failure)) }),
    );
  };

  useKeyLayer(
    {
      priority: layer.field,
      insert: (text) => edit((field, { choices }) => (choices === null ? insertText(field, text) : field)),
      press: (key) => {
        if (key.name === 'ctrl+c') return false;
        if (key.name === 'esc') setEditing(null);
        else if (key.name === 'enter') save();
        else
          edit((field, { choices }) =>
            choices === null ? (editField(field, key) ?? field) : fieldOf(chosen(choices, field.text, key)),
          );
        return true;
      },
    },
    editing !== null,
  );

  const begin = (setting: Setting) => {
    const beyond = refusalOf(view, [row], scopeOfRequest('setConfig', { key: setting.key }));
    if (beyond !== null) act.notify(beyond, true);
    else setEditing({ setting, field: fieldOf(setting.secret ? '' : setting.value), refused: null });
  };
  if (editing === null) return { isOpen: false, edited: null, status: null, begin };

  const { setting, field } = editing;
  const isChoice = setting.choices !== null;
  const shown = isChoice
    ? `< ${field.text === '' ? t.settings.unset : field.text} >`
    : showField(field, Math.max(10, view.columns - 66), setting.secret);
  const hint = isChoice ? t.settings.choiceKeys : t.settings.editKeys;
  return {
    isOpen: true,
    edited: { shown, text: setting.secret ? '' : field.text },
    status: problem === null ? textLine(` ${hint}`, 'muted') : textLine(` ${glyph.needsYou} ${problem}`, 'bad+'),
    begin,
  };
};
