import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { ChatMessage } from '../../src/session/records.ts';
import { startGeminiService } from '../ai-services/gemini-service.ts';
import { startOpenAiService } from '../ai-services/openai-service.ts';
import type { AiService } from '../ai-services/script.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { until } from '../support/until.ts';
import { placeBrowser } from '../whatsapp-web/test-browser.ts';
import { startWhatsAppWeb } from '../whatsapp-web/whatsapp-web.ts';

/**
 * One bot that stays linked, for a whole file of tests: the built program and its commands, real PM2, the unmodified wppconnect in a
 * real Chromium, the real SDKs of OpenAI and Gemini against local services.
 */

export const name = 'padaria';
export const phone = '5511987654321';
export const admin = '5511900000001';

export let web: Awaited<ReturnType<typeof startWhatsAppWeb>>;
export let openai: AiService;
export let gemini: AiService;
export let fleet: BuiltFleet;
export let door: Fleet;

/** No theatre and no splitting: what is tested here is who gets which answer, and when none. */
export const plainTiming = {
  quietMs: 400,
  maxWaitMs: 20_000,
  readingDelayMs: 0,
  typing: false,
  jitter: 0,
  pauseBetweenPartsMs: 0,
  split: false,
  timeZone: 'UTC',
};

let customers = 0;
/** A number that nobody wrote from yet. */
export const customer = (): string => {
  customers += 1;
  return `55219${String(80_000_000 + customers)}`;
};
export const say = (from: string, text: string, more: object = {}) =>
  web.deliver({ phone, from, text, name: 'Ana', ...more });
export const chatId = (from: string): string => (from.includes('@') ? from : `${from}@c.us`);
export const set = (key: string, value: unknown) => door.request('setConfig', { name, key, value, actor: 'test' });
export const run = async (...args: string[]): Promise<string> => {
  const result = await fleet.run(...args);
  expect(result.code, `${args.join(' ')}: ${result.stderr}`).toBe(0);
  return result.stdout;
};
export const row = (wanted = name): SessionRow => {
  const found = door.getSnapshot().sessions.find((one) => one.name === wanted);
  if (found === undefined) throw new Error(`no ${wanted}`);
  return found;
};
export const becomes = (what: string, check: (row: SessionRow) => boolean, within = 20_000, wanted = name) =>
  until(() => (check(row(wanted)) ? true : undefined), { within, every: 100, what: `${wanted}: ${what}` }).catch(
    (error: unknown) => {
      throw new Error(`it is ${JSON.stringify(row(wanted))}`, { cause: error });
    },
  );
export const messages = async (from: string): Promise<readonly ChatMessage[]> =>
  (await door.request('messages', { name, chat: chatId(from) })).messages;
/** Outcome and reason of the customer's last message. */
export const ending = async (from: string): Promise<string> => {
  const last = (await messages(from)).findLast((one) => one.from === 'customer');
  return last === undefined ? 'not there' : `${last.outcome}: ${last.outcomeReason ?? ''}`;
};
export const ends = (from: string, wanted: RegExp, within = 20_000) =>
  until(async () => wanted.test(await ending(from)), { within, what: `${from} to end as ${wanted}` }).catch(
    async (error: unknown) => {
      throw new Error(`it is ${await ending(from)}`, { cause: error });
    },
  );

/** The services and an empty fleet, whose `.env` says `lines` more than the keys and the admin. */
export const beginFleet = async (lines = ''): Promise<void> => {
  [web, openai, gemini] = await Promise.all([
    startWhatsAppWeb({ syncMs: 100, qr: { firstMs: 60_000, nextMs: 20_000, count: 5 } }),
    startOpenAiService(),
    startGeminiService(),
  ]);
  fleet = builtFleet({
    BROWSER_ARGS: JSON.stringify(web.browserArgs),
    OPENAI_BASE_URL: openai.baseUrl,
    GEMINI_BASE_URL: gemini.baseUrl,
    NO_COLOR: '1',
  });
  mkdirSync(join(fleet.home, 'data'), { recursive: true, mode: 0o700 });
  await placeBrowser(fleet.paths);
  writeFileSync(
    join(fleet.home, '.env'),
    `AI_SELECTED=GPT\nOPENAI_KEY=sk-of-the-fleet\nGEMINI_KEY=of-the-fleet\nADMIN_NUMBERS=${admin}\nFLEET_LANG=pt-BR\n${lines}`,
    { mode: 0o600 },
  );
};

export const openDoor = async (): Promise<void> => {
  door = await connectFleet({ paths: fleet.paths }, { launch: null });
};

/** By the QR that `qr` gives. */
export const link = async (): Promise<void> => {
  const { payload } = await fleet.json<{ payload: string }>('qr', name);
  await web.scan({ code: payload, phone, name: 'Padaria' });
  await becomes('connected', ({ state }) => state === 'connected', 40_000);
};

export const setPlainTiming = async (): Promise<void> => {
  for (const [key, value] of Object.entries(plainTiming)) await set(`timing_config.${key}`, value);
};

export const resetServices = (): void => {
  openai.reset();
  gemini.reset();
};

export const endFleet = async (): Promise<void> => {
  await door?.close();
  await fleet.end();
  await Promise.all([web.close(), openai.close(), gemini.close()]);
};
