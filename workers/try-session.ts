import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { HomePaths } from '../src/home/home-paths.ts';
import { fleetModels } from '../src/session/default-models.ts';
import { parseSessionName, type SessionName } from '../src/session/session-name.ts';
import type { Milliseconds } from '../src/session/units.ts';
import type { Secrets, Settings } from '../src/settings/settings.ts';
import type { StoredSession } from '../src/store/session-store.ts';
import { openStore, type Store } from '../src/store/store.ts';
import type { TextOutput } from './session/foreground-printer.ts';
import { openTalk } from './session/try-open.ts';
import { printTalk } from './session/try-printer.ts';
import type { TryCalls } from './session/try-tools.ts';

export interface TrySessionOptions {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly name: string;
  /** One message; without it a conversation with `stdin`. */
  readonly text?: string | undefined;
  /** Shows the rhythm, but does not wait. */
  readonly fast?: boolean;
  readonly calls?: TryCalls;
  readonly stdout: TextOutput;
  readonly stdin: NodeJS.ReadableStream;
  readonly signal?: AbortSignal;
  /** As the person reads it; left out: in English. */
  readonly say?: (text: string) => string;
}

const asItIs = (text: string): string => text;
const seconds = (ms: Milliseconds): string => `${(ms / 1000).toFixed(1)} s`;
/** Joins lines as quiet time does: a turn begins when nothing was typed for `quietMs`, at the latest after `maxWaitMs`. */
const joinedTurns = async (
  options: TrySessionOptions,
  session: StoredSession,
  onTurn: (text: string) => Promise<unknown>,
): Promise<void> => {
  const { quietMs, maxWaitMs, maxMessages } = session.config.timing;
  const isTerminal = options.stdout.isTTY === true;
  const reader = createInterface({ input: options.stdin });
  const prompt = (): void => void (isTerminal && options.stdout.write(`${(options.say ?? asItIs)('you')}> `));
  const pending: string[] = [];
  let ended = false;
  let lastAt = 0;
  let firstAt = 0;
  let wake = Promise.withResolvers<void>();
  reader.on('line', (line) => {
    const text = line.trim();
    if (text === '/quit') reader.close();
    else if (text !== '') {
      lastAt = performance.now();
      if (pending.length === 0) firstAt = lastAt;
      pending.push(text);
    }
    wake.resolve();
  });
  reader.on('close', () => {
    ended = true;
    wake.resolve();
  });
  const onAbort = (): void => reader.close();
  options.signal?.addEventListener('abort', onAbort);
  try {
    prompt();
    for (;;) {
      if (pending.length === 0) {
        if (ended) return;
        await wake.promise;
        wake = Promise.withResolvers<void>();
        continue;
      }
      const due = options.fast === true || ended ? 0 : Math.min(lastAt + quietMs, firstAt + maxWaitMs);
      const left = due - performance.now();
      if (left > 0 && pending.length < maxMessages) {
        await Promise.race([wake.promise, delay(left)]);
        wake = Promise.withResolvers<void>();
        continue;
      }
      await onTurn(pending.splice(0, options.fast === true ? 1 : maxMessages).join('\n'));
      if (!ended) prompt();
    }
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    reader.close();
  }
};

/**
 * Talks with exactly this session's AI, instructions, splitting and rhythm, without WhatsApp and without its history
 * (`zap-fleet try NAME [TEXT]`). What the AI costs is shown, and booked to the session's day. Returns the exit code; throws
 * `no-such-session`, `failed`.
 */
export const trySession = async (options: TrySessionOptions): Promise<number> => {
  const name = parseSessionName(options.name);
  const store = openStore(options.paths.database);
  try {
    return await talkWith(options, store, name);
  } catch (error) {
    // Ctrl+c in the middle of an answer.
    if (options.signal?.aborted === true) return 0;
    throw error;
  } finally {
    store.close();
  }
};

const talkWith = async (options: TrySessionOptions, store: Store, name: SessionName): Promise<number> => {
  const { settings, stdout, fast = false, say = asItIs, signal = new AbortController().signal } = options;
  const show = printTalk(stdout, say);
  const { session, talk, notes } = openTalk({ ...options, store, name, show, fast, signal });
  const { ai, timing } = session.config;
  const version = session.instructionsVersion;
  const words = version === null ? 'no instructions' : `instructions version ${version}`;
  const model = ai.model ?? fleetModels(settings)[ai.provider];
  const who = model === ai.provider ? model : `${ai.provider} ${model}`;
  const head = `${name}: ${who}, ${words}, quiet time ${seconds(timing.quietMs)}`;
  stdout.write(`${say(head)}\n`);
  for (const note of notes) show.note(note);
  if (options.text !== undefined) return (await talk.turn(options.text)) ? 0 : 1;
  stdout.write(`${say('Write like a customer; /quit or ctrl+d ends.')}\n`);
  await joinedTurns(options, session, talk.turn);
  return 0;
};
