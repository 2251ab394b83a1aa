import { useState } from 'react';
import { emptyField, type Field } from '../paint/field.ts';
import { labelOf } from '../view-models/chats/chat-lines.ts';
import { type Entry, type Level, levels, matches, visibleEntries } from '../view-models/entries.ts';
import { useDo, useView } from './contexts.ts';

export interface Pager {
  /** The entries that the level lets through, and the index after the last visible one. */
  readonly shown: readonly Entry[];
  readonly at: number;
  readonly follows: boolean;
  readonly least: Level;
  readonly wrap: boolean;
  readonly shift: number;
  readonly search: Field;
  readonly typing: boolean;
  /** The next level up or down, from its newest entry on. */
  readonly changeLevel: (step: 1 | -1) => void;
  readonly toggleWrap: () => void;
  readonly shiftBy: (columns: number) => void;
  readonly changeSearch: (change: (before: Field) => Field) => void;
  readonly clearSearch: () => void;
  readonly setTyping: (typing: boolean) => void;
  /** Follow and pause, in a window of `height` rows. */
  readonly toggleFollow: (height: number) => void;
  readonly to: (height: number, end: number) => void;
  readonly by: (height: number, step: number) => void;
  /** The next entry that matches the search; false: nothing is searched for. */
  readonly find: (height: number, step: 1 | -1) => boolean;
}

/** Where a person is in entries that come in: following the newest, or paused at one. */
export const usePager = (entries: readonly Entry[], leastAtFirst: Level, onOlder: (() => void) | undefined): Pager => {
  const act = useDo();
  const view = useView();
  const { t } = view;
  const [least, setLeast] = useState<Level>(leastAtFirst);
  const [wrap, setWrap] = useState(false);
  const [shift, setShift] = useState(0);
  const [search, setSearch] = useState<Field>(emptyField);
  const [typing, setTyping] = useState(false);
  /** Index after the last visible entry; null: follows. */
  const [end, setEnd] = useState<number | null>(null);
  const shown = visibleEntries(entries, least);
  const at = end === null ? shown.length : Math.min(end, shown.length);

  const change = (height: number, target: (from: number) => number) =>
    setEnd((before) => {
      const next = target(before === null ? shown.length : Math.min(before, shown.length));
      return next >= shown.length ? null : Math.max(Math.min(shown.length, height), next);
    });
  const to = (height: number, next: number) => change(height, () => next);

  return {
    shown,
    at,
    follows: end === null,
    least,
    wrap,
    shift,
    search,
    typing,
    changeLevel: (step) => {
      const next = levels[Math.max(0, Math.min(levels.length - 1, levels.indexOf(least) + step))];
      if (next !== undefined) setLeast(next);
      setEnd(null);
    },
    toggleWrap: () => setWrap((before) => !before),
    shiftBy: (columns) => setShift((before) => Math.max(0, Math.min(2000, before + columns))),
    changeSearch: setSearch,
    clearSearch: () => setSearch(emptyField),
    setTyping,
    toggleFollow: (height) => setEnd(end === null ? shown.length - (shown.length > height ? 1 : 0) : null),
    to,
    by: (height, step) => {
      if (at + step <= Math.min(shown.length, height)) onOlder?.();
      change(height, (from) => from + step);
    },
    find: (height, step) => {
      if (search.text === '') return false;
      for (let index = at - 1 + step; index >= 0 && index < shown.length; index += step) {
        const entry = shown[index];
        if (entry === undefined || !matches(entry, search.text, labelOf(entry.source, view))) continue;
        to(height, index + 1);
        return true;
      }
      act.notify(t.result.noMatch);
      return true;
    },
  };
};
