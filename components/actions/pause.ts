import type { SessionRow } from '../../src/protocol/fleet.ts';
import { at } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { chatName, isPaused } from '../view-models/chats/chats.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import type { Context } from './core/contexts.ts';
import { withMany } from './core/cursor-sessions.ts';
import { onNamed } from './core/named-sessions.ts';
import { actor, askThenRequest } from './core/session-requests.ts';

/** Pauses what answers; resumes what is paused; in watch mode goes live. */
const pauseSessions = (act: Actions, rows: readonly SessionRow[]): void => {
  const { verb, dialog } = act.texts();
  const answering = rows.filter(({ replies }) => replies === 'on');
  if (answering.length > 0) {
    askThenRequest(act, answering, { verb: verb.pause, what: dialog.pauseWhat }, ({ name }) =>
      act.request('pause', { name, actor }),
    );
    return;
  }

  const drafting = rows.some(({ replies }) => replies === 'draft');
  askThenRequest(
    act,
    rows,
    { verb: verb.resume, what: drafting ? dialog.goLive : dialog.resumeWhat, always: drafting, tone: 'accent' },
    ({ name, id }) =>
      rows.find((row) => row.id === id)?.replies === 'draft'
        ? act.request('watch', { name, on: false, actor })
        : act.request('resume', { name, actor }),
  );
};

/** Pauses or resumes the bot in one chat; asks, because it stops answers or sends them. */
const pauseChat = ({ act, view, chat, reload }: Context<'chat'>): void => {
  if (chat === undefined) return;

  const { verb, dialog } = view.t;
  const paused = isPaused(chat, view.now);
  const doing = paused ? verb.resume : verb.pause;
  const name = chatName(chat);
  act.open({
    kind: 'ask',
    title: dialog.askTitle(doing, name),
    ...(paused ? { tone: 'accent' as const } : {}),
    lines: [paused ? dialog.resumeWhat : dialog.pauseWhat],
    targets: [],
    yes: () =>
      act.run(doing, name, async () => {
        await act.request(paused ? 'resume' : 'pause', { name: chat.sessionName, chat: chat.chatId, actor });
        reload();
        return null;
      }),
  });
};

export const pause = defineAction({
  id: 'pause',
  key: { names: ['P'], on: fleetAndSession, guard: 'ask', help: { section: 'stops', place: 3, keys: 'P' } },
  footer: {
    running: at(8, 6, 'pause'),
    marked: at(4, 4, 'pause'),
    chats: at(3, 3, 'pause'),
    conversation: at(2, 2, 'pause'),
    settings: at(4, 5, 'pause'),
  },
  commands: [
    {
      name: 'pause',
      usage: 'pause [NAME...]',
      arguments: ['session'],
      run: onNamed((act, rows) =>
        pauseSessions(
          act,
          rows.filter(({ replies }) => replies === 'on'),
        ),
      ),
    },
    {
      name: 'resume',
      usage: 'resume [NAME...]',
      arguments: ['session'],
      run: onNamed((act, rows) =>
        pauseSessions(
          act,
          rows.filter(({ replies }) => replies !== 'on'),
        ),
      ),
    },
  ],
  run: { sessions: withMany(pauseSessions), chat: pauseChat },
});
