import { describe, expect, it } from 'vitest';
import type { AiResult } from '../../../workers/ai/ai-provider.ts';
import type { WhatsAppMessage } from '../../../workers/whatsapp/whatsapp-client.ts';
import { ana, answer, connectedPipeline, minute, type Pipeline, plainConfig } from './pipeline-support.ts';

const second = 1000;
const phone = '5511987654321';
const lid = '99887766554433@lid';

/** The same person under his LID; WhatsApp knows the number, or does not. */
const underLid = (more: Partial<WhatsAppMessage> = {}): Partial<WhatsAppMessage> => ({
  chatId: lid,
  addresses: [lid, ana],
  phone,
  ...more,
});
const unresolved = { chatId: lid, addresses: [lid], phone: null };

const conversations = (p: Pipeline) => p.store.database.all('SELECT id FROM conversations ORDER BY id');
const history = (p: Pipeline) => p.ai.requests.at(-1)?.history.map((item) => item.text);

/** WhatsApp tells this message of before again, under the LID. */
const again = (of: WhatsAppMessage, more: Partial<WhatsAppMessage> = {}): WhatsAppMessage => ({
  ...of,
  ...underLid(),
  id: of.id.replace(of.chatId, lid),
  ...more,
});

describe('one message told under two addresses', () => {
  it.each([
    ['at once', 0],
    ['after 3 s', 3 * second],
    ['while its answer is on its way', 16 * second],
  ] as const)('%s is answered once', async (_, later) => {
    const p = await connectedPipeline();
    const one = p.say('oi');
    await p.clock.advance(later);
    p.engine.onMessage(again(one));
    await p.clock.advance(2 * minute);
    expect(p.sentTexts()).toEqual(['re: oi']);
    expect(conversations(p)).toHaveLength(1);
  });

  it('is the same person from then on, also where WhatsApp tells no number', async () => {
    const p = await connectedPipeline();
    const one = p.say('oi');
    await p.clock.advance(minute);
    p.engine.onMessage(again(one, unresolved));
    p.say('e agora?', unresolved);
    await p.clock.advance(minute);
    expect(conversations(p)).toHaveLength(1);
    expect(history(p)).toEqual(['oi', 're: oi']);
    expect(p.sentTexts(lid)).toEqual(['re: e agora?']);
  });

  it.each<readonly [string, () => AiResult]>([
    [
      'the service is asked again after a fault',
      () => ({ kind: 'passing', code: '500', reason: 'fault', retryAfterMs: 30 * second }),
    ],
    ['the service refuses the account', () => ({ kind: 'refused', scope: 'account', code: '401', reason: 'no' })],
    ['the service has nothing to say', () => ({ kind: 'no-answer', code: 'blocked', reason: 'blocked', usage: null })],
  ])('whose turn is taken over by the other chat’s: %s, and nothing is answered twice', async (_, first) => {
    const p = await connectedPipeline();
    // The older chat is the one that stays.
    p.say('bom dia');
    await p.clock.advance(minute);
    let asked = 0;
    p.ai.script = [
      async (request) => {
        asked += 1;
        // The first turn is still asking when its chat becomes one with the other, whose turn asks by then, too.
        if (asked === 1) {
          await new Promise<void>((resolve) => p.clock.after(25 * second, resolve));
          return first();
        }
        await new Promise<void>((resolve) => p.clock.after(20 * second, resolve));
        return answer(`re: ${request.text}`);
      },
    ];
    p.say('quero bolo', unresolved);
    await p.clock.advance(16 * second);
    expect(asked).toBe(1);
    p.say('de cenoura', { addresses: [ana, lid], phone });
    await p.clock.advance(10 * minute);
    p.configure((config) => config);
    await p.clock.advance(10 * minute);

    const words = p.sentTexts().join();
    expect(words.match(/quero bolo/g) ?? []).toHaveLength(1);
    expect(words.match(/de cenoura/g) ?? []).toHaveLength(1);
    expect(conversations(p)).toHaveLength(1);
  });

  it('makes one of two people whose numbers differ never', async () => {
    const p = await connectedPipeline();
    const one = p.say('oi');
    p.engine.onMessage(again(one, { addresses: [lid], phone: '5521900001111' }));
    p.say('sou outro', { chatId: lid, addresses: [lid], phone: '5521900001111' });
    await p.clock.advance(minute);
    expect(conversations(p)).toHaveLength(2);
  });

  it('forty answered messages replayed under LIDs after a reconnect: nothing is sent', async () => {
    const p = await connectedPipeline();
    const all: WhatsAppMessage[] = [];
    for (let nth = 0; nth < 40; nth += 1) all.push(p.say(`oi ${nth}`, { chatId: `5511987${600_000 + nth}@c.us` }));
    await p.clock.advance(2 * minute);
    expect(p.sentTexts()).toHaveLength(40);
    const mine = p.whatsapp.sent.map((one) => ({ id: `true_${one.chatId}_${one.messageId}`, chatId: one.chatId }));

    p.engine.onDisconnected();
    p.whatsapp.inbox.length = 0;
    const lidOf = (chatId: string): string => chatId.replace('55119876', '770').replace('@c.us', '@lid');
    for (const one of all) {
      const chatId = lidOf(one.chatId);
      p.whatsapp.inbox.push({
        ...one,
        id: one.id.replace(one.chatId, chatId),
        chatId,
        addresses: [chatId],
        phone: null,
      });
    }
    for (const { id, chatId } of mine)
      p.whatsapp.inbox.push({
        ...(all[0] as WhatsAppMessage),
        fromMe: true,
        id: id.replace(chatId, lidOf(chatId)),
        chatId: lidOf(chatId),
        addresses: [lidOf(chatId)],
        phone: null,
      });
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(5 * minute);
    expect(p.sentTexts()).toHaveLength(40);
    expect(p.store.conversations.paused(p.sessionId)).toEqual([]);
  });
});

