import { type ReactNode, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { editInstructions } from '../actions/prompt.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { useSearchField } from '../hooks/use-search-field.ts';
import { useSettingEdit } from '../hooks/use-setting-edit.ts';
import { showField } from '../paint/field.ts';
import { type Line, textLine } from '../paint/line.ts';
import { typedRow } from '../view-models/field-row.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { sessionHead } from '../view-models/screen-head.ts';
import { tabFoot } from '../view-models/session-foot.ts';
import { settingRows } from '../view-models/settings/settings.ts';
import { settingsLines } from '../view-models/settings/settings-lines.ts';
import { fieldRows, matchingRows, sectionFrom } from '../view-models/settings/settings-moves.ts';
import { Lines } from '../widgets/lines.tsx';
import { InstructionsScreen } from './instructions-screen.tsx';

/** Every setting of a session, found by its words and edited in place. */
export const SettingsTab = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const message = useStatusLine();
  const [history, setHistory] = useState(false);
  const { data, error, reload } = useQuery(
    `session ${row.name} ${row.revision}`,
    () => act.request('session', { name: row.name }),
    null,
  );
  const field = useSearchField();
  const { search, typing } = field;
  const all = data === null ? [] : settingRows({ ...data, row }, view);
  const rows = matchingRows(all, search.text, view);
  const fields = fieldRows(rows);
  const { isOpen, edited, status: editStatus, begin } = useSettingEdit(row, reload);

  const searchStatus = (): Line | null => {
    if (typing) return typedRow('/', showField(search, view.columns - 6), '', view.columns - 1);
    if (search.text === '' || message !== null) return null;
    return textLine(` ${t.settings.found(search.text, fields.length, fieldRows(all).length)}`, 'muted');
  };
  const failed = error === null ? null : textLine(` ! ${error}`, 'bold');
  const parts = {
    head: sessionHead(row, view, 5),
    status: editStatus ?? searchStatus() ?? message ?? failed,
    foot: [
      footerLine(view, view.keys.footer('settings', { labels: { pause: row.replies === 'on' ? 'pause' : 'resume' } })),
      tabFoot(view),
    ],
  };
  const height = bodyRows(view, parts);
  const list = useList(fields.length, height);
  const cursor = fields[list.cursor] ?? 0;
  const current = rows[cursor];

  const open = (): boolean => {
    if (current?.kind === 'instructions') editInstructions(act, row.name);
    if (current?.kind === 'setting') begin(current.setting);
    return true;
  };
  const toSection = (step: 1 | -1) => () => {
    list.set(sectionFrom(rows, list.cursor, step));
    return true;
  };
  useActions(
    ['settings', 'session'],
    {
      ...list.handlers,
      open,
      settings: open,
      left: toSection(-1),
      right: toSection(1),
      filter: () => {
        list.set(0);
        field.open();
        return true;
      },
      back: () => {
        if (search.text === '') return false;
        field.clear();
        return true;
      },
      'next-pane': () => {
        setHistory(true);
        return true;
      },
    },
    {
      priority: layer.screen + 2,
      active: !isOpen && !history,
      offers: { setting: { setting: current?.kind === 'setting' ? current.setting : null } },
    },
  );

  if (history) return <InstructionsScreen row={row} head={parts.head} close={() => setHistory(false)} />;
  const body =
    data === null
      ? [textLine(` ${t.why.loading}`)]
      : fields.length === 0
        ? [textLine(` ${t.settings.noMatch(search.text)}`)]
        : settingsLines({ ...data, row }, view, { rows, all, cursor, edited, height });
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
