/**
 * The one table of keys: it makes the behaviour, the footers, the help screen and the documentation (screens.md, section 11).
 * Unbound on purpose: H J K L (caps lock), d u (slips), dead keys of ABNT2, ctrl+w t n, ctrl+a b, ctrl+s q.
 */

export type KeyScreen =
  | 'fleet'
  | 'session'
  | 'chats'
  | 'drafts'
  | 'logs'
  | 'events'
  | 'settings'
  | 'cost'
  | 'incidents'
  | 'qr-wall'
  | 'first-run';

export type ActionId =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'first'
  | 'last'
  | 'half-up'
  | 'half-down'
  | 'open'
  | 'back'
  | 'next-pane'
  | 'previous-pane'
  | 'screen-1'
  | 'screen-2'
  | 'screen-3'
  | 'screen-4'
  | 'screen-5'
  | 'screen-6'
  | 'filter'
  | 'next-match'
  | 'previous-match'
  | 'command'
  | 'help'
  | 'mark'
  | 'mark-all'
  | 'trouble-only'
  | 'sort'
  | 'group'
  | 'start'
  | 'create'
  | 'pair'
  | 'link'
  | 'settings'
  | 'prompt'
  | 'try'
  | 'why'
  | 'check'
  | 'copy'
  | 'qr'
  | 'follow'
  | 'wrap'
  | 'fewer'
  | 'more'
  | 'pause'
  | 'approve'
  | 'edit-draft'
  | 'drop-draft'
  | 'stop'
  | 'restart'
  | 'logout'
  | 'delete'
  | 'suspend'
  | 'redraw'
  | 'quit';

/** `ask`: y or n, when a target is connected or there are several. `name`: the name (or the number of targets) is typed. */
export type Guard = 'ask' | 'name';
export type HelpSection = 'move' | 'look' | 'act' | 'stops' | 'forever';

export interface Binding {
  readonly action: ActionId;
  /** Names as `keyName` gives them; the first one is shown in footers. */
  readonly keys: readonly string[];
  readonly on: readonly KeyScreen[] | 'all';
  readonly guard?: Guard;
  /** Also runs when several characters come in one read outside a field: nothing but the cursor moves. */
  readonly moves?: true;
  /** Where the help screen lists it and under which keys; bindings without it share the row of the one before. */
  readonly help?: { readonly section: HelpSection; readonly keys: string; readonly onlyInAll?: true };
}

const fleetAndSession: readonly KeyScreen[] = [
  'fleet',
  'session',
  'chats',
  'drafts',
  'logs',
  'events',
  'settings',
  'cost',
  'qr-wall',
];

