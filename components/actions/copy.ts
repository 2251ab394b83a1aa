import type { SessionRow } from '../../src/protocol/fleet.ts';
import { qrMatrix } from '../../src/qr/qr-matrix.ts';
import { at } from '../keys/footers.ts';
import { chatName } from '../view-models/chats/chats.ts';
import { isForClient } from '../view-models/client-text.ts';
import { qrTier } from '../view-models/qr-tier.ts';
import { detailCell } from '../view-models/session-cells.ts';
import { pictureCommand } from '../view-models/session-linking.ts';
import { settingWords } from '../view-models/settings/settings.ts';
import type { View } from '../view-models/view.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { called } from './core/called.ts';
import type { Context } from './core/contexts.ts';
import { copyLesson } from './lessons.ts';
import { linkSession, textForClient } from './link.ts';

/** What helps: where only the client's phone does, a text for the client; else the row. */
const copySession = (act: Actions, row: SessionRow, view: View): void => {
  if (isForClient(row)) textForClient(act, row);
  else act.copy(`${row.name}  ${view.t.verdict[row.verdict]}  ${detailCell(row, view, true)}`, called(act, row.name));
};

const copyIncident = ({ act, view, incident }: Context<'incident'>): void => {
  if (incident === undefined) act.notify(view.t.result.nothingToCopy);
  else act.copy(incident.clientText, view.t.incident.forClients);
};

const copyItem = ({ act, view, item, row }: Context<'fleet'>): void => {
  if (item?.kind === 'incident') act.copy(item.incident.clientText, view.t.incident.forClients);
  else if (row !== null) copySession(act, row, view);
};

/** While a phone is waited for, what gets it linked: the link where a code is shown, the command for a picture where none fits. */
const copyOverview = ({ act, view, row }: Context<'session'>): void => {
  if (row === null) return;

  const payload = row.qr?.payload ?? null;
  const fits = payload !== null && qrTier(view, qrMatrix(payload).length, false).kind !== 'none';
  if (fits || row.pairing !== null) linkSession(act, row);
  else if (payload !== null) act.copy(pictureCommand(row), pictureCommand(row));
  else copySession(act, row, view);
};

const copyLastMessage = ({ act, view, chat, messages }: Context<'conversation'>): void => {
  const last = messages.at(-1);
  if (last === undefined) act.notify(view.t.result.nothingToCopy);
  else act.copy(last.text, chatName(chat));
};

export const copy = defineAction({
  id: 'copy',
  key: { names: ['y'], on: 'all', help: { section: 'look', place: 5, keys: 'y' } },
  footer: {
    code: at(4, 6, 'copy'),
    chats: at(6, 7, 'copy'),
    conversation: at(4, 6, 'copy'),
    drafts: at(4, 6, 'copy'),
    pager: at(5, 6, 'copy'),
    incidents: at(1, 2, 'copy'),
    instructions: at(4, 4, 'copy'),
    settings: at(5, 6, 'copy'),
    lessons: at(3, 3, 'copy'),
    cost: at(1.5, 6, 'copyCsv'),
  },
  run: {
    fleet: copyItem,
    costOf: ({ act, csv }) => act.copy(csv(), 'CSV'),
    session: copyOverview,
    qrWall: ({ act, row }) => {
      if (row !== null) linkSession(act, row);
    },
    conversation: copyLastMessage,
    chat: ({ act, chat }) => {
      if (chat !== undefined) act.copy(`${chatName(chat)} ${chat.phone ?? ''}`.trim(), chatName(chat));
    },
    lesson: copyLesson,
    draft: ({ act, view, draft }) => {
      if (draft !== undefined) act.copy(draft.text, view.t.foot.drafts.long);
    },
    incident: copyIncident,
    entries: ({ act, view, visible }) => act.copy(visible(), view.t.pager.visible),
    setting: ({ act, view, setting }) => {
      if (setting !== null) act.copy(`${setting.key} ${setting.value}`, settingWords(setting.key, view).name);
    },
    instructions: ({ act, view, name, version }) => {
      if (version !== undefined) act.copy(version.text, view.t.prompt.history(name));
    },
  },
});
