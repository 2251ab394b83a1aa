import { beforeAll, describe, expect, it } from 'vitest';
import type { SendFile } from '../../../../src/session/send-file.ts';
import { createChatQueries } from '../../../../src/store/chat-queries.ts';
import type { AiProvider, AiRequest, AiResult } from '../../../../workers/ai/ai-provider.ts';
import { answer, bia, connectedPipeline, menu, minute, type Pipeline, plainConfig } from '../pipeline-support.ts';

/** Files that a bot sends: offered, promised with an answer, and out through the outbox once. */

const hour = 60 * minute;

const calls =
  (...given: readonly Record<string, unknown>[]) =>
  (): AiResult => ({
    kind: 'tool',
    name: 'send_file',
    arguments: given[0],
    calls: given.map((one, index) => ({ id: `c${index}`, name: 'send_file', arguments: one, signature: null })),
    text: null,
    usage: { inputTokens: 10, outputTokens: 5 },
    model: 'test',
    notes: [],
  });
const says = (text: string) => (): AiResult => answer(text);
const empty = (): AiResult => ({ kind: 'no-answer', code: 'empty', reason: 'it said nothing', usage: null });

const bakery = async (...files: readonly Partial<SendFile>[]): Promise<Pipeline> => {
  const config = plainConfig();
  const p = await connectedPipeline({ config: { ...config, ai: { ...config.ai, provider: 'openai' } } });
  for (const file of files) p.store.sendFiles.put(p.sessionId, { ...menu, ...file }, p.clock.now());
  return p;
};
const cake = {
  name: 'bolo',
  fileName: 'bolo.jpg',
  kind: 'image',
  mimeType: 'image/jpeg',
  hash: 'b'.repeat(64),
} as const;

const ask = async (p: Pipeline, text: string, ...script: readonly ((request: AiRequest) => AiResult)[]) => {
  p.ai.script = [...script];
  p.say(text);
  await p.clock.advance(10 * minute);
};
const outputs = (p: Pipeline): string[] =>
  p.ai.requests.at(-1)?.rounds?.flatMap((round) => round.calls.map(({ output }) => output)) ?? [];
const events = (p: Pipeline): string[] =>
  p.store.database.all<{ kind: string }>('SELECT kind FROM events ORDER BY id').map(({ kind }) => kind);

// Virtual time does not wait for a module.
beforeAll(() =>
  Promise.all([
    import('../../../../workers/conversation/turn/file-tool.ts'),
    import('../../../../workers/conversation/turn/tool-rounds.ts'),
    import('../../../../workers/conversation/turn/tool-outputs.ts'),
    import('../../../../workers/conversation/outbox/spoken-part.ts'),
  ]),
);

