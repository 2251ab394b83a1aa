import type { NodeState, SessionRow } from '../../src/protocol/fleet.ts';
import { type Access, covers, type TokenScope } from '../../src/session/access.ts';
import type { View } from '../view-models/view.ts';
import type { Offered } from './core/contexts.ts';
import type { ActionId } from './registry.ts';

/** What each action asks of the token that the door was opened with: what is beyond it is not shown, and says why when it is pressed. */
export const neededScopes: Readonly<Record<ActionId, TokenScope>> = {
  // They look, or change this screen alone.
  back: 'read',
  hide: 'read',
  show: 'read',
  command: 'read',
  copy: 'read',
  filter: 'read',
  follow: 'read',
  'go-to-session': 'read',
  group: 'read',
  help: 'read',
  lang: 'read',
  'open-lessons': 'read',
  fewer: 'read',
  more: 'read',
  mark: 'read',
  'mark-all': 'read',
  'next-match': 'read',
  'previous-match': 'read',
  mouse: 'read',
  up: 'read',
  down: 'read',
  left: 'read',
  right: 'read',
  first: 'read',
  last: 'read',
  'half-up': 'read',
  'half-down': 'read',
  'open-nodes': 'read',
  'open-tools': 'read',
  'open-knowledge': 'read',
  'open-files': 'read',
  'open-hooks': 'read',
  'search-knowledge': 'read',
  open: 'read',
  'next-pane': 'read',
  'previous-pane': 'read',
  'open-proposal': 'read',
  quit: 'read',
  'screen-1': 'read',
  'screen-2': 'read',
  'screen-3': 'read',
  'screen-4': 'read',
  'screen-5': 'read',
  'screen-6': 'read',
  'screen-7': 'read',
  'open-fleet': 'read',
  'open-incidents': 'read',
  'open-cost': 'read',
  'open-logs': 'read',
  'open-chats': 'read',
  'open-events': 'read',
  // The command opens the tab; what it sets is asked for when it is set.
  settings: 'read',
  sort: 'read',
  suspend: 'read',
  redraw: 'read',
  theme: 'read',
  'trouble-only': 'read',
  why: 'read',
  wrap: 'read',
  // Programs of this machine, beside the door.
  demo: 'read',
  doctor: 'read',

  start: 'operate',
  stop: 'operate',
  restart: 'operate',
  pause: 'operate',
  watch: 'operate',
  pair: 'operate',
  link: 'operate',
  revoke: 'operate',
  qr: 'operate',
  check: 'operate',
  send: 'operate',
  try: 'operate',
  'dismiss-silence': 'operate',
  draft: 'operate',
  approve: 'operate',
  'edit-draft': 'operate',
  'drop-draft': 'operate',
  'hide-lesson': 'operate',
  probe: 'operate',
  rehearse: 'operate',
  'stop-rehearsal': 'operate',
  'resume-rehearsal': 'operate',
  'make-case': 'operate',
  'ask-proposal': 'operate',
  'resume-proposal': 'operate',
  'roll-back-canary': 'operate',

  create: 'admin',
  'first-steps': 'admin',
  delete: 'admin',
  logout: 'admin',
  reset: 'admin',
  move: 'admin',
  drain: 'admin',
  undrain: 'admin',
  prompt: 'admin',
  rollback: 'admin',
  'publish-rehearsal': 'admin',
  'publish-proposal': 'admin',
  'drop-proposal': 'admin',
  canary: 'admin',
  'promote-canary': 'admin',
  loglevel: 'admin',
  master: 'admin',
  'add-one': 'admin',
  'change-one': 'admin',
  'try-one': 'admin',
  'give-secret': 'admin',
  'send-again': 'operate',
  'remove-one': 'admin',
};

/** Commands of the `:` line that only open the screen of what their key does. */
const onlyOpens: ReadonlySet<string> = new Set(['canary', 'rehearse']);
export const scopeOfCommand = (id: ActionId): TokenScope => (onlyOpens.has(id) ? 'read' : neededScopes[id]);

type Doors = Pick<View['snapshot'], 'fleet' | 'nodes'>;

/** Of the door behind each node; undefined: everything. */
const accessOf = ({ fleet, nodes }: Doors): readonly (Access | undefined)[] =>
  nodes === undefined ? [fleet.access] : nodes.map(({ access }) => access);

/** The most that any of the doors allows: what none does is not shown. */
export const widestScope = (doors: Doors): TokenScope => {
  const scopes = accessOf(doors).map((access) => access?.scope ?? 'admin');
  if (scopes.includes('admin')) return 'admin';
  return scopes.includes('operate') ? 'operate' : 'read';
};

const nodeOf = (nodes: readonly NodeState[], row: SessionRow): NodeState | undefined =>
  nodes.find(({ name }) => name === row.node);

/** The token that does not reach as far for one of these sessions, or for any where none is meant; null: it may be done. */
export const tooNarrow = (doors: Doors, rows: readonly SessionRow[], wanted: TokenScope): Access | null => {
  const { fleet, nodes } = doors;
  const asked =
    nodes === undefined ? [fleet.access] : rows.length === 0 ? null : rows.map((row) => nodeOf(nodes, row)?.access);
  if (asked === null) {
    const all = accessOf(doors);
    return all.some((access) => access === undefined || covers(access.scope, wanted)) ? null : (all[0] ?? null);
  }
  return asked.find((access) => access !== undefined && !covers(access.scope, wanted)) ?? null;
};

/** The sessions that an action would be about where it runs. */
export const rowsOffered = ({ sessions, session, fleet, qrWall, costOf }: Offered): readonly SessionRow[] => {
  if (sessions !== undefined && sessions.many.length > 0) return sessions.many;
  const row = sessions?.one ?? session?.row ?? fleet?.row ?? qrWall?.row ?? costOf?.row ?? null;
  return row === null ? [] : [row];
};

/** The sessions that a command without a name means there: also the one whose chat or draft is under the cursor. */
export const rowsMeant = (offered: Offered, sessions: readonly SessionRow[]): readonly SessionRow[] => {
  const rows = rowsOffered(offered);
  const name = offered.chat?.chat?.sessionName ?? offered.draft?.draft?.sessionName;
  return rows.length > 0 || name === undefined ? rows : sessions.filter((row) => row.name === name);
};

/** Why it may not be done, as this person reads it; null: it may. */
export const refusalOf = ({ snapshot, t }: View, rows: readonly SessionRow[], wanted: TokenScope): string | null => {
  const access = tooNarrow(snapshot, rows, wanted);
  return access === null ? null : t.result.mayNot(access.token, access.scope, wanted);
};
