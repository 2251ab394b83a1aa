import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Fleet } from '../protocol/door.ts';
import type { Light } from '../protocol/fleet.ts';
import type { FleetResults } from '../protocol/fleet-api.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import type { Secrets, Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { alertWords } from '../words/alert-words.ts';
import type { Language } from '../words/language.ts';
import type { Channel } from './channel.ts';
import { createCourier } from './courier.ts';
import { type AlertState, noAlertState, problemsOf, stepAlerts } from './problems.ts';
import { createTelegram, type Telegram } from './telegram.ts';
import { listenToTelegram } from './telegram-commands.ts';
import { discordChannel, slackChannel, webhookChannel } from './web-channels.ts';
import { whatsappChannel } from './whatsapp-channel.ts';

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
    z.object({ since: z.number(), title: z.string(), told: z.boolean(), sessionName: z.string().nullable() }),
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

export const alertLanguage = (settings: Settings, lang: string | undefined): Language =>
  settings.FLEET_LANG ?? (/^pt/i.test(lang ?? '') ? 'pt-BR' : 'en');

export interface AlertOptions {
  readonly fleet: Fleet;
  readonly store: Store;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly language: Language;
  readonly setLight: (light: Light) => void;
  readonly now?: () => EpochMs;
  readonly log: (level: 'info' | 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}

const channelsOf = (options: AlertOptions, now: () => EpochMs): { channels: Channel[]; telegram: Telegram | null } => {
  const { settings, secrets } = options;
  const channels: Channel[] = [];
  if (settings.ALERT_WEBHOOK_URL !== undefined)
    channels.push(
      webhookChannel({ url: settings.ALERT_WEBHOOK_URL, secret: secrets.ALERT_WEBHOOK_SECRET, host: hostname(), now }),
    );
  if (settings.ALERT_SLACK_URL !== undefined) channels.push(slackChannel(settings.ALERT_SLACK_URL));
  if (settings.ALERT_DISCORD_URL !== undefined) channels.push(discordChannel(settings.ALERT_DISCORD_URL));
  let telegram: Telegram | null = null;
  if (secrets.ALERT_TELEGRAM_TOKEN !== undefined && settings.ALERT_TELEGRAM_CHAT !== undefined) {
    telegram = createTelegram({
      token: secrets.ALERT_TELEGRAM_TOKEN,
      chat: settings.ALERT_TELEGRAM_CHAT,
      baseUrl: settings.ALERT_TELEGRAM_BASE_URL,
    });
    channels.push(telegram);
  }
  if (settings.ALERT_WHATSAPP_SESSION !== undefined && settings.ALERT_WHATSAPP_TO !== undefined) {
    try {
      channels.push(whatsappChannel(options.fleet, settings.ALERT_WHATSAPP_SESSION, settings.ALERT_WHATSAPP_TO));
    } catch (error) {
      // A wrong number must not keep the fleet from running; the light says so.
      options.log('warn', plainText(messageOf(error)));
    }
  }
  return { channels, telegram };
};

/** What is set by half reaches nobody: said instead of found out in the night. */
const halfSet = ({ settings, secrets }: AlertOptions, channels: readonly Channel[]): string | null => {
  const has = (name: Channel['name']): boolean => channels.some((channel) => channel.name === name);
  if ((secrets.ALERT_TELEGRAM_TOKEN !== undefined || settings.ALERT_TELEGRAM_CHAT !== undefined) && !has('telegram'))
    return 'Telegram needs ALERT_TELEGRAM_TOKEN and ALERT_TELEGRAM_CHAT';
  if ((settings.ALERT_WHATSAPP_SESSION ?? settings.ALERT_WHATSAPP_TO) !== undefined && !has('whatsapp'))
    return 'WhatsApp alerts need ALERT_WHATSAPP_SESSION and ALERT_WHATSAPP_TO, a phone number';
  return null;
};

export const openAlerts = (options: AlertOptions): Alerts => {
  const { fleet, store, log, language } = options;
  const now = options.now ?? Date.now;
  const { channels, telegram } = channelsOf(options, now);
  const half = halfSet(options, channels);
  const abort = new AbortController();
  let state = readState(store.meta.get(stateKey));
  let listenProblem: string | null = null;

  const showLight = (): void => {
    const found = [...courier.problems()].map(([name, problem]) => `${name}: ${problem}`);
    const all = [
      ...(half === null ? [] : [half]),
      ...found,
      ...(listenProblem === null ? [] : [`telegram: ${listenProblem}`]),
    ];
    if (channels.length === 0 && half === null) options.setLight({ status: 'off', reason: null });
    else if (all.length === 0) options.setLight({ status: 'ok', reason: null });
    else
      options.setLight({
        status: channels.length === 0 || courier.problems().size === channels.length ? 'bad' : 'warn',
        reason: plainText(all.join('; ')),
      });
  };
  const courier = createCourier({
    channels,
    store: store.alerts,
    host: hostname(),
    language,
    secrets: Object.values(options.secrets),
    now,
    onProblem: (channel, problem) => {
      if (problem === null) log('info', `alerts go out through ${channel} again`);
      else log('warn', `alerts do not go out through ${channel}`, { problem });
      showLight();
    },
  });

  const look = (): void => {
    const open = new Set(Object.entries(state.open).flatMap(([key, { told }]) => (told ? [key] : [])));
    const step = stepAlerts(state, problemsOf(fleet.getSnapshot(), open, language), now());
    if (JSON.stringify(step.state) !== JSON.stringify(state)) {
      // Together, so that a death in between neither loses an alert nor tells it twice.
      store.database.transaction(() => {
        for (const alert of step.alerts) courier.post(alert);
        store.meta.set(stateKey, JSON.stringify(step.state));
      });
      state = step.state;
    }
  };
  const tick = (): void => {
    try {
      look();
      courier.deliver().catch((error: unknown) => log('warn', 'alerts could not be sent', { error: messageOf(error) }));
    } catch (error) {
      log('warn', 'alerts could not be looked at', { error: messageOf(error) });
    }
  };
  const timer = channels.length === 0 ? null : setInterval(tick, lookEvery);
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
      const text = `[zap-fleet ${hostname()}] ${alertWords[language].test(hostname())}`;
      const results = await Promise.all(
        channels.map(async (channel) => {
          try {
            await channel.send({ kind: 'test', text, at: now(), key: null, session: null });
            return { channel: channel.name, ok: true, reason: null };
          } catch (error) {
            return { channel: channel.name, ok: false, reason: plainText(messageOf(error)) };
          }
        }),
      );
      return { channels: results };
    },
    close: async () => {
      if (timer !== null) clearInterval(timer);
      abort.abort();
      // A channel that hangs has its deadline; the end of a master does not wait for it.
      await Promise.race([Promise.all([listening, courier.stop()]), delay(closeWithin, undefined, { ref: false })]);
    },
  };
};
