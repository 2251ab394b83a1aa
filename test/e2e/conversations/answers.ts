import { expect } from 'vitest';
import type { AiService } from '../../ai-services/script.ts';
import { until } from '../../support/until.ts';
import { chatId, phone, web } from '../linked-bot.ts';

/** What customers of a conversation got, and what the AI was asked. */

export const prompt = 'Você atende a {{session_name}}.';

export const arrivals = async (from: string) =>
  (await web.sent({ phone })).filter((one) => one.chatId === chatId(from));
export const answers = async (from: string): Promise<string[]> =>
  (await arrivals(from)).filter((one) => one.outcome === 'delivered').map((one) => one.text);
export const answered = (from: string, texts: readonly string[], within = 20_000) =>
  until(async () => (await answers(from)).length >= texts.length, { within, what: `an answer to ${from}` }).then(
    async () => expect(await answers(from)).toEqual(texts),
  );
export const lastRequest = (service: AiService) => JSON.stringify(service.requests.at(-1)?.body);
