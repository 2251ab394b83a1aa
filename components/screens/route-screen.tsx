import type { ReactNode } from 'react';
import type { Route } from '../actions/core/route.ts';
import { CanaryScreen } from './canary-screen.tsx';
import { ChatsScreen } from './chats-screen.tsx';
import { CostScreen } from './cost-screen.tsx';
import { FirstRun } from './first-run.tsx';
import { IncidentsScreen } from './incidents-screen.tsx';
import { LazyScreen } from './lazy-screen.tsx';
import { LogsScreen } from './logs-screen.tsx';
import { NodesScreen } from './nodes-screen.tsx';
import { ProposalScreen } from './proposal-screen.tsx';
import { QrWall } from './qr-wall.tsx';
import { RehearsalScreen } from './rehearsal-screen.tsx';
import { SessionScreen } from './session-screen.tsx';
import { TryScreen } from './try-screen.tsx';

/** The screen that a route leads to; a session keeps its state while its tabs change. */
export const RouteScreen = ({ route }: { readonly route: Exclude<Route, { screen: 'fleet' }> }): ReactNode => {
  switch (route.screen) {
    case 'session':
      return <SessionScreen key={route.id} route={route} />;
    case 'incidents':
      return <IncidentsScreen />;
    case 'logs':
      return <LogsScreen />;
    case 'chats':
      return <ChatsScreen row={null} />;
    case 'cost':
      return <CostScreen />;
    case 'nodes':
      return <NodesScreen />;
    case 'qr-wall':
      return <QrWall />;
    case 'try':
      return <TryScreen key={route.id} id={route.id} />;
    case 'rehearsal':
      return <RehearsalScreen key={route.id} id={route.id} />;
    case 'proposal':
      return <ProposalScreen key={route.id} id={route.id} />;
    case 'canary':
      return <CanaryScreen key={route.id} id={route.id} />;
    case 'tools':
    case 'knowledge':
    case 'files':
    case 'hooks':
      return <LazyScreen key={`${route.screen} ${route.id}`} name={route.screen} id={route.id} />;
    case 'first-run':
      return <FirstRun />;
  }
};
