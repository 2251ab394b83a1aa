import { type ReactNode, useState } from 'react';
import { qrMatrix } from '../../src/qr/qr-matrix.ts';
import type { Route, Tab } from '../actions/core/route.ts';
import { linkSession, startSessions } from '../actions/session-actions.ts';
import { useDo, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useSessionHandlers } from '../hooks/use-session-actions.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { fillRows, textLine } from '../paint/line.ts';
import { qrTier } from '../view-models/qr-tier.ts';
import { detailCell } from '../view-models/session-cells.ts';
import { pictureCommand } from '../view-models/session-linking.ts';
import { sessionById } from '../view-models/view.ts';
import { Lines } from '../widgets/lines.tsx';
import { type AloneMode, SessionOverview } from './session-overview.tsx';
import { SessionTab } from './session-tab.tsx';

const screens: readonly KeyScreen[] = ['session'];

/** One session: six tabs, and the keys that act on it on every one of them. */
export const SessionScreen = ({ route }: { readonly route: Extract<Route, { screen: 'session' }> }): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const row = sessionById(view, route.id);
  const [alone, setAlone] = useState<AloneMode>('off');
  const [scroll, setScroll] = useState(0);
  const handlers = useSessionHandlers(row, row === null ? [] : [row]);
  const waiting = view.snapshot.sessions.filter(({ verdict }) => verdict === 'scan_qr' || verdict === 'enter_code');

  const tab = (to: number) => {
    const next = (((to - 1 + 6) % 6) + 1) as Tab;
    act.replace({ screen: 'session', id: route.id, tab: next });
    return true;
  };
  const nextCode = (step: 1 | -1) => {
    if (waiting.length === 0) return true;
    const at = waiting.findIndex(({ id }) => id === route.id);
    const next = waiting[(at + step + waiting.length) % waiting.length];
    if (next !== undefined) act.replace({ screen: 'session', id: next.id, tab: 1 });
    return true;
  };
  const onOverview = route.tab === 1;
  const scrolled = (by: number) => {
    if (!onOverview) return false;
    setScroll((before) => Math.max(0, Math.min(200, before + by)));
    return true;
  };
  useActions(screens, {
    ...handlers,
    open: () => {
      if (row !== null && onOverview && (row.verdict === 'logged_out' || row.verdict === 'qr_closed'))
        startSessions(act, [row]);
      return true;
    },
    'screen-1': () => tab(1),
    'screen-2': () => tab(2),
    'screen-3': () => tab(3),
    'screen-4': () => tab(4),
    'screen-5': () => tab(5),
    'screen-6': () => tab(6),
    left: () => tab(route.tab - 1),
    right: () => tab(route.tab + 1),
    'next-pane': () => tab(route.tab + 1),
    'previous-pane': () => tab(route.tab - 1),
    up: () => scrolled(-1),
    down: () => scrolled(1),
    'half-up': () => scrolled(-Math.floor(view.rows / 2)),
    'half-down': () => scrolled(Math.floor(view.rows / 2)),
    first: () => scrolled(-200),
    last: () => scrolled(200),
    'next-match': () => nextCode(1),
    'previous-match': () => nextCode(-1),
    settings: () => tab(5),
    qr: () => {
      if (row?.qr == null) act.notify(row === null ? t.session.gone : t.result.notWaiting(row.name));
      else {
        if (!onOverview) tab(1);
        // Without colours a light terminal shows the code inverted: one more press turns it round.
        setAlone((before) =>
          before === 'off' ? 'on' : before === 'on' && view.theme.colors === 'none' ? 'inverted' : 'off',
        );
      }
      return true;
    },
    copy: () => {
      if (row === null) return true;
      const payload = row.qr?.payload ?? null;
      const fits = payload !== null && qrTier(view, qrMatrix(payload).length, false).kind !== 'none';
      if (fits || row.pairing !== null) linkSession(act, row);
      else if (payload !== null) act.copy(pictureCommand(row), pictureCommand(row));
      else act.copy(`${row.name}  ${t.verdict[row.verdict]}  ${detailCell(row, view, true)}`, row.name);
      return true;
    },
    back: () => {
      if (alone !== 'off') setAlone('off');
      else if (!act.back()) act.replace({ screen: 'fleet' });
      return true;
    },
  });
  if (row === null) return <Lines lines={fillRows([textLine(` ${t.session.gone}`)], view.rows)} theme={view.theme} />;
  if (onOverview) return <SessionOverview row={row} alone={alone} scroll={scroll} />;
  return <SessionTab row={row} tab={route.tab} />;
};
