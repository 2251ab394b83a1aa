import { z } from 'zod';
import { createBeat } from '../pace/beat.ts';
import { endsWithin } from '../pace/deadline.ts';
import type { Light } from '../protocol/fleet.ts';
import type { FleetResults } from '../protocol/fleet-api.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { serverName } from '../settings/server-name.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { alertWords } from '../words/alert-words.ts';
import { type Language, languageFrom } from '../words/language.ts';
import type { Channel } from './channel.ts';
import { type Courier, createCourier } from './courier.ts';
import { type ChannelOptions, halfSet, openChannels } from './open-channels.ts';
import { type AlertState, noAlertState, problemsOf, stepAlerts } from './problems.ts';
import { createStoreAlert } from './store-alert.ts';
import { listenToTelegram } from './telegram-commands.ts';

/** Alerts of a fleet: watches its snapshots, and tells each problem and its end once, on every channel that is set up. */
export interface Alerts {
  /** One message to every channel now; what each made of it. */
  test(): Promise<FleetResults['alertTest']>;
  close(): Promise<void>;
}

const lookEvery: Milliseconds = 1000;
const closeWithin: Milliseconds = 1000;
const stateKey = 'alert_state';
const offsetKey = 'telegram_offset';

const stateSchema = z.object({
  open: z.record(
    z.string(),
    z.object({
      since: z.number(),
      title: z.string(),
      told: z.boolean(),
      over: z.string().exactOptional(),
      sessionName: z.string().nullable(),
    }),
  ),
  closed: z.record(z.string(), z.number()),
});
const readState = (text: string | null): AlertState => {
  if (text === null) return noAlertState;
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (error) {
    // Damaged: at worst a problem is told twice.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return noAlertState;
    throw error;
  }
};

export const alertLanguage = (settings: Settings, env: Readonly<Record<string, string | undefined>>): Language =>
  settings.FLEET_LANG ?? languageFrom(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG']);

export interface AlertOptions extends ChannelOptions {
  readonly store: Store;
  readonly language: Language;
  readonly setLight: (light: Light) => void;
  readonly now?: () => EpochMs;
}

/** What stands in the way of alerts, as one light. */
const lightOf = (
  channels: readonly Channel[],
  courier: Courier,
  half: string | null,
  listenProblem: string | null,
): Light => {
  const found = [...courier.problems()].map(([name, problem]) => `${name}: ${problem}`);
  const all = [
    ...(half === null ? [] : [half]),
    ...found,
    ...(listenProblem === null ? [] : [`telegram: ${listenProblem}`]),
  ];

  if (channels.length === 0 && half === null) return { status: 'off', reason: null };
  if (all.length === 0) return { status: 'ok', reason: null };
  const isBad = channels.length === 0 || courier.problems().size === channels.length;
  return { status: isBad ? 'bad' : 'warn', reason: plainText(all.join('; ')) };
};

const testChannel = async (
  channel: Channel,
  text: string,
  at: EpochMs,
): Promise<FleetResults['alertTest']['channels'][number]> => {
  try {
    await channel.send({ kind: 'test', text, at, key: null, session: null });
    return { channel: channel.name, ok: true, reason: null };
  } catch (error) {
    return { channel: channel.name, ok: false, reason: plainText(messageOf(error)) };
  }
};

/** Turns each problem of the fleet and each end of one into an alert; what was told is kept in the store. */
const createProblemWatch = ({ fleet, store, language }: AlertOptions, courier: Courier, now: () => EpochMs) => {
  let state = readState(store.meta.get(stateKey));

  return (): void => {
    const open = new Set(Object.entries(state.open).flatMap(([key, { told }]) => (told ? [key] : [])));
    const step = stepAlerts(state, problemsOf(fleet.getSnapshot(), open, language), now());
    if (JSON.stringify(step.state) === JSON.stringify(state)) return;

    // Together, so that a death in between neither loses an alert nor tells it twice.
    store.database.transaction(() => {
      for (const alert of step.alerts) courier.post(alert);
      store.meta.set(stateKey, JSON.stringify(step.state));
    });
    state = step.state;
  };
};

export const openAlerts = (options: AlertOptions): Alerts => {
  const { fleet, store, log, language } = options;
  const now = options.now ?? Date.now;
  const host = serverName(options.settings);
  const { channels, telegram } = openChannels(options, now);
  const half = halfSet(options, channels);
  const abort = new AbortController();
  let listenProblem: string | null = null;

  const showLight = (): void => options.setLight(lightOf(channels, courier, half, listenProblem));
  const courier = createCourier({
    channels,
    store: store.alerts,
    host,
    language,
    secrets: Object.values(options.secrets),
    now,
    onProblem: (channel, problem) => {
      if (problem === null) log('info', `alerts go out through ${channel} again`);
      else log('warn', `alerts do not go out through ${channel}`, { problem });
      showLight();
    },
  });

  const watchProblems = createProblemWatch(options, courier, now);
  const storeAlert = createStoreAlert({ channels, host, language, now, log });
  const beat = createBeat({
    // A channel that hangs holds up no look: the courier has its own rounds.
    look: () => {
      // First: the others need the store.
      storeAlert.look(options.fleet.getSnapshot());
      watchProblems();
      courier.deliver().catch((error: unknown) => log('warn', 'alerts could not be sent', { error: messageOf(error) }));
    },
    everyMs: lookEvery,
    withinMs: lookEvery,
    onProblem: (error) => log('warn', 'alerts could not be looked at', { error: messageOf(error) }),
  });
  if (channels.length > 0) beat.begin();

  const listening =
    telegram === null
      ? Promise.resolve()
      : listenToTelegram({
          telegram,
          fleet,
          language,
          readOffset: () => Number(store.meta.get(offsetKey) ?? 0),
          writeOffset: (offset) => store.meta.set(offsetKey, String(offset)),
          now,
          onProblem: (problem) => {
            if (problem === listenProblem) return;
            listenProblem = problem;
            showLight();
          },
          signal: abort.signal,
        });
  showLight();

  return {
    test: async () => {
      if (channels.length === 0)
        throw new FleetError(
          'refused-by-state',
          half ?? 'no alert channel is set up. Set e.g. ALERT_WEBHOOK_URL, then start the fleet again.',
        );

      const text = `[zap-fleet ${host}] ${alertWords[language].test(host)}`;
      return { channels: await Promise.all(channels.map((channel) => testChannel(channel, text, now()))) };
    },
    close: async () => {
      await beat.close();
      abort.abort();
      // A channel that hangs has its deadline; the end of a master does not wait for it.
      await endsWithin(Promise.all([listening, courier.stop()]), closeWithin);
    },
  };
};
