import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { OverviewData } from '../view-models/session/overview-data.ts';
import { useDo } from './contexts.ts';
import { useQuery } from './use-query.ts';

const minute = 60_000;

/** What the first tab of a session shows beside its row, asked as often as it changes; `isShown`: a screen without boxes asks nothing. */
export const useOverviewData = (row: SessionRow, isShown: boolean): OverviewData => {
  const act = useDo();
  const { name } = row;
  const whenShown = <T>(ask: () => Promise<T>): (() => Promise<T | null>) => (isShown ? ask : async () => null);
  const every = (ms: number): number | null => (isShown ? ms : null);
  const key = (what: string): string => `${what} ${name} ${isShown}`;

  return {
    today: useQuery(
      key('today'),
      whenShown(() => act.request('today', { name })),
      every(10_000),
    ),
    answers: useQuery(
      key('answers'),
      whenShown(() => act.request('answerHistogram', { name })),
      every(30_000),
    ),
    heat: useQuery(
      key('heat'),
      whenShown(() => act.request('heat', { name })),
      every(5 * minute),
    ),
    memory: useQuery(
      key('memory'),
      whenShown(() => act.request('memoryHistory', { name })),
      every(minute),
    ),
    connected: useQuery(
      key('connected'),
      whenShown(() => act.request('connectedShare', { name, days: 30 })),
      every(5 * minute),
    ),
    usage: useQuery(
      key('usage'),
      whenShown(() => act.request('usage', { name, days: 14 })),
      every(minute),
    ),
    chats: useQuery(
      key('chats'),
      whenShown(() => act.request('chats', { name, limit: 30 })),
      every(3000),
    ),
    events: useQuery(
      key('events'),
      whenShown(() => act.request('events', { name, limit: 50 })),
      every(5000),
    ),
    details: useQuery(
      `${key('details')} ${row.revision}`,
      whenShown(() => act.request('session', { name })),
      null,
    ),
  };
};
