import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { Offered } from '../actions/core/contexts.ts';
import type { ActionId } from '../actions/registry.ts';
import { useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { emptyLine, type Line, textLine } from '../paint/line.ts';
import { placeFoot } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { itemRows } from '../view-models/places/item-list.ts';
import { type ListPlace, proseLines } from '../view-models/places/place-lines.ts';
import { aboutLines, placeHead } from '../view-models/screen-head.ts';
import { toastLine } from '../view-models/toast.ts';
import { Lines } from '../widgets/lines.tsx';

/** A list of what one session has, with a cursor, its keys, and what there is to know of the one under it. */

interface PlaceList<One extends { readonly name: string }> {
  readonly row: SessionRow;
  readonly screen: KeyScreen & ('tools' | 'files' | 'hooks');
  readonly words: {
    readonly place: string;
    readonly about: readonly string[];
    readonly none: (name: string) => readonly string[];
  };
  /** Null: not known yet. */
  readonly items: readonly One[] | null;
  readonly error: string | null;
  /** How many there are, and how many of them want a person. */
  readonly count: (items: readonly One[]) => Line;
  /** Rows for what is said of the one under the cursor. */
  readonly beside: number;
  readonly offers: (chosen: One | undefined) => Offered;
}

/** What there is to do where there is none yet. */
const makes: ActionId = 'add-one';

interface Shown<One> {
  readonly chosen: One | undefined;
  readonly show: (body: (at: ListPlace, height: number) => readonly Line[]) => ReactNode;
}

export const usePlaceList = <One extends { readonly name: string }>(input: PlaceList<One>): Shown<One> => {
  const { row, screen, words, error } = input;
  const view = useView();
  const status = useStatusLine();
  const items = input.items ?? [];
  const needOne = view.keys.footer(screen).flatMap(({ action }) => (action === makes ? [] : [action]));
  const foot = (lead: string): readonly Line[] =>
    placeFoot(view, { name: screen, without: items.length === 0 ? needOne : [], lead, own: [makes] });
  const head = placeHead(row, view, {
    place: words.place,
    about: aboutLines(words.about),
    right: items.length === 0 ? emptyLine : input.count(items),
  });
  const partsWith = (lead: string): Parts => ({
    head,
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: foot(lead),
  });
  const height = bodyRows(view, partsWith(''));
  const rows = itemRows(items.length, height, input.beside);
  const list = useList(items.length, rows);
  const chosen = items[list.cursor];
  useActions([screen], list.handlers, {
    offers: { ...input.offers(chosen), sessions: { one: row, many: [row] } },
  });

  const empty = (): readonly Line[] =>
    input.items === null && error === null
      ? [emptyLine, textLine(` ${view.t.why.loading}`, 'muted')]
      : proseLines(view, words.none(row.name));
  return {
    chosen,
    show: (body) => {
      const { cursor, top } = list;
      const lines = items.length === 0 ? empty() : body({ cursor, top, rows }, height);
      return <Lines lines={framed(view, partsWith(chosen?.name ?? ''), lines)} theme={view.theme} />;
    },
  };
};
