import { defaultModels } from '../../../src/session/default-models.ts';
import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import type { Bytes, Milliseconds } from '../../../src/session/units.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { Media } from '../../whatsapp/whatsapp-client.ts';
import { bookUsage } from '../core/book-usage.ts';
import type { EngineCore } from '../core/engine-core.ts';
import type { UnreadCause } from '../core/message-words.ts';
import type { Rest } from '../core/rest.ts';
import { fileText } from './file-text.ts';
import { fileNameOf, type MediaPlan, mediaPlan } from './media-plan.ts';

/**
 * Has the files of a turn read where `ai_config` says so: by the AI service, or as the text that they are. What was read is stored at
 * once and never paid for twice; what cannot be read keeps no text waiting, the words say so.
 */
export interface MediaRead {
  readonly steps: readonly TurnStep[];
  /** Why a medium was not read, by the message's `seq`. */
  readonly unread: ReadonlyMap<number, UnreadCause>;
}

/** Of one turn; an album of thirty pictures is told, not looked at thirty times. */
const readPerTurn = 12;
const atOnce = 4;
/** The client keeps its own deadline; this ends a download that does not. */
const downloadMs: Milliseconds = 60_000;
/** What is not read by then is read for the next turn at best: the text does not wait longer. */
const allMs: Milliseconds = 120_000;
/** A service that is busy is asked again so often. */
const rounds = 3;
const roundPauseMs: Milliseconds = 3000;
const longestPauseMs: Milliseconds = 20_000;
/** A file that is gone is looked for in so many turns: the page may have been loading. */
const fetchesTried = 2;
const failuresKept = 1000;

type Reading =
  | { readonly kind: 'read' }
  | { readonly kind: 'failed'; readonly cause: UnreadCause; readonly reason: string }
  /** Nobody of this session is served now: it is read when its messages are answered after all. */
  | { readonly kind: 'later'; readonly reason: string }
  | { readonly kind: 'busy'; readonly reason: string; readonly retryAfterMs: Milliseconds };

interface Failure {
  readonly cause: UnreadCause;
  readonly times: number;
}

/** What could not be read in this life of the worker. */
const failuresOf = new WeakMap<EngineCore, Map<number, Failure>>();

const failures = (core: EngineCore): Map<number, Failure> => {
  const known = failuresOf.get(core) ?? new Map<number, Failure>();
  failuresOf.set(core, known);
  return known;
};

const noteFailure = (core: EngineCore, seq: number, cause: UnreadCause): void => {
  const known = failures(core);
  if (known.size >= failuresKept) known.clear();
  known.set(seq, { cause, times: (known.get(seq)?.times ?? 0) + 1 });
};

const within = async <T>(core: EngineCore, ms: Milliseconds, work: Promise<T>): Promise<T | null> => {
  const late = Promise.withResolvers<null>();
  const cancel = core.clock.after(ms, () => late.resolve(null));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    cancel();
  }
};

const fetchMedia = async (core: EngineCore, message: StoredMessage, maxBytes: Bytes): Promise<Media | Reading> => {
  try {
    const media = await within(core, downloadMs, core.client.downloadMedia(message.waId, maxBytes));
    if (media === null) return { kind: 'failed', cause: 'gone', reason: 'the file did not come in time' };
    if (media.bytes.byteLength > maxBytes)
      return { kind: 'failed', cause: 'too-large', reason: `the file is larger than ${maxBytes} bytes` };
    return media;
  } catch (error) {
    core.log.warn('a medium could not be fetched', { message: message.waId, error: messageOf(error) });
    const isTooLarge = error instanceof FleetError && error.code === 'too-large';
    return { kind: 'failed', cause: isTooLarge ? 'too-large' : 'gone', reason: messageOf(error) };
  }
};

