import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { useSideways } from '../hooks/use-sideways.ts';
import { fillRows, textLine } from '../paint/line.ts';
import { placeFoot } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { caseRows, changeLine, noRehearsal, rehearsalBody } from '../view-models/rehearsal/rehearsal-lines.ts';
import { aboutLines, placeHead } from '../view-models/screen-head.ts';
import { toastLine } from '../view-models/toast.ts';
import { sessionById } from '../view-models/view.ts';
import { Lines } from '../widgets/lines.tsx';

const lookEvery = 2000;
/** A short one is over before anybody sees that it runs, and another client may begin one at any time. */
const lookWhileNoneRuns = 5000;

const RehearsalOf = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const isRunning = view.snapshot.jobs.some(({ kind, session }) => kind === 'rehearsal' && session === row.name);
  const { data, error, reload } = useQuery(
    `rehearsal ${row.name}`,
    () => act.request('rehearsal', { name: row.name }),
    isRunning ? lookEvery : lookWhileNoneRuns,
  );
  const rehearsal = data?.rehearsal ?? null;
  const cases = data?.cases ?? [];
  const without = [
    ...(rehearsal === null ? view.keys.footer('rehearsal').map(({ action }) => action) : []),
    ...(rehearsal?.state === 'running' ? ['publish-rehearsal'] : []),
    ...(rehearsal?.state === 'running' ? [] : ['stop-rehearsal']),
    ...(rehearsal?.state === 'running' || rehearsal?.state === 'done' ? ['resume-rehearsal'] : []),
  ];
  const parts: Parts = {
    head: placeHead(row, view, {
      place: view.t.rehearsal.place,
      about: rehearsal === null ? aboutLines(view.t.rehearsal.about) : [changeLine(rehearsal, view)],
    }),
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: placeFoot(view, { name: 'rehearsal', without }),
  };
  const height = bodyRows(view, parts);
  const rows = caseRows(cases.length, height);
  const list = useList(cases.length, rows);
  const sideways = useSideways(`${rehearsal?.id} ${cases[list.cursor]?.id}`);
  useActions(
    ['rehearsal'],
    {
      ...list.handlers,
      ...sideways.handlers,
    },
    {
      offers: {
        rehearsal: { name: row.name, rehearsal, turn: cases[list.cursor]?.turnId, reload },
        sessions: { one: row, many: [row] },
      },
    },
  );

  const body =
    rehearsal === null
      ? noRehearsal(view, row.name, data !== null || error !== null)
      : rehearsalBody(
          view,
          rehearsal,
          { cases, top: list.top, rows, cursor: list.cursor, readOn: sideways.readOn },
          height,
        );
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};

/** What recorded turns were answered with a change, before customers meet it. Leaving it leaves everything as it was. */
export const RehearsalScreen = ({ id }: { readonly id: string }): ReactNode => {
  const view = useView();
  const row = sessionById(view, id);
  if (row === null)
    return <Lines lines={fillRows([textLine(` ${view.t.session.gone}`)], view.rows)} theme={view.theme} />;
  return <RehearsalOf row={row} />;
};
