import { z } from 'zod';
import { type Channel, ChannelError, post, postJson } from './channel.ts';

/** Telegram's Bot API: messages out, and the replies of one chat in. The token is part of every address: no address is ever told. */
export interface Telegram extends Channel {
  say(text: string): Promise<void>;
  photo(png: Uint8Array, caption: string): Promise<void>;
  /** Waits up to 25 s for what was written to the bot after `offset`; messages of other chats come as `text: null`. */
  updates(offset: number, signal: AbortSignal): Promise<readonly TelegramUpdate[]>;
}

export interface TelegramUpdate {
  readonly id: number;
  /** Null: not a text of the configured chat. */
  readonly text: string | null;
  /** Epoch ms. */
  readonly at: number;
}

const telegramUrl = 'https://api.telegram.org';
const longPollSeconds = 25;
/** Telegram's limit of one message. */
const longestText = 4096;

const answerSchema = z.object({ ok: z.literal(true), result: z.unknown() });
const updatesSchema = z.array(
  z.object({
    update_id: z.number().int(),
    message: z.object({ date: z.number(), text: z.string().optional(), chat: z.object({ id: z.number() }) }).optional(),
  }),
);

const parseAnswer = (text: string): unknown => {
  try {
    return answerSchema.parse(JSON.parse(text)).result;
  } catch {
    throw new ChannelError('it answered something that is not Telegram');
  }
};

export const createTelegram = (options: {
  readonly token: string;
  readonly chat: string;
  readonly baseUrl?: string | undefined;
}): Telegram => {
  const url = (method: string): string => `${options.baseUrl ?? telegramUrl}/bot${options.token}/${method}`;
  const say = async (text: string): Promise<void> => {
    await postJson(url('sendMessage'), {
      chat_id: options.chat,
      text: text.slice(0, longestText),
      link_preview_options: { is_disabled: true },
    });
  };
  return {
    name: 'telegram',
    send: ({ text }) => say(text),
    say,
    photo: async (png, caption) => {
      const form = new FormData();
      form.set('chat_id', options.chat);
      form.set('caption', caption.slice(0, 1024));
      form.set('photo', new Blob([Uint8Array.from(png)], { type: 'image/png' }), 'qr.png');
      await post(url('sendPhoto'), { body: form });
    },
    updates: async (offset, signal) => {
      const text = await postJson(
        url('getUpdates'),
        { offset, timeout: longPollSeconds, allowed_updates: ['message'] },
        {},
        AbortSignal.any([signal, AbortSignal.timeout((longPollSeconds + 10) * 1000)]),
      );
      const updates = updatesSchema.safeParse(parseAnswer(text));
      if (!updates.success) throw new ChannelError('its updates have another shape than known');
      return updates.data.map(({ update_id, message }) => ({
        id: update_id,
        text: message !== undefined && String(message.chat.id) === options.chat ? (message.text ?? null) : null,
        at: (message?.date ?? 0) * 1000,
      }));
    },
  };
};
