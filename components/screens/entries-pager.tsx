import type { ReactNode } from 'react';
import { useStatusLine, useView } from '../hooks/contexts.ts';
import { usePager } from '../hooks/use-pager.ts';
import { usePagerKeys } from '../hooks/use-pager-keys.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { showField } from '../paint/field.ts';
import { type Line, textLine } from '../paint/line.ts';
import { type Entry, entriesWindow, type Level, pagerLine } from '../view-models/entries.ts';
import { typedRow } from '../view-models/field-row.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { toastLine } from '../view-models/toast.ts';
import { Lines } from '../widgets/lines.tsx';

/** Entries to page through: follow and pause, search, wrap, levels, sideways. */
export const EntriesPager = ({
  screen,
  head,
  lastFoot,
  entries,
  error,
  withSource,
  least: leastAtFirst,
  onOlder,
}: {
  readonly screen: KeyScreen;
  readonly head: readonly Line[];
  /** The footer's second line where a session stands around this; null: none. */
  readonly lastFoot: Line | null;
  readonly entries: readonly Entry[];
  readonly error: string | null;
  readonly withSource: boolean;
  readonly least: Level;
  /** Asked for when the first entry is reached. */
  readonly onOlder?: () => void;
}): ReactNode => {
  const view = useView();
  const message = useStatusLine();
  const pager = usePager(entries, leastAtFirst, onOlder);
  const { shown, at, follows, least, wrap, shift, search } = pager;

  const status: Line | null = pager.typing
    ? typedRow('/', showField(search, view.columns - 6), '', view.columns - 1)
    : (message ?? (error === null ? null : toastLine('bad', error, view.columns)));
  const keys = footerLine(
    view,
    view.keys.footer('pager', { labels: { follow: follows ? 'pauseView' : 'follow' } }),
    lastFoot === null ? view.keys.footer('end') : [],
  );
  const parts = { head, status, foot: lastFoot === null ? [keys] : [keys, lastFoot] };
  const height = bodyRows(view, parts) - 1;
  usePagerKeys(screen, pager, height, lastFoot === null);

  const info = pagerLine({ follow: follows, shown: shown.length, end: at, least, search: search.text, wrap }, view);
  const rows = entriesWindow(shown, at, height, view, { least, search: search.text, wrap, shift, withSource });
  const body = [info, ...(shown.length === 0 ? [textLine(` ${view.t.pager.nothing}`, 'muted')] : rows)];
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
