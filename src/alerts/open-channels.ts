import type { Fleet } from '../protocol/door.ts';
import { messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { EpochMs } from '../session/units.ts';
import { serverName } from '../settings/server-name.ts';
import type { Secrets, Settings } from '../settings/settings.ts';
import type { Channel } from './channel.ts';
import { createTelegram, type Telegram } from './telegram.ts';
import { discordChannel, slackChannel, webhookChannel } from './web-channels.ts';
import { whatsappChannel } from './whatsapp-channel.ts';

/** The channels that a fleet's settings name. */

export interface ChannelOptions {
  readonly fleet: Fleet;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly log: (level: 'info' | 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}

/** Every channel that is set up whole; Telegram also by itself, because it listens. */
export const openChannels = (
  options: ChannelOptions,
  now: () => EpochMs,
): { readonly channels: readonly Channel[]; readonly telegram: Telegram | null } => {
  const { settings, secrets } = options;
  const channels: Channel[] = [];

  if (settings.ALERT_WEBHOOK_URL !== undefined)
    channels.push(
      webhookChannel({
        url: settings.ALERT_WEBHOOK_URL,
        secret: secrets.ALERT_WEBHOOK_SECRET,
        host: serverName(settings),
        now,
      }),
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

/** Whether any is set up whole. */
export const hasAlertChannel = (settings: Settings, secrets: Secrets): boolean =>
  settings.ALERT_WEBHOOK_URL !== undefined ||
  settings.ALERT_SLACK_URL !== undefined ||
  settings.ALERT_DISCORD_URL !== undefined ||
  (secrets.ALERT_TELEGRAM_TOKEN !== undefined && settings.ALERT_TELEGRAM_CHAT !== undefined) ||
  (settings.ALERT_WHATSAPP_SESSION !== undefined && settings.ALERT_WHATSAPP_TO !== undefined);

/** What is set by half reaches nobody: said instead of found out in the night. */
export const halfSet = ({ settings, secrets }: ChannelOptions, channels: readonly Channel[]): string | null => {
  const has = (name: Channel['name']): boolean => channels.some((channel) => channel.name === name);
  if ((secrets.ALERT_TELEGRAM_TOKEN !== undefined || settings.ALERT_TELEGRAM_CHAT !== undefined) && !has('telegram'))
    return 'Telegram needs ALERT_TELEGRAM_TOKEN and ALERT_TELEGRAM_CHAT';
  if ((settings.ALERT_WHATSAPP_SESSION ?? settings.ALERT_WHATSAPP_TO) !== undefined && !has('whatsapp'))
    return 'WhatsApp alerts need ALERT_WHATSAPP_SESSION and ALERT_WHATSAPP_TO, a phone number';
  return null;
};
