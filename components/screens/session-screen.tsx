import { type ReactNode, useState } from 'react';
import { called } from '../actions/core/called.ts';
import type { Route } from '../actions/core/route.ts';
import { useDo, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { fillRows, textLine } from '../paint/line.ts';
import { sessionById } from '../view-models/view.ts';
import { Lines } from '../widgets/lines.tsx';
import { type AloneMode, SessionOverview } from './session-overview.tsx';
import { SessionTab } from './session-tab.tsx';

const screens: readonly KeyScreen[] = ['session'];

/** One session: seven tabs, and the keys that act on it on every one of them. */
export const SessionScreen = ({ route }: { readonly route: Extract<Route, { screen: 'session' }> }): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const row = sessionById(view, route.id);
  const [alone, setAlone] = useState<AloneMode>('off');
  const [scroll, setScroll] = useState(0);
  const onOverview = route.tab === 1;
  const scrolled = (by: number) => {
    if (!onOverview) return false;
    setScroll((before) => Math.max(0, Math.min(200, before + by)));
    return true;
  };
  const showAlone = () => {
    if (row?.qr == null) {
      act.notify(row === null ? t.session.gone : t.result.notWaiting(called(act, row.name)));
      return true;
    }

    if (!onOverview) act.replace({ screen: 'session', id: route.id, tab: 1 });
    // Without colours a light terminal shows the code inverted: one more press turns it round.
    const canInvert = view.theme.colors === 'none';
    setAlone((before) => (before === 'off' ? 'on' : before === 'on' && canInvert ? 'inverted' : 'off'));
    return true;
  };
  useActions(
    screens,
    {
      up: () => scrolled(-1),
      down: () => scrolled(1),
      'half-up': () => scrolled(-Math.floor(view.rows / 2)),
      'half-down': () => scrolled(Math.floor(view.rows / 2)),
      first: () => scrolled(-200),
      last: () => scrolled(200),
      qr: showAlone,
      back: () => {
        if (alone !== 'off') setAlone('off');
        else if (!act.back()) act.replace({ screen: 'fleet' });
        return true;
      },
    },
    {
      offers: {
        session: { id: route.id, row, tab: route.tab },
        sessions: { one: row, many: row === null ? [] : [row] },
      },
    },
  );
  if (row === null) return <Lines lines={fillRows([textLine(` ${t.session.gone}`)], view.rows)} theme={view.theme} />;
  if (onOverview) return <SessionOverview row={row} alone={alone} scroll={scroll} />;
  return <SessionTab row={row} tab={route.tab} />;
};