export const bindings: readonly Binding[] = [
  { action: 'up', keys: ['k', 'up'], on: 'all', moves: true, help: { section: 'move', keys: 'j k, arrows' } },
  { action: 'down', keys: ['j', 'down'], on: 'all', moves: true },
  { action: 'left', keys: ['h', 'left'], on: 'all', moves: true, help: { section: 'move', keys: 'h l, arrows' } },
  { action: 'right', keys: ['l', 'right'], on: 'all', moves: true },
  { action: 'first', keys: ['g', 'home'], on: 'all', moves: true, help: { section: 'move', keys: 'g G' } },
  { action: 'last', keys: ['G', 'end'], on: 'all', moves: true },
  {
    action: 'half-up',
    keys: ['ctrl+u', 'pgup'],
    on: 'all',
    moves: true,
    help: { section: 'move', keys: 'ctrl+u ctrl+d' },
  },
  { action: 'half-down', keys: ['ctrl+d', 'pgdn'], on: 'all', moves: true },
  { action: 'filter', keys: ['/'], on: ['fleet', 'chats', 'logs', 'events'], help: { section: 'move', keys: '/' } },
  { action: 'next-match', keys: ['n'], on: 'all', help: { section: 'move', keys: 'n N' } },
  { action: 'previous-match', keys: ['N'], on: 'all' },
  { action: 'trouble-only', keys: ['!'], on: ['fleet'], help: { section: 'move', keys: '!' } },
  { action: 'sort', keys: ['o'], on: ['fleet'], help: { section: 'move', keys: 'o' } },
  { action: 'group', keys: ['b'], on: ['fleet'], help: { section: 'move', keys: 'b' } },
  { action: 'mark', keys: ['space'], on: ['fleet'], help: { section: 'move', keys: 'space a' } },
  { action: 'mark-all', keys: ['a'], on: ['fleet'] },
  { action: 'next-pane', keys: ['tab'], on: 'all', help: { section: 'move', keys: 'tab' } },
  { action: 'previous-pane', keys: ['shift+tab'], on: 'all' },
  { action: 'back', keys: ['esc'], on: 'all', help: { section: 'move', keys: 'esc' } },
  { action: 'open', keys: ['enter'], on: 'all', help: { section: 'look', keys: 'enter' } },
  { action: 'why', keys: ['x'], on: 'all', help: { section: 'look', keys: 'x' } },
  { action: 'try', keys: ['t'], on: fleetAndSession, help: { section: 'look', keys: 't' } },
  { action: 'qr', keys: ['v'], on: 'all', help: { section: 'look', keys: 'v' } },
  { action: 'copy', keys: ['y'], on: 'all', help: { section: 'look', keys: 'y' } },
  { action: 'check', keys: ['r'], on: 'all', help: { section: 'look', keys: 'r' } },
  { action: 'screen-1', keys: ['1'], on: 'all', help: { section: 'look', keys: '1-6' } },
  { action: 'screen-2', keys: ['2'], on: 'all' },
  { action: 'screen-3', keys: ['3'], on: 'all' },
  { action: 'screen-4', keys: ['4'], on: 'all' },
  { action: 'screen-5', keys: ['5'], on: 'all' },
  { action: 'screen-6', keys: ['6'], on: 'all' },
  { action: 'follow', keys: ['f'], on: ['chats', 'logs', 'events'], help: { section: 'look', keys: 'f' } },
  { action: 'wrap', keys: ['w'], on: ['chats', 'logs', 'events'], help: { section: 'look', keys: 'w' } },
  { action: 'fewer', keys: ['['], on: ['logs', 'events'], help: { section: 'look', keys: '[ ]' } },
  { action: 'more', keys: [']'], on: ['logs', 'events'] },
  { action: 'start', keys: ['s'], on: fleetAndSession, help: { section: 'act', keys: 's' } },
  { action: 'create', keys: ['c'], on: fleetAndSession, help: { section: 'act', keys: 'c' } },
  { action: 'edit-draft', keys: ['e'], on: ['drafts'], help: { section: 'act', keys: 'e' } },
  { action: 'settings', keys: ['e'], on: fleetAndSession, help: { section: 'act', keys: 'e' } },
  { action: 'prompt', keys: ['E'], on: fleetAndSession, help: { section: 'act', keys: 'E' } },
  { action: 'pair', keys: ['p'], on: fleetAndSession, help: { section: 'act', keys: 'p' } },
  { action: 'link', keys: ['i'], on: fleetAndSession, help: { section: 'act', keys: 'i' } },
  { action: 'approve', keys: ['A'], on: ['drafts'], help: { section: 'act', keys: 'A' } },
  { action: 'drop-draft', keys: ['X'], on: ['drafts'], guard: 'ask', help: { section: 'act', keys: 'X' } },
  { action: 'stop', keys: ['S'], on: fleetAndSession, guard: 'ask', help: { section: 'stops', keys: 'S' } },
  { action: 'restart', keys: ['R'], on: fleetAndSession, guard: 'ask', help: { section: 'stops', keys: 'R' } },
  { action: 'pause', keys: ['P'], on: fleetAndSession, guard: 'ask', help: { section: 'stops', keys: 'P' } },
  { action: 'logout', keys: ['U'], on: fleetAndSession, guard: 'name', help: { section: 'forever', keys: 'U' } },
  { action: 'delete', keys: ['D'], on: fleetAndSession, guard: 'name', help: { section: 'forever', keys: 'D' } },
  { action: 'command', keys: [':'], on: 'all', help: { section: 'act', keys: ':' } },
  { action: 'help', keys: ['?'], on: 'all' },
  { action: 'suspend', keys: ['ctrl+z'], on: 'all', help: { section: 'move', keys: 'ctrl+z ctrl+l', onlyInAll: true } },
  { action: 'redraw', keys: ['ctrl+l'], on: 'all' },
  { action: 'quit', keys: ['q', 'ctrl+c'], on: 'all', help: { section: 'look', keys: 'q', onlyInAll: true } },
];

/** The part of Ink's key report that we read. */
export interface KeyReport {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly meta: boolean;
}

/** The name of one key press, e.g. `j`, `up`, `ctrl+u`, `shift+tab`, `space`; empty for what we do not bind (alt, function keys). */
export const keyName = (input: string, key: KeyReport): string => {
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pgup';
  if (key.pageDown) return 'pgdn';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.return || input === '\r' || input === '\n') return 'enter';
  if (key.tab || input === '\t') return key.shift ? 'shift+tab' : 'tab';
  if (key.escape) return 'esc';
  if (key.backspace || key.delete) return key.delete && !key.backspace ? 'delete' : 'backspace';
  if (key.meta) return '';
  if (key.ctrl) return input === '' ? '' : `ctrl+${input}`;
  return input === ' ' ? 'space' : input;
};

/** What a key does on these screens; the first screen is the innermost one, and wins. */
export const actionFor = (name: string, screens: readonly KeyScreen[]): Binding | null => {
  for (const screen of screens) {
    const found = bindings.find(({ keys, on }) => on !== 'all' && on.includes(screen) && keys.includes(name));
    if (found !== undefined) return found;
  }
  return bindings.find(({ keys, on }) => on === 'all' && keys.includes(name)) ?? null;
};

/** The key that a footer shows for an action. */
export const keyOf = (action: ActionId): string => {
  const found = bindings.find((binding) => binding.action === action);
  return found?.keys[0] ?? '';
};

/** Every binding that a screen offers, for the help screen. */
export const bindingsOn = (screens: readonly KeyScreen[]): readonly Binding[] =>
  bindings.filter(({ on }) => on === 'all' || on.some((screen) => screens.includes(screen)));
