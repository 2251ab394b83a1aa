import { z } from 'zod';
import { plainBackoff } from '../pace/backoff.ts';
import { messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import type { AlertStore, StoredAlert } from '../store/alert-store.ts';
import { alertWords, lastedWords } from '../words/alert-words.ts';
import type { Language } from '../words/language.ts';
import { type Channel, ChannelError, type ChannelMessage } from './channel.ts';
import type { Alert } from './problems.ts';

/**
 * Takes alerts from the store to their channels: each until it was taken, however long the network is away; many that wait go as one
 * message; no channel gets more than its share.
 */
export interface Courier {
  /** One alert for every channel. */
  post(alert: Alert): void;
  /** Sends what is due; one round at a time. */
  deliver(): Promise<void>;
  /** What stands in the way of each channel that has a problem now. */
  problems(): ReadonlyMap<Channel['name'], string>;
  waiting(): number;
  /** Begins nothing new; resolves when the round that runs has ended. What it was sending may be sent again by the next master. */
  stop(): Promise<void>;
}

const window: Milliseconds = 10 * 60_000;
/** Messages a channel gets in one window; the rest goes as one when it is over. */
const mostPerWindow = 10;
/** More than this that wait go as one message. */
const mostSingly = 3;
const mostTogether = 50;
const longestPause: Milliseconds = 5 * 60_000;
const pauses = { firstMs: 5000, maxMs: longestPause };
/** Yesterday's alert wakes nobody to any use. */
const keptFor: Milliseconds = 24 * 3_600_000;

const bodySchema = z.object({
  kind: z.enum(['problem', 'recovery', 'test']),
  key: z.string(),
  title: z.string(),
  sessionName: z.string().nullable(),
  at: z.number(),
  lastedMs: z.number().nullable(),
});

export interface CourierOptions {
  readonly channels: readonly Channel[];
  readonly store: AlertStore;
  readonly host: string;
  readonly language: Language;
  /** Values that must never leave. */
  readonly secrets: readonly string[];
  readonly now: () => EpochMs;
  readonly onProblem: (channel: Channel['name'], problem: string | null) => void;
}

/** What may leave of a text. */
const cleaner =
  (secrets: readonly string[]) =>
  (text: string): string => {
    let cleaned = plainText(text);
    for (const secret of secrets) if (secret.length >= 6) cleaned = cleaned.replaceAll(secret, '***');
    return cleaned;
  };

/** Alerts that go together as one message. */
const createMessages = ({ language, host, now }: CourierOptions, clean: (text: string) => string) => {
  const texts = alertWords[language];
  const head = `[zap-fleet ${host}]`;

  const lineOf = (alert: z.infer<typeof bodySchema>): string => {
    if (alert.kind === 'test') return clean(alert.title);
    if (alert.kind === 'recovery') return clean(texts.recovery(alert.title, lastedWords(alert.lastedMs ?? 0)));
    return clean(texts.problem(alert.title));
  };

  return (given: readonly StoredAlert[]): ChannelMessage => {
    const alerts = given.map((stored) => bodySchema.parse(JSON.parse(stored.body)));
    const [only] = alerts;
    if (alerts.length === 1 && only !== undefined) {
      const { kind, at, key, sessionName } = only;
      return { kind, text: `${head} ${lineOf(only)}`, at, key, session: sessionName };
    }

    const lines = alerts.map((alert) => `- ${lineOf(alert)}`);
    const text = `${head} ${texts.digest(alerts.length)}\n${lines.join('\n')}`;
    return { kind: 'digest', text, at: now(), key: null, session: null };
  };
};

export const createCourier = (options: CourierOptions): Courier => {
  const { channels, store, now } = options;
  const problems = new Map<Channel['name'], string>();
  let round: Promise<void> | null = null;
  let stopped = false;

  const clean = cleaner(options.secrets);
  const messageOfMany = createMessages(options, clean);

  const setProblem = (name: Channel['name'], problem: string | null): void => {
    if ((problems.get(name) ?? null) === problem) return;
    if (problem === null) problems.delete(name);
    else problems.set(name, problem);
    options.onProblem(name, problem);
  };

  const deliverTo = async (channel: Channel): Promise<void> => {
    while (!stopped) {
      const waiting = store.waiting(channel.name, mostTogether);
      const [first] = waiting;
      // After a failure all wait for the first one's time; a clock that went back does not make that longer.
      if (first === undefined || (first.nextAt > now() && first.nextAt - now() <= longestPause)) return;
      if (store.sentSince(channel.name, now() - window) >= mostPerWindow) return;
      const batch = waiting.length > mostSingly ? waiting : [first];
      const ids = batch.map(({ id }) => id);
      try {
        await channel.send(messageOfMany(batch));
        if (stopped) return;
        store.sent(ids, now());
        setProblem(channel.name, null);
      } catch (error) {
        if (stopped) return;
        const pause = plainBackoff(first.tries, pauses);
        const asked = error instanceof ChannelError ? error.retryAfterMs : null;
        const problem = clean(messageOf(error));
        store.failed(ids, problem, now() + Math.min(longestPause, Math.max(pause, asked ?? 0)));
        setProblem(channel.name, problem);
        return;
      }
    }
  };

  return {
    post: (alert) => {
      for (const channel of channels)
        store.add({ channel: channel.name, kind: alert.kind, at: now(), body: JSON.stringify(alert) });
    },
    deliver: () => {
      round ??= Promise.all(channels.map(deliverTo))
        .then(() => {
          if (!stopped) store.prune(now() - keptFor);
        })
        .finally(() => {
          round = null;
        });
      return round;
    },
    problems: () => problems,
    stop: async () => {
      stopped = true;
      await round;
    },
    waiting: () => channels.reduce((sum, { name }) => sum + store.waitingCount(name), 0),
  };
};
