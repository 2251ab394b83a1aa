import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import type { SessionBook } from '../../orchestrator/state/session-book.ts';
import type { InHand, StaysBehind } from '../../session/group-node.ts';
import type { Store } from '../../store/store.ts';

/**
 * What a session's bot has in its hands, in figures. Without a key of the group it is in this server's store alone, so whoever moves the
 * session is told what is missing there; with one it travels, and what did not come is told all the same.
 */

type Hands = Pick<Store, 'tools' | 'sendFiles' | 'hooks'>;

export const staysBehind = (
  { tools, sendFiles, hooks }: Hands,
  { id, knowledge }: { readonly id: string; readonly knowledge: number },
): InHand => ({
  tools: tools.list(id).length,
  files: knowledge,
  sends: sendFiles.list(id).length,
  hooks: hooks.list(id).length,
});

/** At the server that it left. */
export const tellLeft = (
  { book, store }: { readonly book: SessionBook; readonly store: Hands },
  session: ManagedSession,
  to: string,
): void => {
  const { tools, files, sends, hooks } = staysBehind(store, session.stored);
  if (tools + files + sends + hooks === 0) return;
  book.record(session, {
    level: 'warn',
    kind: 'left-behind',
    text: `its tools (${tools}), the files that it knows (${files}), those that it sends (${sends}) and its hooks (${hooks}) stayed here: set them on ${to} too`,
    evidence: { tools, files, sends, hooks, to },
  });
};

/** At the server that it came to, when the one before had more of them: also where that server is dead. */
export const tellMissing = (
  { book, store }: { readonly book: SessionBook; readonly store: Hands },
  session: ManagedSession,
  there: StaysBehind & { readonly from: string },
): void => {
  const here = staysBehind(store, session.stored);
  const tools = Math.max(0, there.tools - here.tools);
  const files = Math.max(0, there.files - here.files);
  const sends = Math.max(0, (there.sends ?? 0) - here.sends);
  const hooks = Math.max(0, (there.hooks ?? 0) - here.hooks);
  if (tools + files + sends + hooks === 0) return;
  book.record(session, {
    level: 'warn',
    kind: 'not-come-along',
    text: `it had more on ${there.from}: tools (${tools}), files that it knows (${files}), files that it sends (${sends}) and hooks (${hooks}) are missing here. Set them: zap-fleet tool add, zap-fleet knowledge add, zap-fleet files add, zap-fleet hook add`,
    evidence: { tools, files, sends, hooks, from: there.from },
  });
};
