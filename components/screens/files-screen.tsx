import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useView } from '../hooks/contexts.ts';
import { useQuery } from '../hooks/use-query.ts';
import { fileTexts } from '../texts/file-texts.ts';
import { fileColumns, fileDetail, fileItem } from '../view-models/places/files.ts';
import { countLine, listBody } from '../view-models/places/place-lines.ts';
import { usePlaceList } from './place-list.tsx';

const lookEvery = 5000;

/** What a session's bot may send. Loaded when it is opened (lazy-screen.tsx). */
export const FilesScreen = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const act = useDo();
  const { name } = row;
  const view = useView();
  const words = fileTexts(view.language);
  const { data, error, reload } = useQuery(`files ${name}`, () => act.request('files', { name }), lookEvery);
  const files = data?.files ?? null;
  const { chosen, show } = usePlaceList({
    row,
    screen: 'files',
    words,
    items: files,
    error,
    count: (all) => countLine(words.files(all.length), all.filter(({ isThere }) => !isThere).length, view.t),
    beside: 9,
    offers: (file) => ({ file: { name, file, reload } }),
  });
  return show((at, height) =>
    listBody(
      view,
      {
        columns: fileColumns,
        head: words.head,
        items: (files ?? []).map((file) => fileItem(file, view)),
        detail: chosen === undefined ? null : fileDetail(chosen, view),
        oneMore: { title: words.oneMore, texts: words.none(name).slice(1) },
      },
      at,
      height,
    ),
  );
};
