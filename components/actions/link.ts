import type { SessionRow } from '../../src/protocol/fleet.ts';
import { linksOpenOnlyHere } from '../../src/session/link-reach.ts';
import { at, onRows } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { countdown } from '../paint/format.ts';
import { clientText } from '../view-models/client-text.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { called } from './core/called.ts';
import { withOne } from './core/cursor-sessions.ts';
import { onFirstNamed } from './core/named-sessions.ts';
import { actor } from './core/session-requests.ts';

/** The link alone, or the text that is sent to the client with the link in it. */
type Copied = 'link' | 'text';

/** A link that shows a client the live code of their session; copied, and shown with how long it is valid. */
const makeLink = (act: Actions, row: SessionRow, copied: Copied): void => {
  const t = act.texts();
  act.run(t.foot.link.long, called(act, row.name), async () => {
    // Who was logged out shows no code before somebody asks for one.
    if (row.verdict === 'logged_out') await act.request('newCodes', { name: row.name, actor });
    const { url, expiresAt } = await act.request('link', { name: row.name, actor });
    const text = copied === 'link' ? url : clientText(row, { t }, url);
    act.copy(text, t.foot.link.long);

    const left = countdown(expiresAt - act.clock());
    act.open({
      kind: 'info',
      title: t.dialog.linkTitle(called(act, row.name)),
      load: async () => [t.dialog.linkWhat, '', text, '', t.dialog.linkUntil(left), t.dialog.linkTurns],
      copy: text,
    });
    return copied === 'link' ? t.result.linkCopied(url, left) : t.result.textCopied(left);
  });
};

/** A link that only this machine can open is not handed out unasked: no client would see anything. */
const offerLink = (act: Actions, row: SessionRow, copied: Copied): void => {
  const { dialog } = act.texts();
  // Who is connected needs none: the master says so, and nothing is asked before.
  if (row.state === 'connected' || !linksOpenOnlyHere(act.fleet.getSnapshot().fleet)) {
    makeLink(act, row, copied);
    return;
  }

  act.open({
    kind: 'ask',
    title: dialog.linkTitle(called(act, row.name)),
    lines: [dialog.linkOnlyHere, dialog.linkPublicUrl],
    targets: [],
    yes: () => makeLink(act, row, copied),
  });
};

export const linkSession = (act: Actions, row: SessionRow): void => offerLink(act, row, 'link');

export const textForClient = (act: Actions, row: SessionRow): void => offerLink(act, row, 'text');

export const link = defineAction({
  id: 'link',
  key: { names: ['i'], on: fleetAndSession, help: { section: 'act', place: 7, keys: 'i' } },
  footer: { ...onRows(['linking', 'code-closed'], at(3, 6, 'link')), code: at(2, 2, 'link') },
  commands: [{ name: 'link', usage: 'link [NAME]', arguments: ['session'], run: onFirstNamed(linkSession) }],
  run: { sessions: withOne(linkSession) },
});
