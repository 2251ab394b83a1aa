import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DraftRow } from '../../src/session/records.ts';
import type { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { aiServiceCases } from './conversations/ai-service.ts';
import { answered, answers, lastRequest, prompt } from './conversations/answers.ts';
import { holdingAndSendingCases } from './conversations/holding-and-sending.ts';
import {
  admin,
  becomes,
  beginFleet,
  chatId,
  customer,
  door,
  endFleet,
  ends,
  fleet,
  link,
  messages,
  name,
  openai,
  openDoor,
  phone,
  plainTiming,
  resetServices,
  row,
  run,
  say,
  set,
  setPlainTiming,
  web,
} from './linked-bot.ts';

/**
 * Conversations as an operator has them: the built program and its commands, real PM2, the unmodified wppconnect in a real Chromium,
 * the real SDKs of OpenAI and Gemini against local services. One bot that stays linked; each test has customers of its own.
 */

beforeAll(
  // As the user's old bot had it.
  () => beginFleet(`OPENAI_ASSISTANT=asst_0ld\nGEMINI_PROMPT="${prompt}"\n`),
  120_000,
);
beforeEach(resetServices);
afterAll(endFleet, 60_000);

describe('the user’s old .env', () => {
  test('makes the new session as the old bot was, and says once what to set instead of an assistant', async () => {
    expect(await run('create', name, '--start')).toContain(name);
    await openDoor();
    const { config, instructions } = await door.request('session', { name });
    expect([config.ai.provider, instructions?.text]).toEqual(['openai', prompt]);
    const log = readFileSync(join(fleet.paths.logs, 'master.log'), 'utf8');
    expect(log.match(/OPENAI_ASSISTANT/g)?.length).toBeGreaterThan(0);
    expect(log).not.toContain('asst_0ld');
    expect(log.split('\n').filter((line) => line.includes('zap-fleet prompt NAME --edit'))).toHaveLength(1);
  });

  test('links with the QR that `qr` gives', link);
});

/** A customer of old: what the owner writes within seconds of a first message is taken for WhatsApp Business's greeting. */
const regular = customer();
const afterGreeting = 12_000;
let regularSince = 0;

describe('rhythm', () => {
  test('an answer, at all', async () => {
    await setPlainTiming();
    regularSince = Date.now();
    await say(regular, 'bom dia');
    await answered(regular, ['echo: bom dia']);
  });

  test('a preset shows in every field, and goes again', async () => {
    await run('config', name, 'set', 'timing_config.preset', 'business');
    const shown = await fleet.json<Record<string, unknown>>('config', name, 'get', 'timing_config');
    expect(shown).toMatchObject({
      'timing_config.charactersPerSecond': 18,
      'timing_config.outsideHours': 'away',
      'timing_config.openingHours': [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }],
    });
    await run('config', name, 'set', 'timing_config.preset', 'null');
    expect((await door.request('session', { name })).config.timing.openingHours).toBeNull();
    await setPlainTiming();
  });

  test('an answer goes out in parts, with typing shown, after the reading delay', async () => {
    for (const [key, value] of [
      ['split', true],
      ['partLength', 60],
      ['typing', true],
      ['charactersPerSecond', 400],
    ] as const)
      await set(`timing_config.${key}`, value);
    const ana = customer();
    openai.script({
      kind: 'answer',
      text: 'Abrimos às 8h. O pão sai às 9h30, veja em www.padaria.com.br/horario hoje. Até já!',
    });
    await say(ana, 'que horas abre?');
    await until(async () => (await answers(ana)).length >= 2, { what: 'two parts' });
    await ends(ana, /^answered/);
    expect((await answers(ana)).join(' ')).toBe(
      'Abrimos às 8h. O pão sai às 9h30, veja em www.padaria.com.br/horario hoje. Até já!',
    );
    const { presence, read } = await web.seen({ phone });
    expect(presence.some((one) => one.chatId === chatId(ana))).toBe(true);
    expect(read).toContain(chatId(ana));
    await set('timing_config.split', false);
    await set('timing_config.typing', false);
  });

  test('quiet time joins what is written in pieces into one answer', async () => {
    await set('timing_config.quietMs', 1500);
    const ana = customer();
    for (const text of ['oi', 'tudo bem?', 'tem pão?']) await say(ana, text);
    await answered(ana, ['echo: oi\ntudo bem?\ntem pão?']);
    await set('timing_config.quietMs', plainTiming.quietMs);
  });

  test('a message during the AI call joins: one answer to both', async () => {
    const ana = customer();
    openai.script({ kind: 'answer', delayMs: 2500 });
    await say(ana, 'um');
    await until(() => openai.requests.length > 0, { what: 'the first call' });
    await say(ana, 'dois');
    await answered(ana, ['echo: um\ndois']);
    expect(await run('why', name, chatId(ana))).toMatch(/respondida/);
  });
});

