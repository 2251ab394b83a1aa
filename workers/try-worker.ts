import process from 'node:process';
import { type FromTry, toTrySchema } from '../src/protocol/try.ts';
import { FleetError, messageOf } from '../src/session/fleet-error.ts';
import { plainText } from '../src/session/plain-text.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import { loadSettings } from '../src/settings/load-settings.ts';
import { openStore } from '../src/store/store.ts';
import { createTryConversation } from './session/try-conversation.ts';
import { openTalk } from './session/try-open.ts';
import type { TalkShow } from './session/try-talk.ts';
import { createTryView, type TryViewMaker } from './session/try-view.ts';

/**
 * The process behind a test at the dashboard (src/master/try-room.ts): a session's AI, instructions and rhythm, without a phone. It ends
 * when the master lets go of it.
 */

const tell = (message: FromTry): void => {
  if (process.connected) process.send?.(message);
};

const wordsOf = (text: string): number => text.split(/\s+/u).filter((word) => word !== '').length;

/** The talk shows its first remarks before its view can be made: they need what the talk knows of its session. */
const lateShow = (view: () => TryViewMaker): TalkShow => ({
  note: (text) => view().show.note(text),
  open: (isOpen) => view().show.open(isOpen),
  asking: () => view().show.asking(),
  asked: (took, cost) => view().show.asked(took, cost),
  failed: (reason, took, cost) => view().show.failed(reason, took, cost),
  filtered: (removed) => view().show.filtered(removed),
  split: (parts) => view().show.split(parts),
  typing: (part) => view().show.typing(part),
  said: (part) => view().show.said(part),
  ended: (facts) => view().show.ended(facts),
  handedOver: (asked, cost) => view().show.handedOver(asked, cost),
});

const run = (): void => {
  const { settings, secrets, paths } = loadSettings({
    env: process.env,
    cwd: process.env['FLEET_HOME'] ?? '/',
    home: process.env['FLEET_HOME'] ?? '/',
  });
  const name = parseSessionName(process.argv[2] ?? '');
  const store = openStore(paths.database);
  const ending = new AbortController();
  const early: string[] = [];
  let maker: TryViewMaker | null = null;
  const show = lateShow(() => {
    if (maker === null) throw new FleetError('failed', 'the test has not begun');
    return maker;
  });

  const { session, instructions, notes, talk } = openTalk({
    paths,
    settings,
    secrets,
    store,
    name,
    show: { ...show, note: (text) => (maker === null ? void early.push(text) : maker.show.note(text)) },
    fast: false,
    signal: ending.signal,
  });
  const version = session.instructionsVersion;
  const view = createTryView({
    start: {
      sessionName: name,
      provider: session.config.ai.provider,
      model: talk.model,
      instructions: version === null ? null : { version, words: wordsOf(instructions) },
    },
    knows: talk.knows,
    now: Date.now,
    changed: () => tell({ kind: 'view', view: view.view() }),
  });
  maker = view;
  for (const text of [...early, ...notes]) view.show.note(text);

  const conversation = createTryConversation({
    timing: session.config.timing,
    talk,
    view,
    now: Date.now,
    onProblem: (error) => view.show.note(plainText(messageOf(error))),
  });
  process.on('message', (raw) => {
    const message = toTrySchema.safeParse(raw);
    if (!message.success) return;
    if (message.data.kind === 'say') conversation.say(message.data.text);
    else conversation.answerNow();
  });
  const end = (): void => {
    conversation.close();
    ending.abort();
    store.close();
    process.exit(0);
  };
  process.once('disconnect', end);
  process.once('SIGTERM', end);
  tell({ kind: 'view', view: view.view() });
};

process.umask(0o077);
try {
  run();
} catch (error) {
  const code = error instanceof FleetError ? error.code : 'failed';
  tell({ kind: 'failed', code, message: plainText(messageOf(error)) });
  process.disconnect?.();
}