describe('a bot with files', () => {
  it('is offered none without files, with a fake AI and as a mystery customer’s bot; then its words and its file go in order', async () => {
    const p = await bakery();
    await ask(p, 'oi', says('Olá!'));
    expect(p.ai.requests[0]?.tools?.map(({ name }) => name)).not.toContain('send_file');

    p.store.sendFiles.put(p.sessionId, menu, p.clock.now());
    p.store.sendFiles.put(p.sessionId, { ...menu, ...cake }, p.clock.now());
    await ask(
      p,
      'tem cardápio?',
      calls({ name: 'menu', caption: 'O cardápio' }, { name: 'bolo', place: 'before' }),
      says('Aqui está. Já enviei o cardápio.'),
    );
    const tool = p.ai.requests[1]?.tools?.find(({ name }) => name === 'send_file');
    expect(tool?.parameters).toMatchObject({ properties: { name: { enum: ['bolo', 'menu'] } } });
    expect(tool?.description).toContain('menu: Our menu with prices (document)');
    expect(p.sentTexts()).toEqual([
      'Olá!',
      '📎 bolo.jpg',
      'Aqui está. Já enviei o cardápio.',
      '📎 menu.pdf: O cardápio',
    ]);
    expect(p.outcomes()).toEqual({ oi: 'answered', 'tem cardápio?': 'answered' });
    const chat = p.store.database.all('SELECT kind, text, mime_type AS type FROM messages WHERE outbox_id IS NOT NULL');
    expect(chat).toContainEqual({ kind: 'image', text: '📎 bolo.jpg', type: 'image/jpeg' });
    expect(chat).toContainEqual({ kind: 'document', text: '📎 menu.pdf: O cardápio', type: 'application/pdf' });

    // Not twice within hours, unless the customer asks for it again.
    await ask(p, 'obrigado', calls({ name: 'menu' }), says('De nada!'));
    expect(outputs(p)[0]).toContain('Call again with');
    await ask(p, 'manda de novo?', calls({ name: 'menu', again: true }), says('Claro.'));
    expect(p.sentTexts().slice(4)).toEqual(['De nada!', 'Claro.', '📎 menu.pdf']);
    await p.clock.advance(7 * hour);
    await ask(p, 'e hoje?', calls({ name: 'menu' }), says('Hoje também.'));
    expect(p.sentTexts().slice(-2)).toEqual(['Hoje também.', '📎 menu.pdf']);
  });

  it('sends a file alone, three at most, one that was replaced as it is now, and claims no booking by it', async () => {
    const all = ['a', 'b', 'c', 'd'].map((name) => ({ name, fileName: `${name}.pdf`, hash: name.repeat(64) }));
    const p = await bakery(...all);
    await ask(p, 'tudo', calls(...all.map(({ name }) => ({ name })), { name: 'a' }, { name: 'zzz' }), empty);
    expect(p.sentTexts()).toEqual(['📎 a.pdf', '📎 b.pdf', '📎 c.pdf']);
    expect(outputs(p).map((one) => JSON.parse(one).ok)).toEqual([true, true, true, false, false, false]);
    expect(p.outcomes()).toEqual({ tudo: 'answered' });

    await p.clock.advance(7 * hour);
    p.ai.script = [calls({ name: 'a' }), says('Reserva feita: está reservado!'), says('Aqui está.')];
    p.say('reserva?');
    await p.clock.advance(10 * minute);
    expect(p.sentTexts().slice(3)).toEqual(['Aqui está.', '📎 a.pdf']);

    await p.clock.advance(7 * hour);
    p.engine.onDisconnected();
    p.engine.onConnected(p.clock.now());
    p.configure((config) => ({ ...config, timing: { ...config.timing, readingDelayMs: 60_000 } }));
    p.ai.script = [calls({ name: 'b' }), says('Segue.')];
    p.say('b?');
    await p.clock.advance(70_000);
    p.store.sendFiles.put(p.sessionId, { ...menu, ...all[1], fileName: 'b-novo.pdf' }, p.clock.now());
    await p.clock.advance(10 * minute);
    expect(p.sentTexts().slice(-2)).toEqual(['Segue.', '📎 b-novo.pdf']);
  });

  it('says its words when the file is gone, refused by WhatsApp or fails later, tells the operator, and leaves nobody in silence', async () => {
    const p = await bakery({}, cake);
    p.configure((config) => ({ ...config, timing: { ...config.timing, readingDelayMs: 60_000 } }));
    p.ai.script = [calls({ name: 'menu' }, { name: 'bolo' }), says('Segue o cardápio.')];
    p.say('cardápio?');
    await p.clock.advance(70_000);
    p.files.gone.add(menu.hash);
    p.whatsapp.fate = ({ text }) => (text.includes('bolo') ? 'file' : 'accepted');
    await p.clock.advance(10 * minute);
    expect(p.sentTexts()).toEqual(['Segue o cardápio.']);
    expect(p.outcomes()).toEqual({ 'cardápio?': 'answered' });
    expect(events(p).filter((kind) => kind === 'file-not-sent')).toHaveLength(2);
    expect(p.store.database.get('SELECT count(*) AS n FROM silences WHERE ended_at IS NULL')).toEqual({ n: 0 });

    // Neither is offered any more in this chat, the one that is gone in none; said once a day.
    p.whatsapp.fate = () => 'accepted';
    await ask(p, 'e agora?', says('Agora sem.'));
    expect(p.ai.requests.at(-1)?.tools?.map(({ name }) => name)).not.toContain('send_file');
    p.say('oi', { chatId: bia });
    await p.clock.advance(10 * minute);
    expect(JSON.stringify(p.ai.requests.at(-1)?.tools)).toContain('"enum":["bolo"]');
    expect(events(p).filter((kind) => kind === 'file-missing')).toHaveLength(1);
  });

  it('asks again without a file that was all of an answer, and stands as silent where nobody knows whether it arrived', async () => {
    const p = await bakery({});
    p.whatsapp.fate = ({ text }) => (text.includes('menu') ? 'file' : 'accepted');
    await ask(
      p,
      'cardápio?',
      calls({ name: 'menu' }),
      empty,
      says('Não consigo enviar o arquivo agora: temos bolo a R$ 20.'),
    );
    expect(p.sentTexts()).toEqual(['Não consigo enviar o arquivo agora: temos bolo a R$ 20.']);
    expect(p.outcomes()).toEqual({ 'cardápio?': 'answered' });

    const q = await bakery({});
    q.whatsapp.fate = () => 'lost';
    await ask(q, 'cardápio?', calls({ name: 'menu' }), empty);
    await q.clock.advance(30 * minute);
    expect(q.whatsapp.attempts).toHaveLength(1);
    expect(q.outcomes()).toEqual({ 'cardápio?': 'unknown: send-unknown' });
    expect(q.store.database.get('SELECT count(*) AS n FROM silences WHERE ended_at IS NULL')).toEqual({ n: 1 });
  });

  it('gives a file up that ends the page each time it is sent, and says its words', async () => {
    const p = await bakery({});
    p.whatsapp.lookup = () => 'page-gone';
    p.whatsapp.fate = ({ text }) => (text.includes('menu') ? 'lost' : 'accepted');
    await ask(p, 'cardápio?', calls({ name: 'menu', place: 'before' }), says('Segue.'));
    expect(p.whatsapp.attempts.map(({ text }) => text)).toEqual([...Array<string>(4).fill('📎 menu.pdf'), 'Segue.']);
    expect(p.outcomes()).toEqual({ 'cardápio?': 'answered' });
    expect(events(p)).toContain('file-not-sent');
  });

  it('waits as a draft with its file in watch mode, and one approval sends both; a newer message takes both back', async () => {
    const p = await bakery({});
    p.store.sessions.change(p.sessionId, { replies: 'draft' }, p.clock.now());
    p.engine.wake();
    await ask(p, 'cardápio?', calls({ name: 'menu', caption: 'preços' }), says('Aqui.'));
    expect(p.sentTexts()).toEqual([]);
    const [draft] = createChatQueries(p.store.database).drafts(p.sessionId);
    expect(draft).toMatchObject({ text: 'Aqui.', files: ['menu'] });
    await ask(p, 'só o doce', calls({ name: 'menu', place: 'before' }), says('Doces aqui.'));
    const drafts = createChatQueries(p.store.database).drafts(p.sessionId);
    expect(drafts.map(({ text }) => text)).toEqual(['Doces aqui.']);
    p.store.outbox.approveDraft(drafts[0]?.outboxId ?? 0, 'you', p.clock.now());
    p.engine.wake();
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['📎 menu.pdf', 'Doces aqui.']);
    expect(Object.values(p.outcomes())).toEqual(['answered', 'answered']);
  });

  it('drops the file with the words when a person takes over, and counts it under the caps', async () => {
    const p = await bakery({});
    p.configure((config) => ({ ...config, timing: { ...config.timing, pauseBetweenPartsMs: 60_000 } }));
    p.ai.script = [calls({ name: 'menu' }), says('Segue.')];
    p.say('cardápio?');
    await p.clock.advance(50_000);
    expect(p.sentTexts()).toEqual(['Segue.']);
    p.say('deixa comigo', { fromMe: true });
    await p.clock.advance(10 * minute);
    expect(p.sentTexts()).toEqual(['Segue.']);

    const q = await bakery({});
    q.configure((config) => ({ ...config, timing: { ...config.timing, maxPerChatHour: 1 } }));
    await ask(q, 'cardápio?', calls({ name: 'menu' }), says('Segue.'));
    expect(q.sentTexts()).toEqual(['Segue.']);
    await q.clock.advance(hour);
    expect(q.sentTexts()).toEqual(['Segue.', '📎 menu.pdf']);
  });
});

