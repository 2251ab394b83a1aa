import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { Tab } from '../actions/core/route.ts';
import { ChatsScreen } from './chats-screen.tsx';
import { CostTab } from './cost-tab.tsx';
import { LessonsTab } from './lessons-tab.tsx';
import { EventsTab, LogsTab } from './logs-screen.tsx';
import { SettingsTab } from './settings-tab.tsx';

/** The tabs behind the overview. */
export const SessionTab = ({ row, tab }: { readonly row: SessionRow; readonly tab: Tab }): ReactNode => {
  switch (tab) {
    case 2:
      return <ChatsScreen row={row} />;
    case 3:
      return <LogsTab row={row} />;
    case 4:
      return <EventsTab row={row} />;
    case 5:
      return <SettingsTab row={row} />;
    case 6:
      return <CostTab row={row} />;
    case 7:
      return <LessonsTab row={row} />;
    default:
      return null;
  }
};
