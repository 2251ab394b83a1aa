import type { ReactNode } from 'react';
import type { Incident } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { sideBySide } from '../paint/box.ts';
import { type Line, span } from '../paint/line.ts';
import { placeFoot } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { weekBox, weekRows } from '../view-models/incident-week.ts';
import { incidentBox, incidentsBox, incidentsIn } from '../view-models/incidents.ts';
import { fleetHead } from '../view-models/screen-head.ts';
import { toastLine } from '../view-models/toast.ts';
import type { View } from '../view-models/view.ts';
import { Lines } from '../widgets/lines.tsx';

const dayMs = 86_400_000;

const headRight = (view: View, incidents: readonly Incident[]): Line => {
  const { incident: words } = view.t;
  const open = incidents.filter(({ endedAt }) => endedAt === null).length;
  const week = incidents.filter(({ startedAt }) => startedAt > view.now - 7 * dayMs).length;
  return [
    ...(open === 0 ? [] : [span(String(open), 'bad+'), span(` ${words.open}, `, 'muted')]),
    span(String(week), 'bold'),
    span(` ${words.thisWeek}`, 'muted'),
  ];
};

/** Incidents, the running ones first: seven days at a glance, the list, and the one under the cursor in full. */
export const IncidentsScreen = (): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const status = useStatusLine();
  const { data, error } = useQuery('incidents', () => act.request('incidents', { limit: 200 }), 10_000);
  const connected = useQuery('connected share', () => act.request('connectedShare', { days: 7 }), 300_000);
  const running = view.snapshot.incidents;
  const known = new Set(running.map(({ id }) => id));
  const incidents = [...running, ...(data?.incidents ?? []).filter(({ id }) => !known.has(id))].sort(
    (a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null) || b.startedAt - a.startedAt,
  );
  const partsWith = (of: Incident | undefined): Parts => ({
    head: fleetHead(view, 2, headRight(view, incidents)),
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: placeFoot(view, {
      name: 'incidents',
      without: of === undefined ? ['copy', 'why', 'check'] : of.endedAt === null ? [] : ['check'],
      lead: of === undefined ? '' : t.incident.title(Math.floor(of.id)),
    }),
  });
  const width = view.columns - 1;
  const height = bodyRows(view, partsWith(incidents[0]));
  const airy = height >= 28;
  const isSplit = view.columns >= 76;
  const hasWeek = view.columns >= 76 && height >= weekRows(incidents, airy) + 9;
  const lower = height - (hasWeek ? weekRows(incidents, airy) : 0);
  const listRows = isSplit ? lower : Math.max(4, Math.min(incidents.length * 2 + 2, Math.floor(lower / 2)));
  const list = useList(incidents.length, incidentsIn(listRows));
  const chosen = incidents[list.cursor];
  useActions(['incidents'], list.handlers, { offers: { incident: { incident: chosen } } });

  const listWidth = !isSplit || chosen === undefined ? width : Math.min(52, Math.max(35, Math.floor(width * 0.4)));
  const listed = incidentsBox(view, incidents, {
    cursor: list.cursor,
    top: list.top,
    width: listWidth,
    rows: chosen === undefined ? lower : listRows,
    empty: data === null && error === null ? t.why.loading : t.incident.none,
  });
  const detailsWidth = isSplit ? width - 1 - listWidth : width;
  const details =
    chosen === undefined ? [] : incidentBox(view, chosen, detailsWidth, isSplit ? lower : lower - listRows);
  const body = [
    ...(hasWeek ? weekBox(view, { incidents, connected: connected.data }, width, airy) : []),
    ...(isSplit && chosen !== undefined
      ? sideBySide([
          { width: listWidth, lines: listed },
          { width: detailsWidth, lines: details },
        ])
      : [...listed, ...details]),
  ];
  return <Lines lines={framed(view, partsWith(chosen), body)} theme={view.theme} />;
};
