import { back } from './back.ts';
import { canary } from './canary.ts';
import { check } from './check.ts';
import { columns } from './columns.ts';
import { command } from './command.ts';
import { copy } from './copy.ts';
import { create } from './create.ts';
import { remove } from './delete.ts';
import { dismissSilence } from './dismiss-silence.ts';
import { drafts } from './drafts.ts';
import { filter } from './filter.ts';
import { first } from './first.ts';
import { follow } from './follow.ts';
import { goTo } from './go-to-session.ts';
import { group } from './group.ts';
import { help } from './help.ts';
import { lang } from './lang.ts';
import { lessons } from './lessons.ts';
import { levels } from './levels.ts';
import { link } from './link.ts';
import { loglevel } from './loglevel.ts';
import { logout } from './logout.ts';
import { marks } from './marks.ts';
import { master } from './master.ts';
import { matches } from './matches.ts';
import { mouse } from './mouse.ts';
import { move } from './move-session.ts';
import { moves } from './moves.ts';
import { nodes } from './nodes.ts';
import { open } from './open.ts';
import { pair } from './pair.ts';
import { panes } from './panes.ts';
import { pause } from './pause.ts';
import { places } from './places.ts';
import { probe } from './probe.ts';
import { programs } from './programs.ts';
import { prompt } from './prompt.ts';
import { proposal } from './proposal.ts';
import { qr } from './qr.ts';
import { quit } from './quit.ts';
import { rehearsal } from './rehearsal.ts';
import { reset } from './reset.ts';
import { restart } from './restart.ts';
import { revoke } from './revoke.ts';
import { rollback } from './rollback.ts';
import { screenNames, screenNumbers } from './screens.ts';
import { send } from './send.ts';
import { settings } from './settings.ts';
import { sort } from './sort.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { terminalKeys } from './terminal.ts';
import { theme } from './theme.ts';
import { troubleOnly } from './trouble-only.ts';
import { tryOut } from './try.ts';
import { watch } from './watch.ts';
import { why } from './why.ts';
import { wrap } from './wrap.ts';

/**
 * Everything that a person can do, one line each. Keys, footers, the help screen, the commands of the `:` line (in this order) and
 * `docs/keys.md` are made from it.
 */
export const registry = [
  create,
  start,
  stop,
  restart,
  move,
  logout,
  remove,
  reset,
  pause,
  watch,
  pair,
  link,
  revoke,
  check,
  probe,
  why,
  send,
  settings,
  prompt,
  rollback,
  ...rehearsal,
  ...proposal,
  ...canary,
  ...places,
  loglevel,
  ...screenNames,
  ...nodes,
  qr,
  first,
  tryOut,
  ...programs,
  master,
  lang,
  theme,
  mouse,
  ...columns,
  help,
  quit,
  ...moves,
  ...matches,
  ...panes,
  ...marks,
  ...screenNumbers,
  ...levels,
  ...drafts,
  dismissSilence,
  ...lessons,
  filter,
  troubleOnly,
  sort,
  group,
  back,
  open,
  goTo,
  copy,
  follow,
  wrap,
  command,
  ...terminalKeys,
] as const;

export type RegisteredAction = (typeof registry)[number];
export type ActionId = RegisteredAction['id'];
