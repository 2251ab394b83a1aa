import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useQuery } from '../hooks/use-query.ts';
import { fillRows, textLine } from '../paint/line.ts';
import { canaryAbout, canaryBody, noCanary } from '../view-models/canary-lines.ts';
import { placeFoot } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { aboutLines, placeHead } from '../view-models/screen-head.ts';
import { toastLine } from '../view-models/toast.ts';
import { sessionById } from '../view-models/view.ts';
import { Lines } from '../widgets/lines.tsx';

const lookEvery = 5000;

const CanaryOf = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const isRunning = row.canary?.state === 'running';
  const { data, error, reload } = useQuery(
    // Begun, ended or decided: read anew.
    `canary ${row.name} ${row.canary?.state ?? ''} ${row.canary?.startedAt ?? ''}`,
    () => act.request('canary', { name: row.name }),
    isRunning ? lookEvery : null,
  );
  const canary = data?.canary ?? null;
  const mayPromote = canary !== null && (canary.state === 'running' || canary.state === 'over');
  const mayRollBack = canary !== null && (canary.state === 'running' || canary.waits);
  const without = [...(mayPromote ? [] : ['promote-canary']), ...(mayRollBack ? [] : ['roll-back-canary'])];
  const parts: Parts = {
    head: placeHead(row, view, {
      place: view.t.canary.place,
      about: canary === null ? aboutLines(view.t.canary.about) : [canaryAbout(canary, view)],
    }),
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: placeFoot(view, {
      name: 'canary',
      without,
      // It has rolled itself back: the key says that a person saw it.
      labels: canary?.state === 'rolled-back' ? { 'roll-back-canary': 'seenCanary' } : {},
    }),
  };
  useActions(
    ['canary'],
    {},
    { offers: { canary: { name: row.name, canary, reload }, sessions: { one: row, many: [row] } } },
  );

  const body =
    canary === null
      ? noCanary(view, row.name, data !== null || error !== null)
      : canaryBody(view, canary, bodyRows(view, parts));
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};

/** A change that a part of a session's customers meet, beside the others. Leaving it leaves everything as it is. */
export const CanaryScreen = ({ id }: { readonly id: string }): ReactNode => {
  const view = useView();
  const row = sessionById(view, id);
  if (row === null)
    return <Lines lines={fillRows([textLine(` ${view.t.session.gone}`)], view.rows)} theme={view.theme} />;
  return <CanaryOf row={row} />;
};
