import type { ReactNode } from 'react';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { emptyLine, textLine } from '../paint/line.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { pathLine } from '../view-models/header.ts';
import { incidentDetails, incidentRow } from '../view-models/incidents.ts';
import { Lines } from '../widgets/lines.tsx';

/** Incidents, the running ones first; below them the one under the cursor in full. */
export const IncidentsScreen = (): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const status = useStatusLine();
  const { data, error } = useQuery('incidents', () => act.request('incidents', { limit: 50 }), 10_000);
  const running = view.snapshot.incidents;
  const known = new Set(running.map(({ id }) => id));
  const incidents = [...running, ...(data?.incidents ?? []).filter(({ id }) => !known.has(id))].sort(
    (a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null) || b.startedAt - a.startedAt,
  );
  const parts = {
    head: [pathLine(view, `zap-fleet > ${t.incident.screen}`), emptyLine],
    status: status ?? (error === null ? null : textLine(` ! ${error}`, 'bold')),
    foot: [footerLine(view, view.keys.footer('incidents'), view.keys.footer('end'))],
  };
  const height = bodyRows(view, parts);
  const listHeight = Math.max(1, Math.min(incidents.length, Math.floor(height / 2) - 1));
  const list = useList(incidents.length, listHeight);
  const chosen = incidents[list.cursor];
  useActions(['incidents'], list.handlers, { offers: { incident: { incident: chosen } } });
  const body =
    chosen === undefined
      ? [textLine(` ${data === null && error === null ? t.why.loading : t.incident.none}`)]
      : [
          ...incidents
            .slice(list.top, list.top + listHeight)
            .map((each, index) => incidentRow(each, view, list.top + index === list.cursor)),
          emptyLine,
          ...incidentDetails(chosen, view),
        ];
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
