import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { textLine } from '../paint/line.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { lessonsBody, noLessons } from '../view-models/lessons.ts';
import { sessionHead } from '../view-models/screen-head.ts';
import { sessionFoot, tabFoot } from '../view-models/session-foot.ts';
import { toastLine } from '../view-models/toast.ts';
import { Lines } from '../widgets/lines.tsx';

/** More than a person reads at once, and 15 ms of the master's time; the shell and the API read on. */
const mostLessons = 50;
/** A lesson takes about so many rows: for the keys that move by half a page. */
const rowsEach = 6;

/** What people did otherwise than this bot. */
export const LessonsTab = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const { data, error, reload } = useQuery(
    `lessons ${row.name}`,
    () => act.request('lessons', { name: row.name, limit: mostLessons }),
    30_000,
  );
  const lessons = data?.lessons ?? [];
  const parts: Parts = {
    head: sessionHead(row, view, 7),
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    // Where there is none, the keys of the bot; until that is known, none that would change under a hand.
    foot:
      data !== null && lessons.length === 0
        ? sessionFoot(row, view)
        : [footerLine(view, lessons.length === 0 ? [] : view.keys.footer('lessons')), tabFoot(view)],
  };
  const rows = bodyRows(view, parts);
  const list = useList(lessons.length, Math.max(1, Math.floor(rows / rowsEach)));
  const lesson = lessons[list.cursor];
  useActions(['lessons', 'session'], list.handlers, {
    priority: layer.screen + 2,
    offers: { lesson: { name: row.name, lesson, reload } },
  });

  const empty = data === null ? [textLine(` ${view.t.why.loading}`, 'muted')] : noLessons(view);
  const body =
    lessons.length === 0 ? empty : lessonsBody(lessons, view, { cursor: list.cursor, rows, more: data?.next != null });
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