const describeMedia = async (
  core: EngineCore,
  message: StoredMessage,
  as: 'audio' | 'image' | 'document',
  media: Media,
): Promise<Reading> => {
  const session = core.current();
  const { ai } = session.config;
  const provider = core.ai.provider(session);
  const request = {
    kind: as,
    mimeType: media.mimeType,
    bytes: media.bytes,
    fileName: fileNameOf(message),
    caption: message.text,
    model: ai.model ?? (core.settings.defaultModels ?? defaultModels)[ai.provider],
    timeoutMs: ai.timeoutMs,
  };
  const result = await core.ai.ask(ai.timeoutMs, (signal) => provider.describe(request, signal));
  if (result.kind === 'passing')
    return { kind: 'busy', reason: result.reason, retryAfterMs: Math.round(result.retryAfterMs ?? roundPauseMs) };
  if (result.kind === 'refused' && result.scope === 'account') return { kind: 'later', reason: result.reason };
  if (result.kind !== 'answer') {
    if (result.kind === 'no-answer' && result.usage !== null)
      bookUsage(core, message.conversationId, request.model, result.usage);
    const cause = result.code === 'unsupported' ? 'unsupported' : 'unreadable';
    return { kind: 'failed', cause, reason: result.reason };
  }

  core.store.database.transaction(() => {
    bookUsage(core, message.conversationId, result.model, result.usage);
    core.store.messages.setMediaText(message.seq, result.text, core.clock.now());
  });
  return { kind: 'read' };
};

/** Fetched once, then read; a service that is busy is asked again with the same bytes. */
const createReader = (core: EngineCore, message: StoredMessage, plan: MediaPlan): (() => Promise<Reading>) => {
  let fetched: Media | null = null;

  return async () => {
    if (plan.kind === 'too-large') return { kind: 'failed', cause: 'too-large', reason: 'the file is too large' };
    if (plan.kind === 'unsupported')
      return { kind: 'failed', cause: 'unsupported', reason: 'nobody here reads this kind of file' };
    if (plan.kind === 'nothing') return { kind: 'read' };

    if (fetched === null) {
      const media = await fetchMedia(core, message, plan.maxBytes);
      if ('kind' in media) return media;
      fetched = media;
    }
    if (plan.kind === 'describe') return describeMedia(core, message, plan.as, fetched);

    const text = fileText(fetched.bytes);
    if (text === null) return { kind: 'failed', cause: 'unreadable', reason: 'there is no text in the file' };
    core.store.messages.setMediaText(message.seq, text, core.clock.now());
    return { kind: 'read' };
  };
};

interface Task {
  readonly message: StoredMessage;
  readonly read: () => Promise<Reading>;
  last: Reading | null;
}

/** Every task once, so many at a time. */
const readRound = async (core: EngineCore, tasks: readonly Task[]): Promise<void> => {
  const waiting = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined && !core.link.isStopping; task = waiting.shift())
      task.last = await task.read();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
};

const readAll = async (core: EngineCore, tasks: readonly Task[], rest: Rest): Promise<void> => {
  let open = tasks;
  for (let round = 1; open.length > 0 && !core.link.isStopping; round += 1) {
    await readRound(core, open);
    open = open.filter((task) => task.last?.kind === 'busy');
    if (round === rounds || open.length === 0) return;

    const asked = open.map((task) => (task.last?.kind === 'busy' ? task.last.retryAfterMs : 0));
    await rest.hard(Math.min(Math.max(roundPauseMs, ...asked), longestPauseMs));
  }
};

const stepOf = (core: EngineCore, { message, last }: Task): TurnStep => {
  const at = core.clock.now();
  const { kind } = message;
  const text = core.store.messages.get(message.seq)?.mediaText ?? null;
  if (text !== null) return { at, step: 'media-described', values: { kind, text: plainText(text).slice(0, 200) } };

  const reason = last === null || last.kind === 'read' ? 'it was not read in time' : last.reason;
  return { at, step: 'media-failed', values: { kind, reason: plainText(reason) } };
};

export const readMedia = async (
  core: EngineCore,
  messages: readonly StoredMessage[],
  rest: Rest,
): Promise<MediaRead> => {
  const { ai } = core.current().config;
  const known = failures(core);
  const unread = new Map<number, UnreadCause>();
  const tasks: Task[] = [];

  for (const message of messages) {
    const plan = mediaPlan(message, ai);
    if (plan.kind === 'nothing') continue;
    const failure = known.get(message.seq);
    if (failure !== undefined && (failure.cause !== 'gone' || failure.times >= fetchesTried))
      unread.set(message.seq, failure.cause);
    else if (tasks.length < readPerTurn) tasks.push({ message, read: createReader(core, message, plan), last: null });
  }

  await within(core, allMs, readAll(core, tasks, rest));
  for (const { message, last } of tasks) {
    if (last?.kind !== 'failed') continue;
    noteFailure(core, message.seq, last.cause);
    unread.set(message.seq, last.cause);
  }
  return { steps: tasks.map((task) => stepOf(core, task)), unread };
};
