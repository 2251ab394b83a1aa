import { type ReactNode, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { Language } from '../../src/words/language.ts';
import { settingInWords } from '../../src/words/written/setting-value.ts';
import { editInstructions } from '../actions/prompt.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions, useKeyLayer } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { editField, type Field, fieldOf, insertText, showField } from '../paint/field.ts';
import { glyph } from '../paint/glyphs.ts';
import { type Line, textLine } from '../paint/line.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { sessionHead } from '../view-models/screen-head.ts';
import { tabFoot } from '../view-models/session-foot.ts';
import { type Setting, settingProblem, settingRows, settingValue } from '../view-models/settings/settings.ts';
import { settingsLines } from '../view-models/settings/settings-lines.ts';
import type { View } from '../view-models/view.ts';
import { Lines } from '../widgets/lines.tsx';
import { InstructionsScreen } from './instructions-screen.tsx';

interface Editing {
  readonly setting: Setting;
  readonly field: Field;
  readonly refused: string | null;
}

const toldBack = ({ key, secret }: Setting, value: unknown, language: Language): string | null =>
  secret ? null : settingInWords(key, value, language);

/** What is typed, with its cursor; a choice between its arrows. */
const shownEdit = ({ setting, field }: Editing, view: View): string => {
  if (setting.choices === null) return showField(field, Math.max(10, view.columns - 66), setting.secret);
  return `< ${field.text === '' ? view.t.settings.unset : field.text} >`;
};

/** Every setting of a session, edited in place; checked while it is typed, and by the master when it is saved. */
export const SettingsTab = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const message = useStatusLine();
  const [editing, setEditing] = useState<Editing | null>(null);
  const [history, setHistory] = useState(false);
  const { data, error, reload } = useQuery(
    `session ${row.name} ${row.revision}`,
    () => act.request('session', { name: row.name }),
    null,
  );
  const rows = data === null ? [] : settingRows({ ...data, row }, view);
  const problem =
    editing === null
      ? null
      : (editing.refused ?? settingProblem(editing.setting.key, editing.field.text, view.language));
  const status: Line | null =
    editing !== null
      ? textLine(
          ` ${problem === null ? (editing.setting.choices === null ? t.settings.editKeys : t.settings.choiceKeys) : `${glyph.needsYou} ${problem}`}`,
          problem === null ? 'muted' : 'bad+',
        )
      : (message ?? (error === null ? null : textLine(` ! ${error}`, 'bold')));
  const keys = footerLine(
    view,
    view.keys.footer('settings', { labels: { pause: row.replies === 'on' ? 'pause' : 'resume' } }),
  );
  const parts = { head: sessionHead(row, view, 5), status, foot: [keys, tabFoot(view)] };
  const height = bodyRows(view, parts);
  // Headings are no place for the cursor.
  const fields = rows.flatMap((each, index) => (each.kind === 'heading' ? [] : [index]));
  const list = useList(fields.length, height);
  const cursorAt = fields[list.cursor] ?? 0;
  const current = rows[cursorAt];

  const begin = () => {
    if (current?.kind === 'instructions') editInstructions(act, row.name);
    if (current?.kind !== 'setting') return true;
    const { setting } = current;
    const text = setting.secret ? '' : setting.value;
    setEditing({ setting, field: fieldOf(text), refused: null });
    return true;
  };
  const save = () => {
    if (editing === null || problem !== null) return;
    const { setting, field } = editing;
    const value = settingValue(setting.key, field.text, view.language);
    act.request('setConfig', { name: row.name, key: setting.key, value, actor: 'you' }).then(
      () => {
        setEditing(null);
        act.notify(t.settings.saved(setting.key, toldBack(setting, value, view.language)));
        reload();
      },
      (failure: unknown) =>
        setEditing((before) => (before === null ? null : { ...before, refused: plainText(messageOf(failure)) })),
    );
  };
  const choose = (step: 1 | -1) =>
    setEditing((before) => {
      const choices = before?.setting.choices;
      if (before === null || choices === null || choices === undefined) return before;
      const at = choices.indexOf(before.field.text);
      return { ...before, refused: null, field: fieldOf(choices[(at + step + choices.length) % choices.length] ?? '') };
    });
  useActions(
    ['settings', 'session'],
    {
      ...list.handlers,
      open: begin,
      settings: begin,
      'next-pane': () => {
        setHistory(true);
        return true;
      },
    },
    {
      priority: layer.screen + 2,
      active: editing === null && !history,
      offers: { setting: { setting: current?.kind === 'setting' ? current.setting : null } },
    },
  );
  useKeyLayer(
    {
      priority: layer.field,
      insert: (text) =>
        setEditing((before) => before && { ...before, refused: null, field: insertText(before.field, text) }),
      press: (key) => {
        if (key.name === 'ctrl+c' || editing === null) return false;
        if (key.name === 'esc') setEditing(null);
        else if (key.name === 'enter') save();
        else if (editing.setting.choices !== null) {
          if (key.name === 'space' || key.name === 'right' || key.name === 'down' || key.name === 'tab') choose(1);
          else if (key.name === 'left' || key.name === 'up') choose(-1);
        } else
          setEditing(
            (before) => before && { ...before, refused: null, field: editField(before.field, key) ?? before.field },
          );
        return true;
      },
    },
    editing !== null,
  );
  if (history) return <InstructionsScreen row={row} head={parts.head} close={() => setHistory(false)} />;
  const edited = editing === null ? null : shownEdit(editing, view);
  const body =
    data === null
      ? [textLine(` ${t.why.loading}`)]
      : settingsLines({ ...data, row }, rows, view, { cursor: cursorAt, edited, height });
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
