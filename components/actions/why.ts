import type { SessionRow } from '../../src/protocol/fleet.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { isLeftVerdict } from '../../src/session/verdict.ts';
import { at, onRows } from '../keys/footers.ts';
import { age, countdown } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { chatName, chatWhy } from '../view-models/chats/chats.ts';
import { draftName } from '../view-models/chats/drafts.ts';
import { clientText, isForClient } from '../view-models/client-text.ts';
import { customerParts } from '../view-models/customers.ts';
import { eventLook } from '../view-models/event-look.ts';
import { activeIncident } from '../view-models/fleet/banners.ts';
import { incidentDetails } from '../view-models/incidents.ts';
import { aiReasonOf, detailCell, isTrouble, reasonOf } from '../view-models/session-cells.ts';
import { eventText } from '../view-models/told.ts';
import { turnLines, turnWords } from '../view-models/turns.ts';
import type { View } from '../view-models/view.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import type { Context } from './core/contexts.ts';
import { withOne } from './core/cursor-sessions.ts';
import { onFirstNamed } from './core/named-sessions.ts';
import { textForClient } from './link.ts';

const stateLines = (row: SessionRow, view: View): readonly string[] => {
  const { t, now, calendar } = view;
  const [detail, reason] = [detailCell(row, view, true), reasonOf(row, view)];
  const aiReason = row.ai.reason === null ? null : plainText(row.ai.reason);
  return [
    `${t.verdict[row.verdict]}  ${t.why.since(calendar.when(row.since, now), age(now - row.since))}`,
    detail,
    // Where the row has nothing else to show it shows its reason.
    ...(reason === '' || reason === detail ? [] : [`${t.why.reason}: ${reason}`]),
    ...(row.reasonCode === null ? [] : [`${t.why.code}: ${plainText(row.reasonCode)}`]),
    t.why.desired(row.desiredState),
    ...(aiReason === null
      ? []
      : [`${t.why.ai}: ${aiReasonOf(row, view)}`, ...(aiReasonOf(row, view) === aiReason ? [] : [`   ${aiReason}`])]),
    ...(row.nextTryAt !== null && row.nextTryAt > now ? [t.why.nextTry(countdown(row.nextTryAt - now))] : []),
    t.why.restarts(row.restarts),
  ];
};

/** A session that only its group knows, because its server is gone, is no master's: there is its state and nothing more. */
const orNothing = async <T>(row: SessionRow, question: Promise<T>, nothing: T): Promise<T> => {
  try {
    return await question;
  } catch (error) {
    if (isLeftVerdict(row.verdict) && error instanceof FleetError && error.code === 'no-such-session') return nothing;
    throw error;
  }
};

/** Why a session is as it is: its state in words, its last events and answers. */
const whySession = (act: Actions, row: SessionRow, view: View): void => {
  const { t, now, calendar } = view;
  const state = stateLines(row, view);
  act.open({
    kind: 'info',
    title: t.dialog.whyTitle(plainText(row.label) || row.name),
    copy: isForClient(row) ? () => textForClient(act, row) : null,
    load: async () => {
      const [{ events }, { turns }, customers] = await Promise.all([
        orNothing(row, act.request('events', { name: row.name, limit: 12 }), { events: [] }),
        orNothing(row, act.request('why', { name: row.name, limit: 3 }), { turns: [] }),
        orNothing(row, act.request('silences', { name: row.name }), { silent: [], asking: [] }),
      ]);
      return [
        ...state,
        ...(isForClient(row) ? [`y ${t.inspect.copies}${clientText(row, view, glyph.more)}`] : []),
        ...customerParts(customers, view).flatMap(({ title, words }) => ['', `-- ${title} --`, ...words]),
        ...(events.length === 0 ? [] : ['', `-- ${t.why.last} --`]),
        ...events.map((event) => `${calendar.when(event.at, now)}  ${eventLook(event)[0]} ${eventText(event, view)}`),
        ...(turns.length === 0 ? [] : ['', `-- ${t.why.turns} --`, ...turns.flatMap((turn) => turnLines(turn, view))]),
      ];
    },
  });
};

/** While an incident runs its banner says `x details`: only a row with trouble of its own comes before it. */
const whyFleet = (context: Context<'fleet'>): void => {
  const { act, view, row } = context;
  const inTrouble = row !== null && isTrouble(row);
  if (activeIncident(view) !== null && !inTrouble) act.go({ screen: 'incidents' });
  else withOne(whySession)({ act, view, one: row, many: [] });
};

/** How the last answers in this chat came about. */
const whyChat = ({ act, view, chat }: Context<'chat'>): boolean => {
  if (chat === undefined) return false;

  act.open({
    kind: 'info',
    title: view.t.dialog.whyTitle(chatName(chat)),
    copy: null,
    load: async () => {
      const { turns } = await act.request('why', { name: chat.sessionName, chat: chat.chatId, limit: 5 });
      const standing = chatWhy(chat, view);
      return [...standing, ...(standing.length === 0 ? [] : ['']), ...turnWords(turns, view)];
    },
  });
  return true;
};

/** How the answer that waits for a yes came about; where its turn is not stored any more, how the last ones in its chat did. */
const whyDraft = ({ act, view, draft }: Context<'draft'>): void => {
  if (draft === undefined) return;

  act.open({
    kind: 'info',
    title: view.t.dialog.whyTitle(draftName(draft)),
    copy: null,
    load: async () => {
      const { turns } = await act.request('why', { name: draft.sessionName, chat: draft.chatId, limit: 10 });
      const own = turns.filter(({ turnId }) => turnId === draft.turnId);
      return turnWords(own.length === 0 ? turns : own, view);
    },
  });
};

const whyIncident = ({ act, view, incident }: Context<'incident'>): void => {
  if (incident === undefined) return;

  act.open({
    kind: 'info',
    title: view.t.dialog.whyTitle(view.t.incident.title(Math.floor(incident.id))),
    copy: incident.clientText,
    load: async () => incidentDetails(incident, view).map((line) => line.map(({ text }) => text).join('')),
  });
};

export const why = defineAction({
  id: 'why',
  key: { names: ['x'], on: 'all', help: { section: 'look', place: 2, keys: 'x' } },
  footer: {
    ...onRows(['linking', 'code-closed', 'stopped', 'running'], at(4, 3, 'why')),
    ...onRows(['banned', 'gave-up', 'wrong-number', 'moving'], at(1, 1, 'why')),
    'left-behind': at(2, 2, 'why'),
    chats: at(2, 2, 'why'),
    conversation: at(1, 1, 'why'),
    drafts: at(3.5, 4, 'why'),
    incidents: at(2, 3, 'why'),
  },
  commands: [{ name: 'why', usage: 'why [NAME]', arguments: ['session'], run: onFirstNamed(whySession) }],
  run: { sessions: withOne(whySession), fleet: whyFleet, chat: whyChat, draft: whyDraft, incident: whyIncident },
});
