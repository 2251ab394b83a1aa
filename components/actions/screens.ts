import { at } from '../keys/footers.ts';
import { type CommandSpec, defineAction } from './core/action.ts';
import type { Context } from './core/contexts.ts';
import { onFirstNamed } from './core/named-sessions.ts';
import type { Route, Tab } from './core/route.ts';

/** The numbers: everywhere the screens of the fleet, in a session its tabs; and the same screens by name. */

type SimpleScreen = Exclude<
  Route['screen'],
  'session' | 'try' | 'rehearsal' | 'proposal' | 'canary' | 'tools' | 'knowledge' | 'files' | 'hooks'
>;

export const screenCommand =
  (screen: SimpleScreen): CommandSpec['run'] =>
  (args, { act }) => {
    if (args.length > 0) return false;
    act.go({ screen });
    return true;
  };

/** Opens a tab of the session that is named, or of the one that the keys act on. */
export const tabCommand = (tab: Tab): CommandSpec['run'] =>
  onFirstNamed((act, row) => act.go({ screen: 'session', id: row.id, tab }));

/** Without a name the screen of the fleet, with one the tab of that session. */
export const screenOrTabCommand =
  (screen: SimpleScreen, tab: Tab): CommandSpec['run'] =>
  (args, context) =>
    args.length === 0 ? screenCommand(screen)(args, context) : tabCommand(tab)(args, context);

const toTab =
  (tab: Tab) =>
  ({ act, id }: Context<'session'>): void =>
    act.replace({ screen: 'session', id, tab });

const toScreen =
  (screen: SimpleScreen) =>
  ({ act }: Context<'anywhere'>): void =>
    act.switchTo({ screen });

export const screenNumbers = [
  defineAction({
    id: 'screen-1',
    key: { names: ['1'], on: 'all', help: { section: 'look', place: 7, keys: '1-7' } },
    footer: { session: at(1, 3, 'tabs', '1-7') },
    run: { session: toTab(1), anywhere: toScreen('fleet') },
  }),
  defineAction({
    id: 'screen-2',
    key: { names: ['2'], on: 'all', helpWith: 'screen-1' },
    footer: { 'fleet-end': at(1, 9, 'others', '2-5') },
    run: { session: toTab(2), anywhere: toScreen('incidents') },
  }),
  defineAction({
    id: 'screen-3',
    key: { names: ['3'], on: 'all', helpWith: 'screen-1' },
    run: { session: toTab(3), anywhere: toScreen('logs') },
  }),
  defineAction({
    id: 'screen-4',
    key: { names: ['4'], on: 'all', helpWith: 'screen-1' },
    run: { session: toTab(4), anywhere: toScreen('chats') },
  }),
  defineAction({
    id: 'screen-5',
    key: { names: ['5'], on: 'all', helpWith: 'screen-1' },
    run: { session: toTab(5), anywhere: toScreen('cost') },
  }),
  defineAction({
    id: 'screen-6',
    key: { names: ['6'], on: 'all', helpWith: 'screen-1' },
    run: { session: toTab(6) },
  }),
  defineAction({
    id: 'screen-7',
    key: { names: ['7'], on: 'all', helpWith: 'screen-1' },
    run: { session: toTab(7) },
  }),
] as const;

export const screenNames = [
  defineAction({
    id: 'open-fleet',
    commands: [{ name: 'fleet', aliases: ['ls'], usage: 'fleet', run: screenCommand('fleet') }],
  }),
  defineAction({
    id: 'open-incidents',
    commands: [{ name: 'incidents', usage: 'incidents', run: screenCommand('incidents') }],
  }),
  defineAction({
    id: 'open-cost',
    commands: [{ name: 'cost', usage: 'cost [NAME]', arguments: ['session'], run: screenOrTabCommand('cost', 6) }],
  }),
  defineAction({
    id: 'open-logs',
    commands: [{ name: 'logs', usage: 'logs [NAME]', arguments: ['session'], run: screenOrTabCommand('logs', 3) }],
  }),
  defineAction({
    id: 'open-chats',
    commands: [{ name: 'chats', usage: 'chats [NAME]', arguments: ['session'], run: screenOrTabCommand('chats', 2) }],
  }),
  defineAction({
    id: 'open-events',
    commands: [{ name: 'events', usage: 'events [NAME]', arguments: ['session'], run: tabCommand(4) }],
  }),
] as const;
