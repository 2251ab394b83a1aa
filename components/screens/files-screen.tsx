import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { emptyLine, type Line, span, textLine } from '../paint/line.ts';
import { fileTexts } from '../texts/file-texts.ts';
import { fileRows, filesBody } from '../view-models/files.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { sessionHeadRow } from '../view-models/screen-head.ts';
import { toastLine } from '../view-models/toast.ts';
import { proseLines } from '../view-models/tools.ts';
import { Lines } from '../widgets/lines.tsx';

const lookEvery = 5000;

/** What a session's bot may send. Loaded when it is opened (lazy-screen.tsx). */
export const FilesScreen = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const { name } = row;
  const { data, error, reload } = useQuery(`files ${name}`, () => act.request('files', { name }), lookEvery);
  const files = data?.files ?? [];
  const words = fileTexts(view.language);
  const pill: Line = [span(` ${words.badge} `, 'p:accent')];
  const parts: Parts = {
    head: [sessionHeadRow(row, view, pill)],
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: [
      footerLine(
        view,
        view.keys.footer('files', { without: files.length === 0 ? ['remove-file'] : [] }),
        view.keys.footer('end'),
      ),
    ],
  };
  const rows = fileRows(files.length, bodyRows(view, parts));
  const list = useList(files.length, rows);
  const file = files[list.cursor];
  useActions(['files'], list.handlers, {
    offers: { file: { name, file, reload }, sessions: { one: row, many: [row] } },
  });

  const empty =
    data === null && error === null
      ? [emptyLine, textLine(` ${view.t.why.loading}`, 'muted')]
      : proseLines(view, words.none(name));
  const { cursor, top } = list;
  const body = files.length === 0 ? empty : filesBody(view, files, { cursor, top, rows });
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
