import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useView } from '../hooks/contexts.ts';
import { useQuery } from '../hooks/use-query.ts';
import { hookTexts } from '../texts/hook-texts.ts';
import { hookColumns, hookDetail, hookItem, hookNeedsYou } from '../view-models/places/hooks.ts';
import { countLine, listBody } from '../view-models/places/place-lines.ts';
import { usePlaceList } from './place-list.tsx';

const lookEvery = 3000;

/** Who is told what happens in a session, and what was not taken. Loaded when it is opened (lazy-screen.tsx). */
export const HooksScreen = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const act = useDo();
  const { name } = row;
  const view = useView();
  const words = hookTexts(view.language);
  const { data, error, reload } = useQuery(`hooks ${name}`, () => act.request('hooks', { name }), lookEvery);
  const hooks = data?.hooks ?? null;
  const { chosen, show } = usePlaceList({
    row,
    screen: 'hooks',
    words,
    items: hooks,
    error,
    count: (all) => countLine(words.title(all.length), all.filter(hookNeedsYou).length, view.t),
    beside: 14,
    offers: (hook) => ({ hook: { name, hook, reload } }),
  });
  const dead = useQuery(
    `hooks ${name} ${chosen?.name ?? ''} ${chosen?.dead ?? 0}`,
    async () =>
      chosen === undefined || chosen.dead === 0 ? { dead: [] } : act.request('hookDead', { name, hook: chosen.name }),
    lookEvery,
  );
  return show((at, height) =>
    listBody(
      view,
      {
        columns: hookColumns,
        head: words.head,
        items: (hooks ?? []).map((hook) => hookItem(hook, view)),
        detail: chosen === undefined ? null : hookDetail(chosen, dead.data?.dead ?? [], view),
        oneMore: { title: words.oneMore, texts: words.none(name).slice(1) },
      },
      at,
      height,
    ),
  );
};
