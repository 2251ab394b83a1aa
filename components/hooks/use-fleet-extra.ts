import { useEffect, useMemo, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { Actions } from '../actions/core/actions.ts';
import { sortChats } from '../view-models/chats/chats.ts';
import { newestTrouble } from '../view-models/event-look.ts';
import { lastExchange } from '../view-models/fleet/exchanges.ts';
import type { Exchange, FleetExtra } from '../view-models/fleet/fleet-extra.ts';
import type { FleetPlan } from '../view-models/fleet/fleet-plan.ts';
import { useDo } from './contexts.ts';
import { useQuery } from './use-query.ts';

const minute = 60_000;
/** A cursor that moves on asks nothing. */
const restMs = 300;
const shownChats = 3;
/** How far back the last trouble is looked for. */
const troubleEvents = 300;

/** `value`, once it has stayed the same for a while. */
const useRested = (value: string): string => {
  const [rested, setRested] = useState('');
  useEffect(() => {
    if (value === rested) return undefined;
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, rested]);
  return rested;
};

const exchangesOf = async (act: Actions, name: string): Promise<readonly Exchange[]> => {
  const { chats } = await act.request('chats', { name, limit: 20 });
  const newest = [...chats].sort((a, b) => (b.lastInboundAt ?? 0) - (a.lastInboundAt ?? 0)).slice(0, shownChats);
  const all = await Promise.all(
    newest.map(async (chat) => {
      const { messages } = await act.request('messages', { name, chat: chat.chatId, limit: 6 });
      return lastExchange(chat, messages);
    }),
  );
  return all.filter((exchange) => exchange !== null);
};

/** What the inspector says of the session under a resting cursor beside its row; `name` empty: of none. */
const useInspected = (act: Actions, name: string, revision: number): Pick<FleetExtra, 'usual' | 'budget'> => {
  const usual = useQuery(
    `usual ${name}`,
    async () => (name === '' ? null : { name, messages: (await act.request('heat', { name })).usualNow ?? null }),
    name === '' ? null : 5 * minute,
  );
  const budget = useQuery(
    `budget ${name} ${revision}`,
    async () => {
      if (name === '') return null;
      const { config } = await act.request('session', { name });
      return { name, usd: config.ai.dailyBudgetUsd };
    },
    null,
  );
  return { usual: usual.data, budget: budget.data };
};

/** What the boxes of a wide window show; a window without them asks nothing. */
export const useFleetExtra = (plan: FleetPlan, under: SessionRow | null): FleetExtra => {
  const act = useDo();
  const isWide = plan.side > 0;
  const rested = useRested(under !== null && plan.inspector > 0 ? under.name : '');
  const isWell = under?.verdict === 'connected' || under?.verdict === 'watching';
  const well = isWell ? rested : '';
  const every = (ms: number): number | null => (isWide ? ms : null);

  const heat = useQuery(`heat ${isWide}`, async () => (isWide ? act.request('heat', {}) : null), every(5 * minute));
  const usage = useQuery(
    `usage ${isWide}`,
    async () => (isWide ? act.request('usage', { days: 14 }) : null),
    every(5 * minute),
  );
  const trouble = useQuery(
    `trouble ${isWide}`,
    async () => (isWide ? newestTrouble((await act.request('events', { limit: troubleEvents })).events) : null),
    every(5 * minute),
  );
  const hasChats = plan.below > 0;
  const chats = useQuery(
    `chats ${hasChats}`,
    async () => (hasChats ? act.request('chats', { limit: 60 }) : null),
    hasChats ? 5000 : null,
  );
  const exchanges = useQuery(
    `exchanges ${well}`,
    async () => (well === '' ? null : { name: well, list: await exchangesOf(act, well) }),
    well === '' ? null : 10_000,
  );
  const about = useInspected(act, rested, rested === under?.name ? under.revision : 0);
  return useMemo(
    () => ({
      heat: heat.data,
      usage: usage.data?.days ?? null,
      chats: chats.data === null ? null : sortChats(chats.data.chats),
      troubleAt: trouble.data,
      exchanges: exchanges.data,
      usual: about.usual,
      budget: about.budget,
    }),
    [heat.data, usage.data, chats.data, trouble.data, exchanges.data, about.usual, about.budget],
  );
};
