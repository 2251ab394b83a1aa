import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MessageChange, WhatsAppMessage } from '../../../../workers/whatsapp/whatsapp-client.ts';
import { until } from '../../../support/until.ts';
import { startWhatsAppWeb, type WhatsAppWeb } from '../../../whatsapp-web/whatsapp-web.ts';
import { makeProfile, type RealClient, realClient } from './real-client.ts';

const phone = '5511987654321';
const customer = '5521912345678';
const chatId = `${customer}@c.us`;
const group = '120363000000000001@g.us';

type Change<Kind extends MessageChange['kind']> = MessageChange & { readonly kind: Kind };

/** One browser serves all these cases in order: a launch costs more than a case. */
describe('what is told besides new texts', () => {
  let web: WhatsAppWeb;
  let profile: Awaited<ReturnType<typeof makeProfile>>;
  let session: RealClient;

  const message = (text: string): Promise<WhatsAppMessage> =>
    until(() => session.messages().find((each) => each.text === text), { what: `the message "${text}"` });
  const messageOfId = (id: string): Promise<WhatsAppMessage> =>
    until(() => session.messages().find((each) => each.id === id), { what: `the message ${id}` });
  const changes = <Kind extends MessageChange['kind']>(kind: Kind, id: string): Change<Kind>[] =>
    session.events
      .flatMap((event) => (event.type === 'change' ? [event.change] : []))
      .filter((change): change is Change<Kind> => change.kind === kind)
      .filter((change) => ('message' in change ? change.message.id : change.messageId) === id);
  const change = <Kind extends MessageChange['kind']>(kind: Kind, id: string): Promise<Change<Kind>> =>
    until(() => changes(kind, id)[0], { what: `${kind} of ${id}` });
  /** Heard and told: whatever was on its way before is here too. */
  const settle = async (text: string): Promise<void> => {
    await web.deliver({ phone, from: '5541955554444', text });
    await message(text);
  };
  const sent = async (messageId: string) => (await web.sent({ phone })).filter((each) => each.messageId === messageId);

  const open = async (): Promise<void> => {
    session = realClient(web, profile.directory, { deadlines: { sendMs: 4_000 } });
    await session.client.open();
  };

  beforeAll(async () => {
    web = await startWhatsAppWeb({ syncMs: 50 });
    profile = await makeProfile();
    await open();
    await web.scan({ code: await session.qr(), phone, name: 'Ana' });
    await session.reach('connected');
  });

  afterAll(async () => {
    await session.client.close(5_000);
    await web.close();
    await profile.remove();
  });

  it('tells what a message of every sort carries, through the library as it is', async () => {
    const place = { lat: -23.5614, lng: -46.6559, loc: 'MASP\nAv. Paulista, 1578' };
    const { id } = await web.deliver({ phone, from: customer, type: 'location', fields: place });
    expect(await messageOfId(id)).toMatchObject({ kind: 'location', facts: { place: 'MASP', latitude: -23.5614 } });

    const poll = { pollName: 'Qual dia?', pollOptions: [{ name: 'sexta', localId: 0 }] };
    const asked = await web.deliver({ phone, from: customer, type: 'poll_creation', fields: poll });
    expect(await messageOfId(asked.id)).toMatchObject({ kind: 'poll', facts: { question: 'Qual dia?' } });

    const media = { mimeType: 'application/pdf', base64: 'JVBERg==', filename: 'nota.pdf', caption: 'nota.pdf' };
    const file = await web.deliver({ phone, from: customer, type: 'document', media, fields: { pageCount: 2 } });
    expect(await messageOfId(file.id)).toMatchObject({
      kind: 'document',
      text: '',
      facts: { fileName: 'nota.pdf', pages: 2, fileBytes: 4 },
    });
    await expect(session.client.downloadMedia(file.id, 3)).rejects.toMatchObject({ code: 'too-large' });
    expect((await session.client.downloadMedia(file.id, 4)).bytes).toHaveLength(4);
    await web.loseMedia({ phone, id: file.id });
  });

  it('tells what is quoted, also ours and a status, and the ad', async () => {
    const messageId = session.client.newMessageId();
    await session.client.send({ chatId, messageId, text: 'R$ 50' });
    const quote = { id: messageId, of: 'me', message: { type: 'chat', body: 'R$ 50' } };
    await web.deliver({ phone, from: customer, text: 'fechado', quote });
    expect((await message('fechado')).quoted).toEqual({
      id: `true_${chatId}_${messageId}`,
      fromMe: true,
      isStatus: false,
      kind: 'text',
      text: 'R$ 50',
    });

    const status = { id: '3EB0GONE', of: 'me', status: true, message: { type: 'image', caption: 'Promoção' } };
    await web.deliver({ phone, from: customer, text: 'ainda tem?', quote: status });
    expect((await message('ainda tem?')).quoted).toMatchObject({ fromMe: true, isStatus: true, text: 'Promoção' });

    await web.deliver({
      phone,
      from: customer,
      text: 'vi o anúncio',
      ad: { title: 'Bolo', text: '10 %', url: 'https://fb.me/1' },
    });
    expect((await message('vi o anúncio')).ad).toEqual({ title: 'Bolo', text: '10 %', url: 'https://fb.me/1' });
  });

  it('keeps a ciphertext as what it is until it can be read, and tells that once', async () => {
    const { id } = await web.deliver({ phone, from: customer, text: 'em segredo', ciphertext: 'held' });
    expect(await messageOfId(id)).toMatchObject({ kind: 'ciphertext', text: '' });
    expect(await session.client.changesOf([id])).toEqual([]);

    await web.clear({ phone, id });
    expect((await change('cleared', id)).message).toMatchObject({ kind: 'text', text: 'em segredo' });
    await settle('depois do segredo');
    expect(changes('cleared', id)).toHaveLength(1);
    expect(session.messages().filter((each) => each.id === id)).toHaveLength(1);
  });

  it('tells the words of a text that came empty, once they come', async () => {
    const { id } = await web.deliver({ phone, from: customer, text: '' });
    expect(await messageOfId(id)).toMatchObject({ kind: 'text', text: '' });
    await web.fill({ phone, id, text: 'demorei' });
    expect((await change('cleared', id)).message).toMatchObject({ text: 'demorei', edited: false });
    await settle('depois do vazio');
    expect(changes('cleared', id)).toHaveLength(1);
  });

  it('tells of an edit with the new words, in the chat of the message', async () => {
    const { id } = await web.deliver({ phone, from: customer, text: 'quero 2 bolos' });
    await message('quero 2 bolos');
    await web.edit({ phone, id, text: 'quero 3 bolos' });
    expect((await change('edited', id)).message).toMatchObject({ chatId, text: 'quero 3 bolos', edited: true });
    await web.edit({ phone, id, text: 'quero 4 bolos' });
    await until(() => changes('edited', id).length === 2);
    expect(changes('edited', id)[1]?.message.text).toBe('quero 4 bolos');
  });

  it('tells of a deletion once, by its author or by an admin', async () => {
    const own = await web.deliver({ phone, from: customer, text: 'apague isto' });
    const inGroup = await web.deliver({ phone, from: customer, group, text: 'fora da regra' });
    await message('fora da regra');
    await web.remove({ phone, id: own.id });
    await web.remove({ phone, id: inGroup.id, by: 'admin' });
    expect(await change('deleted', own.id)).toMatchObject({ chatId, fromMe: false });
    expect(await change('deleted', inGroup.id)).toMatchObject({ chatId: group });
    await settle('depois das remoções');
    expect(changes('deleted', own.id)).toHaveLength(1);
    expect(await session.client.changesOf([own.id])).toMatchObject([{ kind: 'deleted', messageId: own.id }]);
  });

  it('tells of reactions and votes, and whose they are', async () => {
    const { id } = await web.deliver({ phone, from: customer, text: 'obrigado' });
    await message('obrigado');
    await web.react({ phone, id, from: chatId, emoji: '❤️' });
    expect(await change('reaction', id)).toMatchObject({ author: chatId, fromMe: false, value: '❤️', chatId });
    await web.react({ phone, id, from: 'me', emoji: '' });
    await until(() => changes('reaction', id).length === 2);
    expect(changes('reaction', id)[1]).toMatchObject({ author: `${phone}@c.us`, fromMe: true, value: '' });

    const options = ['sexta', 'sábado'].map((name, localId) => ({ name, localId }));
    const poll = { pollName: 'Qual dia?', pollOptions: options };
    const asked = await web.deliver({ phone, from: customer, type: 'poll_creation', fields: poll });
    await messageOfId(asked.id);
    await web.vote({ phone, id: asked.id, from: chatId, options: ['sábado'] });
    expect(await change('vote', asked.id)).toMatchObject({ author: chatId, value: 'sábado' });
  });

  it('knows one person under number and LID, and the same message under both', async () => {
    const [from, lid] = ['5531988887777', '77788899900011'];
    const { id } = await web.deliver({
      phone,
      from,
      lid,
      under: 'number',
      again: { afterMs: 0 },
      text: 'oi dos dois lados',
    });
    const ofId = () => session.messages().filter((each) => each.id.endsWith(id.split('_')[2] ?? ''));
    await until(() => ofId().length === 2, { what: 'the message under both addresses' });
    expect(ofId().map((each) => each.chatId)).toEqual([`${from}@c.us`, `${lid}@lid`]);
    for (const each of ofId()) {
      expect(each.phone).toBe(from);
      expect([...each.addresses].sort()).toEqual([`${from}@c.us`, `${lid}@lid`]);
    }

    const missed = (await session.client.missedMessages(0)).filter((each) => each.text === 'oi dos dois lados');
    expect(missed).toHaveLength(1);
  });

  it('learns late who is behind a LID, and never takes a LID for a number', async () => {
    const lid = '77788899900022';
    await web.deliver({ phone, lid, text: 'quem sou eu?' });
    expect(await message('quem sou eu?')).toMatchObject({ phone: null, addresses: [`${lid}@lid`] });
    expect(await session.client.identify(`${lid}@lid`)).toMatchObject({
      phone: null,
      lid: `${lid}@lid`,
      addresses: [`${lid}@lid`],
    });

    await web.resolveLid({ phone, lid, number: '5531977776666' });
    await until(async () => (await session.client.identify(`${lid}@lid`)).phone === '5531977776666');
    await web.deliver({ phone, from: '5531977776666', lid, under: 'number', text: 'agora pelo número' });
    expect((await message('agora pelo número')).addresses).toEqual(['5531977776666@c.us', `${lid}@lid`]);
  });

  it('finds what was sent under the address that the chat had then', async () => {
    const [number, lid] = ['5531966665555', '77788899900033'];
    await web.deliver({ phone, from: number, text: 'pelo número' });
    await message('pelo número');
    const messageId = session.client.newMessageId();
    await session.client.send({ chatId: `${number}@c.us`, messageId, text: 'resposta' });
    await web.deliver({ phone, from: number, lid, text: 'agora pelo lid' });
    await message('agora pelo lid');
    expect(await session.client.lookUp({ chatId: `${lid}@lid`, messageId })).toMatchObject({ kind: 'found', ack: 1 });
    expect(await session.client.send({ chatId: `${lid}@lid`, messageId, text: 'resposta' })).toMatchObject({
      kind: 'unknown',
    });
    expect(await sent(messageId)).toHaveLength(1);
  });

  it('takes a business on another service for a person, and WhatsApp itself for none', async () => {
    await web.deliver({ phone, from: '5531955554444', hosted: true, text: 'da empresa' });
    expect(await message('da empresa')).toMatchObject({ chatKind: 'person', phone: '5531955554444' });
    await web.deliver({ phone, notice: true, text: 'Nova versão disponível' });
    expect(await message('Nova versão disponível')).toMatchObject({ chatId: '0@c.us', chatKind: 'other' });
  });

  it.each(['failed', 'clock'] as const)('says why WhatsApp refuses (%s), to new chats only or to all', async (how) => {
    const stranger = how === 'failed' ? '5531944443333@c.us' : '5531944442222@c.us';
    const trySending = async (to: string) => {
      const messageId = session.client.newMessageId();
      const result = await session.client.send({ chatId: to, messageId, text: 'olá' });
      return { result, found: await session.client.lookUp({ chatId: to, messageId }) };
    };
    const accepted = { result: { kind: 'accepted' }, found: { kind: 'found', ack: 1 } };
    const refused = (code: string) => ({ result: { kind: 'refused', code }, found: { kind: 'found', ack: -1 } });

    await web.refuseSends({ phone, how });
    expect(await trySending(chatId)).toMatchObject(refused('error'));
    await web.restrict({ phone, scope: 'new', how });
    expect(await trySending(stranger)).toMatchObject(refused('restricted-new'));
    expect(await trySending(chatId)).toMatchObject(accepted);
    await web.restrict({ phone, scope: 'all', how });
    expect(await trySending(chatId)).toMatchObject(refused('restricted'));
    await web.restrict({ phone, scope: 'none' });
    expect(await trySending(stranger)).toMatchObject(accepted);
  });

  it('hears that what was accepted failed later', async () => {
    await web.failSends({ phone, afterMs: 50 });
    const messageId = session.client.newMessageId();
    expect(await session.client.send({ chatId, messageId, text: 'vai falhar' })).toMatchObject({ kind: 'accepted' });
    await until(() =>
      session.events.some((event) => event.type === 'ack' && event.id.endsWith(messageId) && event.ack === -1),
    );
    expect(await session.client.lookUp({ chatId, messageId })).toEqual({ kind: 'found', ack: -1 });
  });

  describe('while the line is broken', () => {
    it('hears with the next connection what became of messages', async () => {
      const edited = await web.deliver({ phone, from: customer, text: 'sem linha' });
      const removed = await web.deliver({ phone, from: customer, text: 'sem linha e apagada' });
      await message('sem linha e apagada');
      await web.drop({ phone });
      await session.reach('offline');
      await web.edit({ phone, id: edited.id, text: 'sem linha, mudada' });
      await web.remove({ phone, id: removed.id });
      await web.comeBack({ phone });
      await session.reach('connected');
      expect((await change('edited', edited.id)).message.text).toBe('sem linha, mudada');
      await change('deleted', removed.id);
    });
  });

  describe('after a reload of the page', () => {
    it('hears changes as before', async () => {
      await web.crashPage({ phone });
      await session.tell('page-crashed');
      await session.reach('connected');
      const { id } = await web.deliver({ phone, from: customer, text: 'depois da queda' });
      await message('depois da queda');
      await web.edit({ phone, id, text: 'depois da queda, mudada' });
      expect((await change('edited', id)).message.text).toBe('depois da queda, mudada');
    });
  });

  describe('while nobody listened', () => {
    it('says afterwards what became of messages', async () => {
      const ids: string[] = [];
      for (const text of ['fica', 'muda', 'some']) {
        ids.push((await web.deliver({ phone, from: customer, text })).id);
        await message(text);
      }
      const hidden = await web.deliver({ phone, from: customer, text: 'clareia', ciphertext: 'held' });
      const dark = await web.deliver({ phone, from: customer, text: 'nunca', ciphertext: 'held' });
      await messageOfId(dark.id);
      const [kept = '', edited = '', removed = ''] = ids;

      await session.client.close(5_000);
      await web.edit({ phone, id: edited, text: 'mudou' });
      await web.remove({ phone, id: removed });
      await web.clear({ phone, id: hidden.id });
      await web.replayUnderLid({ phone, from: customer, lid: '77788899900044' });
      await open();
      await session.reach('connected');

      const asked = [kept, edited, removed, hidden.id, dark.id, `false_${chatId}_3AUNKNOWN`];
      const told = (await session.client.changesOf(asked)).map((each) =>
        'message' in each ? [each.kind, each.message.id, each.message.text] : [each.kind, each.messageId],
      );
      expect(told).toEqual([
        ['cleared', kept, 'fica'],
        ['cleared', edited, 'mudou'],
        ['edited', edited, 'mudou'],
        ['deleted', removed],
        ['cleared', hidden.id, 'clareia'],
      ]);
    });

    it('gives what was replayed under a LID once, with both addresses', async () => {
      const missed = await session.client.missedMessages(Date.now());
      const keys = missed.map((each) => each.id.split('_')[2]);
      expect(new Set(keys).size).toBe(keys.length);
      const one = missed.find((each) => each.text === 'fica');
      expect([...(one?.addresses ?? [])].sort()).toEqual([chatId, '77788899900044@lid']);
    });
  });

  afterEach(({ task }) => {
    if (task.result?.state === 'fail')
      console.error(JSON.stringify([session.lines.slice(-20), session.events.slice(-6)], null, 1));
  });
});
