import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useView } from '../hooks/contexts.ts';
import { useQuery } from '../hooks/use-query.ts';
import { toolTexts } from '../texts/tool-texts.ts';
import { countLine, listBody } from '../view-models/places/place-lines.ts';
import { toolColumns, toolDetail, toolItem, toolNeedsYou } from '../view-models/places/tools.ts';
import { usePlaceList } from './place-list.tsx';

const lookEvery = 5000;

/** What a session's AI may do. Loaded when it is opened (lazy-screen.tsx). */
export const ToolsScreen = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const act = useDo();
  const { name } = row;
  const view = useView();
  const words = toolTexts(view.language).tools;
  const { data, error, reload } = useQuery(`tools ${name}`, () => act.request('tools', { name }), lookEvery);
  const tools = data?.tools ?? null;
  const { chosen, show } = usePlaceList({
    row,
    screen: 'tools',
    words,
    items: tools,
    error,
    count: (all) => countLine(words.title(all.length), all.filter(toolNeedsYou).length, view.t),
    beside: 11,
    offers: (tool) => ({ tool: { name, tool, reload } }),
  });
  return show((at, height) =>
    listBody(
      view,
      {
        columns: toolColumns,
        head: words.head,
        items: (tools ?? []).map((tool) => toolItem(tool, view)),
        detail: chosen === undefined ? null : toolDetail(chosen, view),
        oneMore: { title: words.oneMore, texts: words.none(name).slice(1) },
      },
      at,
      height,
    ),
  );
};
