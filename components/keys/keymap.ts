import type { HelpRow } from './help-rows.ts';

/** Which key does what where, and how a press finds it. The table itself is made from `components/actions/registry.ts`. */

export type KeyScreen =
  | 'fleet'
  | 'session'
  | 'chats'
  | 'drafts'
  | 'logs'
  | 'events'
  | 'settings'
  | 'cost'
  | 'lessons'
  | 'incidents'
  | 'nodes'
  | 'rehearsal'
  | 'proposal'
  | 'canary'
  | 'tools'
  | 'knowledge'
  | 'files'
  | 'hooks'
  | 'qr-wall'
  | 'first-run';

/** The fleet and everything that belongs to one session. */
export const fleetAndSession: readonly KeyScreen[] = [
  'fleet',
  'session',
  'chats',
  'drafts',
  'logs',
  'events',
  'settings',
  'cost',
  'lessons',
  'qr-wall',
];

/** `ask`: y or n, when a target is connected or there are several. `name`: the name (or the number of targets) is typed. */
export type Guard = 'ask' | 'name';

export interface Binding<Id extends string = string> {
  readonly action: Id;
  /** Names as `keyName` gives them; the first one is shown in footers. */
  readonly keys: readonly string[];
  readonly on: readonly KeyScreen[] | 'all';
  readonly guard?: Guard;
  /** Also runs when several characters come in one read outside a field: nothing but the cursor moves. */
  readonly moves?: true;
  /** Also runs as the first of several characters in one read: it opens a field, and the others are typed into that. */
  readonly opensField?: true;
  /** Where the help screen lists it; absent: it shares the row of the action that `helpWith` names. */
  readonly help?: HelpRow;
  readonly helpWith?: string;
}

/** What a key does on these screens; the first screen is the innermost one, and wins. On one screen the narrowest binding wins. */
export const bindingFor = <B extends Binding>(
  bindings: readonly B[],
  name: string,
  screens: readonly KeyScreen[],
): B | null => {
  const offered = bindings.filter(({ keys }) => keys.includes(name));
  for (const screen of screens) {
    const here = offered.filter(({ on }) => on !== 'all' && on.includes(screen));
    const narrowest = here.sort((a, b) => a.on.length - b.on.length)[0];
    if (narrowest !== undefined) return narrowest;
  }

  return offered.find(({ on }) => on === 'all') ?? null;
};
