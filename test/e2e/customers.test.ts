import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { ChatRow } from '../../src/session/records.ts';
import { startOpenAiService } from '../ai-services/openai-service.ts';
import type { AiService } from '../ai-services/script.ts';
import { until } from '../support/until.ts';
import {
  admin,
  becomes,
  beginFleet,
  customer,
  door,
  endFleet,
  ends,
  fleet,
  gemini,
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
 * What customers meet: whatever they send and under whatever address, each has one answer, or stands on the screen. The built program
 * and its commands, real PM2, the unmodified wppconnect in a real Chromium, the real SDKs of OpenAI and Gemini against local services.
 * One bot that stays linked; each test has customers of its own.
 */

/** The LID of a customer, which tells nothing of his number. */
const lidOf = (from: string): string => `77${from.slice(-9)}0`;
const idsOf = (from: string): readonly string[] => [`${from}@c.us`, `${lidOf(from)}@lid`];
/** What reached a customer, under either of his addresses. */
const answers = async (from: string): Promise<string[]> =>
  (await web.sent({ phone }))
    .filter((one) => idsOf(from).includes(one.chatId) && one.outcome === 'delivered')
    .map((one) => one.text);
const answered = (from: string, texts: readonly string[], within = 20_000) =>
  until(async () => (await answers(from)).length >= texts.length, { within, what: `an answer to ${from}` }).then(
    async () => expect(await answers(from)).toEqual(texts),
  );
/** The row as a script reads it. */
const listed = async (): Promise<
  Pick<SessionRow, 'verdict' | 'reason' | 'silent' | 'restriction' | 'asksForPerson'>
> => {
  const [found] = await fleet.json<SessionRow[]>('ls');
  if (found === undefined) throw new Error('ls lists nothing');
  return found;
};
/** The conversations of a person. */
const chatsOf = async (from: string): Promise<readonly ChatRow[]> =>
  (await door.request('chats', { name, limit: 200 })).chats.filter(
    (chat) => chat.phone === from || idsOf(from).includes(chat.chatId),
  );
const stored = (from: string, text: string) =>
  until(async () => (await messages(from)).some((one) => one.text === text), { what: `${text} in the store` });
const inputOf = (service: AiService): string => JSON.stringify(service.requests.at(-1)?.body);

beforeAll(async () => {
  await beginFleet();
  await run('create', name, '--start');
  await openDoor();
  await link();
  await setPlainTiming();
}, 240_000);
beforeEach(async () => {
  resetServices();
  await set('ai_config.provider', 'openai');
});
afterAll(endFleet, 60_000);

/** Somebody who was answered before anything else here happened. */
const regular = customer();

describe('nobody is left in silence behind a green light', () => {
  test('a customer is answered', async () => {
    await say(regular, 'bom dia');
    await answered(regular, ['echo: bom dia']);
    expect(await listed()).toMatchObject({ verdict: 'connected', silent: { chats: 0, today: 0, oldestSince: null } });
  });

  test('Gemini spends its tokens on thinking: NOT REPLYING with the reason, until all were answered or dismissed', async () => {
    const [ana, bia, caio] = [customer(), customer(), customer()];
    await set('ai_config.provider', 'gemini');
    gemini.always({ kind: 'thinking', tokens: 2000 });
    const since = Math.floor(Date.now() / 1000) * 1000;
    for (const from of [ana, bia, caio]) await say(from, 'tem pão?');
    await becomes('three in silence', ({ silent }) => silent.chats === 3, 40_000);
    await becomes('not replying', ({ verdict }) => verdict === 'not_replying');

    const shown = await listed();
    expect(shown).toMatchObject({ verdict: 'not_replying', silent: { chats: 3, today: 3 } });
    expect(shown.reason).toMatch(/thinking/);
    expect(shown.silent.oldestSince).toBeGreaterThanOrEqual(since);
    expect(await run('ls')).toMatch(/! +padaria +NÃO RESPONDE +\S+ +- +3 \d+s .*pensando/);
    expect(await run('why', name)).toContain('sem resposta desde');
    expect((await Promise.all([ana, bia, caio].map(answers))).flat()).toEqual([]);

    gemini.reset();
    await say(ana, 'oi?');
    // What she got no answer to is in the memory: Gemini is given both as one turn of hers.
    await answered(ana, ['echo: tem pão? oi?']);
    await becomes('two in silence', ({ silent, verdict }) => silent.chats === 2 && verdict === 'connected');
    expect(await run('dismiss', name, `${bia}@c.us`)).toContain('Mais 1');
    expect(await run('dismiss', name, caio)).toContain('Mais ninguém');
    expect(await listed()).toMatchObject({
      verdict: 'connected',
      reason: null,
      silent: { chats: 0, today: 3, oldestSince: null },
    });
  });
});

describe('one person, one conversation', () => {
  test('one message under the number and under the LID, at once or after a moment: one answer', async () => {
    const [ana, bia, witness] = [customer(), customer(), customer()];
    await say(ana, 'uma vez', { lid: lidOf(ana), under: 'number', again: {} });
    await say(bia, 'só uma', { lid: lidOf(bia), under: 'number', id: '3EB0ONEMESSAGE' });
    await answered(ana, ['echo: uma vez']);
    await answered(bia, ['echo: só uma']);
    await say(bia, 'só uma', { lid: lidOf(bia), under: 'lid', id: '3EB0ONEMESSAGE' });
    // Told after everything else, and answered: what was still to be answered before it was.
    await say(witness, 'e depois');
    await answered(witness, ['echo: e depois']);

    for (const [from, text] of [
      [ana, 'uma vez'],
      [bia, 'só uma'],
    ] as const) {
      expect(await answers(from)).toEqual([`echo: ${text}`]);
      expect(await chatsOf(from)).toHaveLength(1);
      expect((await messages(from)).filter((one) => one.from === 'customer')).toHaveLength(1);
    }
  });

  test('begun under the number, gone on under the LID: one memory, and back', async () => {
    const ana = customer();
    await say(ana, 'quero dois sonhos', { under: 'number' });
    await answered(ana, ['echo: quero dois sonhos']);
    await say(ana, 'e um bolo', { lid: lidOf(ana), under: 'lid' });
    await answered(ana, ['echo: quero dois sonhos', 'echo: e um bolo']);
    expect(inputOf(openai)).toContain('quero dois sonhos');
    await say(ana, 'para sábado', { lid: lidOf(ana), under: 'number' });
    await answered(ana, ['echo: quero dois sonhos', 'echo: e um bolo', 'echo: para sábado']);
    expect(inputOf(openai)).toMatch(/quero dois sonhos.*e um bolo.*para sábado/);
    expect(await chatsOf(ana)).toHaveLength(1);
  });

  test('answered messages told again under the LID after a reconnect: nothing is sent', async () => {
    const [ana, witness] = [customer(), customer()];
    const texts = ['um', 'dois', 'três'];
    const wanted = texts.map((text) => `echo: ${text}`);
    for (const [n, text] of texts.entries()) {
      await say(ana, text);
      await answered(ana, wanted.slice(0, n + 1));
    }
    await web.drop({ phone });
    await becomes('offline', ({ state }) => state === 'offline');
    const told = { phone, from: ana, lid: lidOf(ana), announced: true, withOurs: true, unread: 3 };
    expect((await web.replayUnderLid(told)).replayed).toBe(6);
    await web.comeBack({ phone });
    await becomes('connected', ({ state }) => state === 'connected', 40_000);
    await say(witness, 'voltou?');
    await answered(witness, ['echo: voltou?'], 30_000);
    await until(async () => (await chatsOf(ana)).some(({ lid }) => lid?.startsWith(lidOf(ana))), {
      what: 'the LID of the replay',
    });
    expect(await answers(ana)).toEqual(wanted);
    await say(ana, 'quatro', { lid: lidOf(ana), under: 'lid' });
    await answered(ana, [...wanted, 'echo: quatro']);
    expect(await chatsOf(ana)).toHaveLength(1);
    expect((await messages(ana)).filter((one) => one.from === 'customer').map((one) => one.text)).toEqual([
      ...texts,
      'quatro',
    ]);
  });
});

describe('whatever a customer sends', () => {
  const media = (mimeType: string, more: object = {}) => ({
    media: { mimeType, base64: Buffer.from('the file').toString('base64'), ...more },
  });

  test('a PDF is read to the AI', async () => {
    const ana = customer();
    openai.script({ kind: 'answer', text: 'Orçamento: dois bolos, R$ 80' });
    await say(ana, '', { type: 'document', ...media('application/pdf', { filename: 'orçamento.pdf' }) });
    await answered(ana, ['echo: [document, "orçamento.pdf": Orçamento: dois bolos, R$ 80]']);
  });

  test('a voice note is heard', async () => {
    const ana = customer();
    openai.script({ kind: 'answer', text: 'quero dois pães' });
    await say(ana, '', { type: 'ptt', ...media('audio/ogg') });
    await answered(ana, ['echo: [audio: quero dois pães]']);
  });

  test('a location, a sticker and a kind that nobody knows are told in words', async () => {
    const [ana, bia, caio] = [customer(), customer(), customer()];
    await say(ana, '', { type: 'location', fields: { lat: -23.5505, lng: -46.6333, loc: 'Praça da Sé\nSão Paulo' } });
    await answered(ana, ['echo: [location: "Praça da Sé", "São Paulo", coordinates -23.5505, -46.6333]']);
    await say(bia, '', { type: 'sticker', ...media('image/webp') });
    await answered(bia, ['echo: [sticker]']);
    await say(caio, '', { type: 'hologram' });
    await answered(caio, ['echo: [a message of a kind this bot cannot read]']);
  });

  test('what is quoted and the ad that a customer came through reach the AI', async () => {
    const [ana, bia] = [customer(), customer()];
    await say(ana, 'tem bolo?');
    await answered(ana, ['echo: tem bolo?']);
    const id = (await web.sent({ phone })).at(-1)?.id.split('_')[2] ?? '';
    await say(ana, 'quanto custa?', {
      quote: { id, of: 'me', message: { type: 'chat', body: 'Temos bolo de fubá' } },
    });
    await answered(ana, ['echo: tem bolo?', 'echo: [answers to our message: "Temos bolo de fubá"] quanto custa?']);
    await say(bia, 'vi o anúncio', { ad: { title: 'Pão de queijo', text: 'Hoje pela metade', url: 'https://x.y/z' } });
    await answered(bia, ['echo: [came through an ad: "Pão de queijo", "Hoje pela metade"] vi o anúncio']);
  });

  test('a message that cannot be read at first is answered once, when it can be', async () => {
    const [ana, bia] = [customer(), customer()];
    const { id } = await say(ana, 'cheguei', { ciphertext: 'held' });
    await until(async () => (await messages(ana)).length === 1, { what: 'the ciphertext' });
    await say(bia, 'de relance', { ciphertext: true });
    await answered(bia, ['echo: de relance']);
    expect(await answers(ana)).toEqual([]);
    await web.clear({ phone, id });
    await answered(ana, ['echo: cheguei']);
    await say(ana, 'e agora');
    await answered(ana, ['echo: cheguei', 'echo: e agora']);
  });
});

describe('changed words', () => {
  test('in quiet time the new words are answered and deleted ones are kept nowhere', async () => {
    const [ana, bia, caio] = [customer(), customer(), customer()];
    await set('timing_config.quietMs', 4000);
    const edited = await say(ana, 'quero dez tortas');
    const deleted = await say(bia, 'minha senha é abacaxi');
    await stored(ana, 'quero dez tortas');
    await stored(bia, 'minha senha é abacaxi');
    await web.edit({ phone, id: edited.id, text: 'quero duas tortas' });
    await web.remove({ phone, id: deleted.id });
    await ends(bia, /^ignored: the customer deleted it/);
    await say(caio, 'depois dela');
    await answered(ana, ['echo: quero duas tortas']);
    await answered(caio, ['echo: depois dela']);
    await set('timing_config.quietMs', plainTiming.quietMs);

    expect(await answers(bia)).toEqual([]);
    const asked = JSON.stringify(openai.requests);
    expect([asked.includes('dez tortas'), asked.includes('abacaxi')]).toEqual([false, false]);
    const exported = await run('export', name);
    expect(exported).toContain('quero duas tortas');
    expect([exported.includes('dez tortas'), exported.includes('abacaxi')]).toEqual([false, false]);
  });
});

describe('a person is asked for', () => {
  test('by the AI: the row says so, customer and admin are told, and resume answers on', async () => {
    const ana = customer();
    openai.script({
      kind: 'tool',
      name: 'ask_for_a_person',
      arguments: JSON.stringify({
        reason: 'reclama de um bolo',
        summary: 'Ana comprou um bolo ontem.\nQuer o dinheiro.',
      }),
    });
    await say(ana, 'quero meu dinheiro');
    const sentence = 'Vou chamar uma pessoa da nossa equipe. Ela continua a conversa por aqui.';
    await answered(ana, [sentence]);
    await until(
      async () => (await answers(admin)).some((text) => /reclama de um bolo.*\nAna comprou um bolo ontem\./.test(text)),
      { within: 20_000, what: 'the summary for the admin' },
    );
    await becomes('asks for a person', ({ verdict }) => verdict === 'asks_for_person');
    expect(await listed()).toMatchObject({ asksForPerson: 1, silent: { chats: 0 } });
    expect(await run('ls')).toMatch(/pede uma pessoa/);
    expect(await run('why', name, `${ana}@c.us`)).toContain('Quer o dinheiro.');
    await say(ana, 'alô?');
    await ends(ana, /^held/);
    await run('resume', name, `${ana}@c.us`);
    // What the person was asked for stays with the person; the bot remembers it and answers what came after.
    await answered(ana, [sentence, 'echo: alô?']);
    await ends(ana, /^answered/);
    expect(inputOf(openai)).toContain('quero meu dinheiro');
    await becomes('answering', ({ verdict, asksForPerson }) => verdict === 'connected' && asksForPerson === 0);
    expect((await answers(admin)).filter((text) => text.includes('reclama de um bolo'))).toHaveLength(1);
  });
});

describe('WhatsApp refuses new chats', () => {
  test('RESTRICTED; who was written to before is answered; the others are when it is over', async () => {
    const [ana, witness] = [customer(), customer()];
    await web.restrict({ phone, scope: 'new' });
    await say(ana, 'primeira vez');
    await becomes('restricted', ({ verdict }) => verdict === 'restricted');
    expect(await listed()).toMatchObject({ verdict: 'restricted', restriction: { scope: 'new', refused: 1 } });
    expect((await listed()).reason).toMatch(/new people/);
    await say(regular, 'e eu?');
    await answered(regular, ['echo: bom dia', 'echo: e eu?']);
    await say(witness, 'também sou nova');
    await until(async () => (await messages(witness)).length > 0, { what: 'the second new customer' });
    expect((await web.sent({ phone })).filter(({ outcome }) => outcome === 'refused')).toHaveLength(1);

    await web.restrict({ phone, scope: 'none' });
    // It is asked with care, and after a change of settings half a minute after the last refusal.
    await set('timing_config.partLength', 301);
    await answered(ana, ['echo: primeira vez'], 60_000);
    await answered(witness, ['echo: também sou nova'], 30_000);
    await becomes('answering', ({ verdict, restriction }) => verdict === 'connected' && restriction === null);
  });
});

describe('any AI service', () => {
  test('one with chat completions only is found out by itself', async () => {
    const ana = customer();
    const local = await startOpenAiService();
    try {
      local.serve(['/chat/completions'], 'text');
      await run('config', name, 'set', 'ai_config.baseUrl', local.baseUrl);
      await say(ana, 'quem responde?');
      await answered(ana, ['echo: quem responde?']);
      expect(local.missed).toEqual(['/v1/responses']);
      await say(ana, 'de novo');
      await answered(ana, ['echo: quem responde?', 'echo: de novo']);
      expect(local.missed).toEqual(['/v1/responses']);
      expect(local.requests.map(({ path }) => path)).toEqual(['/v1/chat/completions', '/v1/chat/completions']);
      expect([openai.requests.length, row().ai.status]).toEqual([0, 'ok']);
      expect(await run('try', name, 'oi', '--fast')).toContain('chat completions, descoberto sozinho');
    } finally {
      await run('config', name, 'set', 'ai_config.baseUrl', 'null');
      await local.close();
    }
  });
});