describe('a person who goes on under another address', () => {
  it.each([
    ['from his number to his LID', {}, underLid()],
    ['from his LID to his number', underLid(), {}],
    ['to a hosted address', {}, { chatId: '99@hosted.lid', addresses: ['99@hosted.lid', ana], phone }],
  ] as const)('%s: one conversation, one memory', async (_, before, after) => {
    const p = await connectedPipeline();
    p.say('meu nome é Ana', before);
    await p.clock.advance(minute);
    p.say('qual é meu nome?', after);
    await p.clock.advance(minute);
    expect(conversations(p)).toHaveLength(1);
    expect(history(p)).toEqual(['meu nome é Ana', 're: meu nome é Ana']);
    const last = 'chatId' in after ? after.chatId : ana;
    expect(p.whatsapp.sent.at(-1)).toMatchObject({ chatId: last, text: 're: qual é meu nome?' });
  });

  it('within quiet time is answered once, with both', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(3 * second);
    p.say('tem bolo?', underLid());
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: oi\ntem bolo?']);
  });

  it.each([
    ['from his number', {}, underLid()],
    ['from his LID', underLid(), {}],
  ] as const)('while the owner has taken over, %s: the bot stays silent', async (_, before, after) => {
    const p = await connectedPipeline();
    p.say('oi', before);
    await p.clock.advance(12 * second);
    p.say('deixa comigo', { ...before, fromMe: true });
    await p.clock.advance(5 * minute);
    p.say('tem bolo?', after);
    await p.clock.advance(5 * minute);
    expect(p.sentTexts()).toEqual([]);
    expect(p.outcomes()).toEqual({ oi: 'held: chat-paused', 'tem bolo?': 'held: chat-paused' });
  });

  it('the owner writes to him under his LID: his chat is paused', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(12 * second);
    p.say('deixa comigo', underLid({ fromMe: true }));
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'held: chat-paused' });
    expect(conversations(p)).toHaveLength(1);
  });

  it('is under maxPerChatHour with all that was sent to him', async () => {
    const config = plainConfig();
    const p = await connectedPipeline({ config: { ...config, timing: { ...config.timing, maxPerChatHour: 2 } } });
    p.say('um');
    await p.clock.advance(minute);
    p.say('dois', underLid());
    await p.clock.advance(minute);
    p.say('três');
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: um', 're: dois']);
    expect(p.outcomes()).toMatchObject({ três: 'held: cap' });
  });

  it('with a draft open: it is made anew with what he wrote since', async () => {
    const p = await connectedPipeline();
    p.store.sessions.change(p.sessionId, { replies: 'draft' }, p.clock.now());
    p.engine.wake();
    p.say('oi');
    await p.clock.advance(minute);
    p.say('tem bolo?', underLid());
    await p.clock.advance(minute);
    expect(p.store.chats.drafts(p.sessionId).map((draft) => draft.text)).toEqual(['re: oi\ntem bolo?']);
  });
});