describe('what is read, and who is answered', () => {
  test('captions, voice messages and pictures as ai_config says', async () => {
    const [ana, bia, caio] = [customer(), customer(), customer()];
    const audio = {
      media: { mimeType: 'audio/ogg', base64: Buffer.from('OggS voice').toString('base64') },
      type: 'ptt',
    };
    const picture = (caption?: string) => ({
      media: { mimeType: 'image/png', base64: Buffer.from('png').toString('base64'), ...(caption ? { caption } : {}) },
    });
    await set('ai_config.audio', 'describe');
    await set('ai_config.image', 'reply');
    await set('ai_config.mediaReply', 'Só leio textos e áudios.');
    openai.script({ kind: 'answer', text: 'quero dois pães' });
    await say(ana, '', audio);
    await answered(ana, ['echo: [audio: quero dois pães]']);
    await say(bia, '', picture());
    await answered(bia, ['Só leio textos e áudios.']);
    await say(bia, '', picture('quanto custa este?'));
    await answered(bia, ['Só leio textos e áudios.', 'echo: [image: not looked at] quanto custa este?']);
    await set('ai_config.audio', 'ignore');
    const transcriptions = () => openai.requests.filter(({ path }) => path.endsWith('/audio/transcriptions')).length;
    const heard = transcriptions();
    await say(caio, '', audio);
    await answered(caio, ['echo: [audio: not listened to]']);
    expect([heard, transcriptions()]).toEqual([1, 1]);
  });

  test('groups are left; the deny list with and without the ninth digit; a LID by the number behind it', async () => {
    const [ana, lidOnly, known] = [customer(), '771234567890', customer()];
    const calls = openai.requests.length;
    await say(ana, 'no grupo', { group: '123456@g.us' });
    await run('config', name, 'set', 'filters.deny', `${ana.slice(0, 4)}${ana.slice(5)}, ${known}`);
    await say(ana, 'negada');
    await ends(ana, /^ignored: on the deny list/);
    await say(known, 'pelo LID', { lid: lidOnly });
    await ends(`${lidOnly}@lid`, /^ignored: on the deny list/);
    await ends('123456@g.us', /^ignored: groups/);
    expect(openai.requests.length).toBe(calls);
    await run('config', name, 'set', 'filters.deny', '[]');
    await run('config', name, 'set', 'filters.allow', known);
    await say(known, 'agora sim', { lid: lidOnly });
    await answered(`${lidOnly}@lid`, ['echo: agora sim']);
    await say(ana, 'não está na lista');
    await ends(ana, /^ignored: not on the allow list/);
    await run('config', name, 'set', 'filters.allow', '[]');
  });
});

