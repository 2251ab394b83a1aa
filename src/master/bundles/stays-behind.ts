import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import type { SessionBook } from '../../orchestrator/state/session-book.ts';
import type { StaysBehind } from '../../session/group-node.ts';
import type { Store } from '../../store/store.ts';

/** Tools and files of a session: they are in this server's store alone, so whoever moves it is told what is missing there. */

export const staysBehind = (
  { tools }: Pick<Store, 'tools'>,
  { id, knowledge }: { readonly id: string; readonly knowledge: number },
): StaysBehind => ({ tools: tools.list(id).length, files: knowledge });

export const staysNothing = ({ tools, files }: StaysBehind): boolean => tools + files === 0;

/** At the server that it left. */
export const tellLeft = (
  { book, store }: { readonly book: SessionBook; readonly store: Pick<Store, 'tools'> },
  session: ManagedSession,
  to: string,
): void => {
  const { tools, files } = staysBehind(store, session.stored);
  if (tools + files === 0) return;
  book.record(session, {
    level: 'warn',
    kind: 'left-behind',
    text: `its tools (${tools}) and the files that it knows (${files}) stayed here: set them on ${to} too`,
    evidence: { tools, files, to },
  });
};

/** At the server that it came to, when the one before had more of them: also where that server is dead. */
export const tellMissing = (
  { book, store }: { readonly book: SessionBook; readonly store: Pick<Store, 'tools'> },
  session: ManagedSession,
  there: StaysBehind & { readonly from: string },
): void => {
  const here = staysBehind(store, session.stored);
  const tools = Math.max(0, there.tools - here.tools);
  const files = Math.max(0, there.files - here.files);
  if (tools + files === 0) return;
  book.record(session, {
    level: 'warn',
    kind: 'not-come-along',
    text: `it had more on ${there.from}: tools (${tools}) and files that it knows (${files}) are missing here. Set them: zap-fleet tool add, zap-fleet knowledge add`,
    evidence: { tools, files, from: there.from },
  });
};
