import { type ReactNode, useState } from 'react';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions, useKeyLayer } from '../hooks/use-keys.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { editField, emptyField, type Field, insertText, showField } from '../paint/field.ts';
import { type Line, textLine } from '../paint/line.ts';
import {
  type EntriesLook,
  type Entry,
  entriesWindow,
  type Level,
  levels,
  matches,
  pagerLine,
  visibleEntries,
} from '../view-models/entries.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
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
  const act = useDo();
  const { t } = view;
  const message = useStatusLine();
  const [least, setLeast] = useState<Level>(leastAtFirst);
  const [wrap, setWrap] = useState(false);
  const [shift, setShift] = useState(0);
  const [search, setSearch] = useState<Field>(emptyField);
  const [typing, setTyping] = useState(false);
  /** Index after the last visible entry; null: follows. */
  const [end, setEnd] = useState<number | null>(null);
  const shown = visibleEntries(entries, least);
  const at = end === null ? shown.length : Math.min(end, shown.length);
  const status: Line | null = typing
    ? textLine(` /${showField(search, view.columns - 6)}`)
    : (message ?? (error === null ? null : textLine(` ! ${error}`, 'bold')));
  const keys = footerLine(
    view,
    view.keys.footer('pager', { labels: { follow: end === null ? 'pauseView' : 'follow' } }),
    lastFoot === null ? view.keys.footer('end') : [],
  );
  const parts = { head, status, foot: lastFoot === null ? [keys] : [keys, lastFoot] };
  const height = bodyRows(view, parts) - 1;
  const look: EntriesLook = { least, search: search.text, wrap, shift, withSource };
  const rows = entriesWindow(shown, at, height, view, look);
  const info = pagerLine(
    { follow: end === null, shown: shown.length, end: at, least, search: search.text, wrap },
    view,
  );
  const body = [info, ...(shown.length === 0 ? [textLine(` ${t.pager.nothing}`)] : rows)];

  const smallest = Math.min(shown.length, height);
  const change = (target: (from: number) => number) => {
    setEnd((before) => {
      const next = target(before === null ? shown.length : Math.min(before, shown.length));
      return next >= shown.length ? null : Math.max(smallest, next);
    });
    return true;
  };
  const to = (next: number) => change(() => next);
  const by = (step: number) => {
    if (at + step <= smallest) onOlder?.();
    return change((from) => from + step);
  };
  const find = (step: 1 | -1) => {
    if (search.text === '') return false;
    for (let index = at - 1 + step; index >= 0 && index < shown.length; index += step) {
      const entry = shown[index];
      if (entry !== undefined && matches(entry, search.text)) return to(index + 1);
    }
    act.notify(t.result.noMatch);
    return true;
  };
  const level = (step: 1 | -1) => {
    const next = levels[Math.max(0, Math.min(levels.length - 1, levels.indexOf(least) + step))];
    if (next !== undefined) setLeast(next);
    setEnd(null);
    return true;
  };
  const visible = () =>
    shown
      .slice(Math.max(0, at - height), at)
      .map(({ text }) => text)
      .join('\n');
  useActions(
    [screen],
    {
      up: () => by(-1),
      down: () => by(1),
      'half-up': () => by(-Math.max(1, Math.floor(height / 2))),
      'half-down': () => by(Math.max(1, Math.floor(height / 2))),
      first: () => by(-shown.length),
      last: () => to(shown.length),
      ...(lastFoot === null
        ? {
            left: () => {
              setShift((before) => Math.max(0, before - 20));
              return true;
            },
            right: () => {
              setShift((before) => Math.min(2000, before + 20));
              return true;
            },
          }
        : {}),
      follow: () => {
        setEnd(end === null ? shown.length - (shown.length > height ? 1 : 0) : null);
        return true;
      },
      wrap: () => {
        setWrap((before) => !before);
        return true;
      },
      fewer: () => level(1),
      more: () => level(-1),
      filter: () => {
        setTyping(true);
        return true;
      },
      'next-match': () => find(1),
      'previous-match': () => find(-1),
      back: () => {
        if (search.text === '') return false;
        setSearch(emptyField);
        return true;
      },
    },
    { priority: layer.screen + 2, offers: { entries: { visible } } },
  );
  useKeyLayer(
    {
      priority: layer.field,
      insert: (text) => setSearch((before) => insertText(before, text, 200)),
      press: (key) => {
        if (key.name === 'ctrl+c') return false;
        if (key.name === 'enter') {
          setTyping(false);
          find(-1);
        } else if (key.name === 'esc') {
          setTyping(false);
          setSearch(emptyField);
        } else setSearch((before) => editField(before, key) ?? before);
        return true;
      },
    },
    typing,
  );
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