describe('a person takes over', () => {
  test('typing on the phone pauses that chat; it shows, and is resumed by hand', async () => {
    const bia = customer();
    await until(() => Date.now() - regularSince > afterGreeting, { within: afterGreeting, what: 'a chat of some age' });
    await web.typeOnPhone({ phone, chatId: chatId(regular), text: 'Deixa comigo.' });
    await becomes('one paused chat', ({ pausedChats }) => pausedChats === 1);
    await say(regular, 'e o bolo?');
    await ends(regular, /^held: .*paused by owner/);
    await say(bia, 'aqui não');
    await answered(bia, ['echo: aqui não']);
    expect(await run('ls')).toContain('1 conversa em pausa,');
    expect(await run('chats', name)).toMatch(new RegExp(`${chatId(regular)} .*pelo dono até`));
    await run('resume', name, chatId(regular));
    await answered(regular, ['echo: bom dia', 'echo: e o bolo?']);
    await becomes('no paused chat', ({ pausedChats }) => pausedChats === 0);
  });

  test('commands count from the owner and from ADMIN_NUMBERS, from nobody else', async () => {
    const ana = customer();
    await say(ana, '!pausar');
    await answered(ana, ['echo: !pausar']);
    await web.typeOnPhone({ phone, chatId: chatId(ana), text: '!pausar 10' });
    await becomes('one paused chat', ({ pausedChats }) => pausedChats === 1);
    await web.typeOnPhone({ phone, chatId: chatId(ana), text: '!retomar' });
    await becomes('no paused chat', ({ pausedChats }) => pausedChats === 0);
    await say(admin, '!pausar');
    await becomes('replies paused', ({ replies }) => replies === 'paused');
    await say(ana, 'alguém aí?');
    await ends(ana, /^held: replies of this session are paused/);
    await say(admin, '!status');
    await until(async () => (await answers(admin)).some((text) => text.startsWith('Bot em pausa.')), {
      what: 'the status',
    });
    await say(admin, '!retomar');
    await answered(ana, ['echo: !pausar', 'echo: alguém aí?']);
    await web.typeOnPhone({ phone, chatId: chatId(ana), text: '!limpar' });
    await until(async () => (await messages(ana)).some((one) => one.text === '!limpar'), { what: 'the command' });
    await say(ana, 'do zero');
    await answered(ana, ['echo: !pausar', 'echo: alguém aí?', 'echo: do zero']);
    expect(lastRequest(openai)).not.toContain('alguém');
  });

  test('watch mode: drafts are changed, approved, dropped by hand; one command goes live', async () => {
    const [ana, bia] = [customer(), customer()];
    await run('prompt', name, `${prompt} Seja breve.`, '--draft');
    await say(ana, 'tem sonho?');
    await say(bia, 'tem bolo?');
    const drafts = await until(
      async () => {
        const found = await fleet.json<DraftRow[]>('drafts', name);
        return found.length === 2 ? found : undefined;
      },
      { within: 20_000, every: 300, what: 'two drafts' },
    );
    const of = (from: string): string => String(drafts.find((one) => one.chatId === chatId(from))?.outboxId);
    expect(await answers(ana)).toEqual([]);
    await run('draft', 'edit', of(ana), 'Temos sonho de creme.');
    await run('draft', 'approve', of(ana));
    await answered(ana, ['Temos sonho de creme.']);
    await run('draft', 'drop', of(bia));
    await ends(bia, /^unanswered: you dropped the draft/);
    expect((await fleet.run('draft', 'approve', of(bia))).code).toBe(4);
    await run('resume', name);
    await say(bia, 'ao vivo?');
    await answered(bia, ['echo: ao vivo?']);
  });

  test('instructions: versions, what changed, and back', async () => {
    expect(await run('prompt', name, '--diff', '2')).toBe(`-${prompt}\n+${prompt} Seja breve.\n`);
    await run('prompt', name, '--rollback', '1');
    const history = await run('prompt', name, '--history');
    expect(history).toMatch(/\* +3 .*you/);
    expect(history).toMatch(/ 1 .*GEMINI_PROMPT/);
    const ana = customer();
    await say(ana, 'oi');
    await answered(ana, ['echo: oi']);
    expect(lastRequest(openai)).toContain('Você atende a padaria.');
  });
});

aiServiceCases();

holdingAndSendingCases();

describe('the right phone, and without PM2', () => {
  test('a number that runs in another session is held, another one than expected, too', async () => {
    await run('create', 'otica', '--start');
    const { payload } = await fleet.json<{ payload: string }>('qr', 'otica');
    await web.scan({ code: payload, phone, name: 'Padaria' });
    await becomes('held', ({ state }) => state === 'held', 40_000, 'otica');
    expect(row('otica')).toMatchObject({ verdict: 'wrong_number', reasonCode: 'phone-elsewhere' });
    expect(row('otica').reason).toContain('already runs in session padaria');
    await run('config', 'otica', 'set', 'phone', '5531988887777');
    await becomes('another reason', ({ reasonCode }) => reasonCode === 'wrong-phone', 20_000, 'otica');
    const ana = customer();
    await say(ana, 'uma vez');
    await answered(ana, ['echo: uma vez']);
    expect((await door.request('chats', { name: 'otica' })).chats).toEqual([]);
    await run('delete', 'otica', '--yes');
  });

  test('run: the same bot in the foreground of a terminal, linked without a QR', async () => {
    const refused = await fleet.run('run', name);
    expect([refused.code, refused.stderr.split('\n').length]).toEqual([4, 2]);
    await run('stop', name);
    const terminal: Terminal = fleet.open({ columns: 120, rows: 40 }, ['run', name]);
    await terminal.see('OPENAI_ASSISTANT', 20_000);
    await terminal.see(/connected +11 98765-4321/, 40_000);
    const ana = customer();
    await say(ana, 'sem PM2');
    await answered(ana, ['echo: sem PM2']);
    await terminal.see('< Ana: sem PM2');
    await terminal.see('> Ana: echo: sem PM2');
    terminal.type('\u0003');
    await terminal.see('padaria stopped', 20_000);
    expect(await terminal.exited).toBe(0);
  });

  test('SINGLE_SESSION_MODE makes the bot that only .env knows of, and shows its QR', async () => {
    const terminal = fleet.open({ columns: 120, rows: 60 }, [], {
      SINGLE_SESSION_MODE: 'true',
      SESSION_NAME: 'bot-antigo',
    });
    await terminal.see('bot-antigo made', 20_000);
    await terminal.see('Linked devices', 40_000);
    terminal.type('\u0003');
    expect(await terminal.exited).toBe(0);
    const { config, instructions } = await door.request('session', { name: 'bot-antigo' });
    expect([config.ai.provider, instructions?.text]).toEqual(['openai', prompt]);
  });
});
