import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import type { SessionBook } from '../../orchestrator/state/session-book.ts';
import type { StaysBehind } from '../../session/group-node.ts';
import type { Store } from '../../store/store.ts';

/**
 * What a session's bot has in its hands, in figures. Without a key of the group it is in this server's store alone, so whoever moves the
 * session is told what is missing there; with one it travels, and what did not come is told all the same.
 */

type Hands = Pick<Store, 'tools' | 'sendFiles'>;

export const staysBehind = (
  { tools, sendFiles }: Hands,
  { id, knowledge }: { readonly id: string; readonly knowledge: number },
): StaysBehind & { readonly sends: number } => ({
  tools: tools.list(id).length,
  files: knowledge,
  sends: sendFiles.list(id).length,
});

/** At the server that it left. */
export const tellLeft = (
  { book, store }: { readonly book: SessionBook; readonly store: Hands },
  session: ManagedSession,
  to: string,
): void => {
  const { tools, files, sends } = staysBehind(store, session.stored);
  if (tools + files + sends === 0) return;
  book.record(session, {
    level: 'warn',
    kind: 'left-behind',
    text: `its tools (${tools}), the files that it knows (${files}) and those that it sends (${sends}) stayed here: set them on ${to} too`,
    evidence: { tools, files, sends, to },
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
  if (tools + files + sends === 0) return;
  book.record(session, {
    level: 'warn',
    kind: 'not-come-along',
    text: `it had more on ${there.from}: tools (${tools}), files that it knows (${files}) and files that it sends (${sends}) are missing here. Set them: zap-fleet tool add, zap-fleet knowledge add, zap-fleet files add`,
    evidence: { tools, files, sends, from: there.from },
  });
};