describe('two chats that turn out to be one person', () => {
  const knowLid = (p: Pipeline): void => {
    p.whatsapp.identities.set(lid, { phone, lid, isSavedContact: false });
  };

  it('when the phone is asked who is behind a LID: the history is one', async () => {
    const p = await connectedPipeline();
    p.say('meu nome é Ana');
    await p.clock.advance(minute);
    knowLid(p);
    p.say('qual é meu nome?', unresolved);
    await p.clock.advance(minute);
    expect(conversations(p)).toHaveLength(1);
    expect(history(p)).toEqual(['meu nome é Ana', 're: meu nome é Ana']);
    expect(p.store.events.list({ limit: 9 }).map((event) => event.kind)).toContain('chats-merged');
  });

  it('while both wait: one answer with both', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    p.say('tem bolo?', unresolved);
    await p.clock.advance(5 * second);
    p.say('e pão?', underLid());
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: oi\ntem bolo?\ne pão?']);
    expect(p.engine.status().activeChats).toBe(0);
  });

  it('while a turn runs for the one that is gone: it ends without a send, all is answered once', async () => {
    const p = await connectedPipeline();
    p.say('antes');
    await p.clock.advance(minute);
    p.ai.script = [
      async (request) => {
        await new Promise<void>((resolve) => p.clock.after(10 * second, resolve));
        return answer(`re: ${request.text}`);
      },
    ];
    p.say('tem bolo?', unresolved);
    await p.clock.advance(20 * second);
    expect(p.ai.requests).toHaveLength(2);
    p.say('e pão?', underLid());
    await p.clock.advance(2 * minute);
    expect(p.sentTexts()).toEqual(['re: antes', 're: tem bolo?\ne pão?']);
    expect(p.store.database.all('SELECT outcome FROM turns ORDER BY id')).toEqual([
      { outcome: 'answered' },
      { outcome: 'superseded' },
      { outcome: 'answered' },
    ]);
  });

  it('while the answer of the one that is gone is being sent: it goes out once and belongs to the one that is left', async () => {
    const p = await connectedPipeline();
    p.say('antes');
    await p.clock.advance(minute);
    p.whatsapp.latency = () => 4 * second;
    p.say('tem bolo?', unresolved);
    await p.clock.advance(17 * second);
    p.say('e pão?', underLid());
    await p.clock.advance(3 * minute);
    expect(p.sentTexts()).toEqual(['re: antes', 're: tem bolo?', 're: e pão?']);
    expect(p.store.chats.messages({ sessionId: p.sessionId, chatId: ana, limit: 20 }).map((one) => one.text)).toEqual([
      'antes',
      're: antes',
      'tem bolo?',
      'e pão?',
      're: tem bolo?',
      're: e pão?',
    ]);
  });

  it('`!pausar` with a number pauses the person, under whatever address he writes, also before he wrote', async () => {
    const p = await connectedPipeline({ settings: { adminNumbers: ['5521998761234'] } });
    p.say('oi', underLid());
    await p.clock.advance(second);
    p.say('!pausar 55 11 98765-4321', { chatId: '5521998761234@c.us' });
    p.say('!pausar 55 31 99999-0000', { chatId: '5521998761234@c.us' });
    await p.clock.advance(minute);
    p.say('alô?', unresolved);
    p.say('sou novo', { chatId: '5531999990000@c.us' });
    await p.clock.advance(minute);
    expect(p.outcomes()).toMatchObject({
      oi: 'held: chat-paused',
      'alô?': 'held: chat-paused',
      'sou novo': 'held: chat-paused',
    });
  });
});
