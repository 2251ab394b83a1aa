import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { emptyLine, type Line, span, textLine } from '../paint/line.ts';
import { hookTexts } from '../texts/hook-texts.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { hookRows, hooksBody } from '../view-models/hooks.ts';
import { sessionHeadRow } from '../view-models/screen-head.ts';
import { toastLine } from '../view-models/toast.ts';
import { proseLines } from '../view-models/tools.ts';
import { Lines } from '../widgets/lines.tsx';

const lookEvery = 3000;

/** Who is told what happens in a session, and what was not taken. Loaded when it is opened (lazy-screen.tsx). */
export const HooksScreen = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const { name } = row;
  const { data, error, reload } = useQuery(`hooks ${name}`, () => act.request('hooks', { name }), lookEvery);
  const hooks = data?.hooks ?? [];
  const words = hookTexts(view.language);
  const pill: Line = [span(` ${words.badge} `, 'p:accent')];
  const without = hooks.length === 0 ? ['edit-hook', 'test-hook', 'hook-secret', 'hook-again', 'remove-hook'] : [];
  const parts: Parts = {
    head: [sessionHeadRow(row, view, pill)],
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: [footerLine(view, view.keys.footer('hooks', { without }), view.keys.footer('end'))],
  };
  const height = bodyRows(view, parts);
  const rows = hookRows(hooks.length, height);
  const list = useList(hooks.length, rows);
  const hook = hooks[list.cursor];
  const dead = useQuery(
    `hooks ${name} ${hook?.name ?? ''} ${hook?.dead ?? 0}`,
    async () =>
      hook === undefined || hook.dead === 0 ? { dead: [] } : act.request('hookDead', { name, hook: hook.name }),
    lookEvery,
  );
  useActions(['hooks'], list.handlers, {
    offers: { hook: { name, hook, reload }, sessions: { one: row, many: [row] } },
  });

  const empty =
    data === null && error === null
      ? [emptyLine, textLine(` ${view.t.why.loading}`, 'muted')]
      : proseLines(view, words.none(name));
  const { cursor, top } = list;
  const body =
    hooks.length === 0 ? empty : hooksBody(view, { hooks, dead: dead.data?.dead ?? [] }, { cursor, top, rows }, height);
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