describe('a bot that speaks', () => {
  const note = { kind: 'audio', facts: { voiceNote: true, seconds: 4 } } as const;
  const speaking = async (speak: AiProvider['speak'], voice: 'off' | 'notes' = 'notes') => {
    const config = plainConfig();
    const p = await connectedPipeline({ config: { ...config, ai: { ...config.ai, provider: 'openai', voice } } });
    Object.assign(p.ai, { speak });
    const hear = async (text: string) => {
      p.ai.script = [says(text)];
      const one = p.say('', note);
      p.whatsapp.media.set(one.id, new Uint8Array(4));
      await p.clock.advance(10 * minute);
    };
    return { p, hear };
  };
  const usage = { inputTokens: 100, outputTokens: 1000 };
  const spoken = async () => ({ ...answer(''), model: 'gpt-4o-mini-tts', usage, bytes: new Uint8Array(50) }) as const;

  it('answers a voice note by one, keeps its words, pays for it, and writes what is to be seen', async () => {
    const { p, hear } = await speaking(spoken);
    await hear('Abrimos às oito.');
    expect(p.sentTexts()).toEqual(['📎 voice.ogg']);
    const [said] = p.store.database.all("SELECT kind, text, ack FROM messages WHERE sender = 'bot'");
    expect(said).toMatchObject({ kind: 'audio', text: 'Abrimos às oito.' });
    const heard = p.store.database.get("SELECT media_text AS text FROM messages WHERE sender = 'customer'");
    expect(heard).toEqual({ text: 'audio of 4 bytes' });
    const paid = p.store.database.get("SELECT cost_micro AS cost FROM ai_usage WHERE model = 'gpt-4o-mini-tts'");
    expect(paid).toEqual({ cost: 12_060 });

    await ask(p, 'e o preço?', says('Vinte reais.'));
    await hear('Veja em https://padaria.example/cardapio');
    await hear(`Temos: ${'bolo '.repeat(200)}`);
    expect(p.sentTexts().slice(1, 3)).toEqual(['Vinte reais.', 'Veja em https://padaria.example/cardapio']);
    expect(p.sentTexts().filter((text) => text.includes('voice.ogg'))).toHaveLength(1);

    const off = await speaking(spoken, 'off');
    await off.hear('Abrimos às oito.');
    expect(off.p.sentTexts()).toEqual(['Abrimos às oito.']);
  });

  it('writes the same words when speech fails, is refused by WhatsApp, or the money is spent', async () => {
    const failing = await speaking(async () => ({
      kind: 'passing',
      code: '500',
      reason: 'no voice today',
      retryAfterMs: null,
    }));
    await failing.hear('Abrimos às oito.');
    expect(failing.p.sentTexts()).toEqual(['Abrimos às oito.']);
    expect(events(failing.p)).toContain('voice-failed');

    const thrown = await speaking(() => Promise.reject(new Error('socket hang up')));
    await thrown.hear('Abrimos às oito.');
    expect(thrown.p.sentTexts()).toEqual(['Abrimos às oito.']);

    const refusing = await speaking(spoken);
    refusing.p.whatsapp.fate = ({ text }) => (text.includes('voice.ogg') ? 'file' : 'accepted');
    await refusing.hear('Abrimos às oito.');
    expect(refusing.p.sentTexts()).toEqual(['Abrimos às oito.']);
    expect(Object.values(refusing.p.outcomes())).toEqual(['answered']);
  });

  it('is a draft first in watch mode, and says nothing any more when a person takes over while it speaks', async () => {
    const { p, hear } = await speaking(spoken);
    p.store.sessions.change(p.sessionId, { replies: 'draft' }, p.clock.now());
    p.engine.wake();
    await hear('Abrimos às oito.');
    const [draft] = createChatQueries(p.store.database).drafts(p.sessionId);
    p.store.outbox.approveDraft(draft?.outboxId ?? 0, 'you', p.clock.now());
    p.engine.wake();
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['📎 voice.ogg']);

    const slow = await speaking(async () => {
      slow.p.say('deixa comigo', { fromMe: true });
      await new Promise<void>((resolve) => slow.p.clock.after(5000, resolve));
      return spoken();
    });
    await slow.hear('Abrimos às oito.');
    expect(slow.p.sentTexts()).toEqual([]);
  });
});
