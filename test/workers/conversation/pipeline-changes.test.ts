import { describe, expect, it } from 'vitest';
import type { WhatsAppMessage } from '../../../workers/whatsapp/whatsapp-client.ts';
import { answer, connectedPipeline, minute, type Pipeline, plainConfig } from './pipeline-support.ts';

const second = 1000;

const everyText = (p: Pipeline): string =>
  JSON.stringify([
    p.store.database.all('SELECT * FROM messages'),
    p.store.database.all('SELECT joined_text, message_ids FROM turns'),
    p.store.database.all('SELECT last_text, context_summary FROM conversations'),
    p.store.database.all('SELECT text FROM summaries'),
  ]);

const lastWords = (p: Pipeline): string | undefined => p.ai.requests.at(-1)?.text;

/** An AI that answers after ten seconds. */
const slow = (p: Pipeline): void => {
  p.ai.script = [
    async (request) => {
      await new Promise<void>((resolve) => p.clock.after(10 * second, resolve));
      return answer(`re: ${request.text}`);
    },
  ];
};

describe('edited', () => {
  it('in quiet time: the new words are answered once quiet time has passed anew, the old ones are in no memory', async () => {
    const p = await connectedPipeline();
    const one = p.say('quero 2 bolos');
    await p.clock.advance(10 * second);
    p.edit(one, 'quero 3 bolos');
    await p.clock.advance(10 * second);
    expect(p.sentTexts()).toEqual([]);
    await p.clock.advance(minute);

    expect(p.sentTexts()).toEqual(['re: quero 3 bolos']);
    expect(p.ai.requests).toHaveLength(1);
    expect(everyText(p)).not.toContain('2 bolos');
  });

  it('keeps the longest wait: whoever goes on editing is answered all the same', async () => {
    const config = plainConfig();
    const p = await connectedPipeline({
      config: { ...config, timing: { ...config.timing, quietMs: 20 * second, maxWaitMs: 50 * second } },
    });
    const one = p.say('0');
    for (let nth = 1; nth <= 4; nth += 1) {
      await p.clock.advance(12 * second);
      p.edit(one, String(nth));
    }
    await p.clock.advance(5 * second);
    expect(p.sentTexts()).toEqual(['re: 4']);
  });

  it('while the AI is asked and nothing was sent: that turn is superseded', async () => {
    const p = await connectedPipeline();
    slow(p);
    const one = p.say('quero 2 bolos');
    await p.clock.advance(20 * second);
    expect(p.ai.requests).toHaveLength(1);
    p.edit(one, 'quero 3 bolos');
    await p.clock.advance(2 * minute);

    expect(p.sentTexts()).toEqual(['re: quero 3 bolos']);
    expect(p.store.database.all('SELECT outcome FROM turns ORDER BY id')).toEqual([
      { outcome: 'superseded' },
      { outcome: 'answered' },
    ]);
  });

  it('while the answer waits to be sent: it is taken back', async () => {
    const config = plainConfig();
    const p = await connectedPipeline({
      config: { ...config, timing: { ...config.timing, readingDelayMs: 20 * second } },
    });
    const one = p.say('quero 2 bolos');
    await p.clock.advance(20 * second);
    expect(p.ai.requests).toHaveLength(1);
    p.edit(one, 'quero 3 bolos');
    await p.clock.advance(2 * minute);

    expect(p.sentTexts()).toEqual(['re: quero 3 bolos']);
    expect(p.outcomes()).toEqual({ 'quero 3 bolos': 'answered' });
  });

  it('after the answer: a new message says what changed, once however often it is told', async () => {
    const p = await connectedPipeline();
    const one = p.say('quero 2 bolos');
    await p.clock.advance(minute);
    const edited = p.edit(one, 'quero 3 bolos');
    await p.clock.advance(minute);

    expect(lastWords(p)).toMatch(/^\[changes an earlier message, which said: .*quero 2 bolos.*\] quero 3 bolos$/);
    expect(p.sentTexts()).toHaveLength(2);

    p.engine.onChange({ kind: 'edited', message: edited, at: p.clock.now() });
    p.engine.onMessage(edited);
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(2 * minute);
    expect(p.sentTexts()).toHaveLength(2);

    p.edit(one, 'quero 2 bolos');
    await p.clock.advance(minute);
    expect(lastWords(p)).toMatch(/which said: .*quero 3 bolos.*\] quero 2 bolos$/);
    expect(p.sentTexts()).toHaveLength(3);
  });

  it('twice after the answer within quiet time: one message with the last words', async () => {
    const p = await connectedPipeline();
    const one = p.say('às 8h');
    await p.clock.advance(minute);
    p.edit(one, 'às 9h');
    await p.clock.advance(5 * second);
    p.edit(one, 'às 10h');
    await p.clock.advance(minute);
    expect(p.sentTexts()).toHaveLength(2);
    expect(lastWords(p)).toMatch(/\] às 10h$/);
  });

  it('is not undone by an older state that comes late', async () => {
    const p = await connectedPipeline();
    const one = p.say('a');
    await p.clock.advance(5 * second);
    const older = { ...one, text: 'b', edited: true };
    const at = p.clock.now() - second;
    p.edit(one, 'c');
    await p.clock.advance(0);
    p.engine.onChange({ kind: 'edited', message: older, at });
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: c']);
  });

  it('with a draft open: the draft is made anew', async () => {
    const p = await connectedPipeline();
    p.store.sessions.change(p.sessionId, { replies: 'draft' }, p.clock.now());
    p.engine.wake();
    const one = p.say('quero 2 bolos');
    await p.clock.advance(minute);
    p.edit(one, 'quero 3 bolos');
    await p.clock.advance(minute);
    expect(p.store.chats.drafts(p.sessionId).map((draft) => draft.text)).toEqual(['re: quero 3 bolos']);
    expect(p.outcomes()).toEqual({ 'quero 3 bolos': 'held: draft' });
  });

  it('by somebody on the deny list, in a group or by the owner wakes nobody', async () => {
    const p = await connectedPipeline();
    p.configure((config) => ({ ...config, filters: { ...config.filters, deny: ['5511987654321'] } }));
    const one = p.say('oi');
    const group = p.say('oi grupo', { chatId: '120363@g.us', chatKind: 'group', author: '1@c.us', phone: null });
    const mine = p.say('volto já', { fromMe: true, chatId: '5521998761234@c.us' });
    await p.clock.advance(minute);
    p.edit(one, 'olá');
    p.edit(group, 'olá grupo');
    p.edit(mine, 'volto amanhã');
    await p.clock.advance(minute);
    expect(p.ai.requests).toEqual([]);
    expect(everyText(p)).not.toContain('volto já');
  });

  it('of a message that was never told is that message', async () => {
    const p = await connectedPipeline();
    const unknown = { ...p.say('x'), id: 'false_5511987654321@c.us_NEVER', text: 'nunca visto', edited: true };
    p.engine.onChange({ kind: 'edited', message: unknown, at: p.clock.now() });
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: x\nnunca visto']);
  });
});

describe('deleted', () => {
  it('while it is folded into the summary: the summary is not kept', async () => {
    const config = plainConfig();
    const p = await connectedPipeline({ config: { ...config, ai: { ...config.ai, historyTokens: 60 } } });
    p.ai.script = [() => answer('com prazer')];
    let folding = 0;
    p.ai.summarize = async ({ items }) => {
      folding += 1;
      await new Promise<void>((resolve) => p.clock.after(20 * second, resolve));
      return answer(items.map(({ text }) => text).join());
    };
    const secret = p.say('meu cartão é 4111, quero bolos e pães para sábado às três');
    for (let turn = 0; folding === 0; turn += 1) {
      await p.clock.advance(minute / 2);
      if (folding === 0) p.say(`uma pergunta bem comprida sobre bolos e pães número ${turn}`);
    }
    p.erase(secret);
    await p.clock.advance(2 * minute);

    expect(everyText(p)).not.toContain('4111');
  });

  it('between two parts of its answer, the second of which is never confirmed: nobody is left in silence', async () => {
    const config = plainConfig();
    const timing = { ...config.timing, partLength: 40, pauseBetweenPartsMs: 20 * second };
    const p = await connectedPipeline({ config: { ...config, timing } });
    p.ai.script = [
      () => answer('O primeiro parágrafo, comprido o bastante.\n\nO segundo parágrafo, comprido o bastante.'),
    ];
    const one = p.say('quero bolo');
    await p.clock.advance(20 * second);
    expect(p.sentTexts()).toHaveLength(1);
    p.whatsapp.fate = () => 'lost';
    p.erase(one);
    await p.clock.advance(20 * minute);

    expect(p.store.silences.open(p.sessionId)).toEqual([]);
  });

  it('while it waits: answered by nobody, and its text is nowhere', async () => {
    const p = await connectedPipeline();
    const one = p.say('minha senha é 1234');
    await p.clock.advance(5 * second);
    p.erase(one);
    await p.clock.advance(minute);
    expect(p.ai.requests).toEqual([]);
    expect(everyText(p)).not.toContain('1234');
    expect(p.store.database.all('SELECT outcome, outcome_code AS code FROM messages')).toEqual([
      { outcome: 'ignored', code: 'deleted' },
    ]);
    expect(p.store.silences.open(p.sessionId)).toEqual([]);
  });

  it('while the AI is asked: the turn is superseded, what else was written is answered', async () => {
    const p = await connectedPipeline();
    slow(p);
    const one = p.say('minha senha é 1234');
    p.say('tem bolo?');
    await p.clock.advance(20 * second);
    p.erase(one);
    await p.clock.advance(2 * minute);
    expect(p.sentTexts()).toEqual(['re: tem bolo?']);
    expect(everyText(p)).not.toContain('1234');
    expect(p.store.database.all('SELECT outcome FROM turns ORDER BY id')).toEqual([
      { outcome: 'superseded' },
      { outcome: 'answered' },
    ]);
  });

  it('after the answer: erased from the store and from the memory, also where it was quoted and edited', async () => {
    const p = await connectedPipeline();
    p.ai.script = [() => answer('ok')];
    const one = p.say('minha senha é 1234');
    await p.clock.advance(minute);
    p.edit(one, 'minha senha é 12345');
    p.say('entendeu?', {
      quotedId: one.id,
      quoted: { id: one.id, fromMe: false, isStatus: false, kind: 'text', text: one.text },
    });
    await p.clock.advance(minute);
    p.erase(one);
    await p.clock.advance(second);
    expect(everyText(p)).not.toContain('1234');

    p.say('oi');
    await p.clock.advance(minute);
    expect(JSON.stringify(p.ai.requests.at(-1)?.history)).not.toContain('1234');
  });

  it('erases what was read in a voice note from its turn too, and a quote told under another address', async () => {
    const p = await connectedPipeline();
    p.ai.script = [() => answer('ok')];
    const one = p.say('minha senha é 1234', { kind: 'audio', mimeType: 'audio/ogg' });
    p.whatsapp.media.set(one.id, new Uint8Array(1234));
    await p.clock.advance(minute);
    const steps = (): string => JSON.stringify(p.store.database.all('SELECT steps FROM turns'));
    expect(steps()).toContain('audio of 1234 bytes');
    const id = one.id.replace(one.chatId, '99887766@lid');
    p.say('entendeu?', {
      quotedId: id,
      quoted: { id, fromMe: false, isStatus: false, kind: 'audio', text: one.text },
    });
    await p.clock.advance(minute);
    p.erase(one);
    await p.clock.advance(second);

    expect(`${everyText(p)}${steps()}`).not.toContain('1234');
    expect(steps()).toContain('media-described');
  });

  it('with a draft open: the draft is dropped, what else was written is drafted anew', async () => {
    const p = await connectedPipeline();
    p.store.sessions.change(p.sessionId, { replies: 'draft' }, p.clock.now());
    p.engine.wake();
    const one = p.say('apague isto');
    p.say('tem bolo?');
    await p.clock.advance(minute);
    p.erase(one);
    await p.clock.advance(minute);
    expect(p.store.chats.drafts(p.sessionId).map((draft) => draft.text)).toEqual(['re: tem bolo?']);
  });

  it('ends the silence of a customer who took everything back', async () => {
    const p = await connectedPipeline();
    p.ai.script = [() => ({ kind: 'no-answer', code: 'empty', reason: 'nothing came', usage: null })];
    const one = p.say('oi');
    const two = p.say('alô?');
    await p.clock.advance(minute);
    expect(p.store.silences.open(p.sessionId)).toHaveLength(1);
    p.erase(one);
    await p.clock.advance(second);
    expect(p.store.silences.open(p.sessionId)).toHaveLength(1);
    p.erase(two);
    await p.clock.advance(second);
    expect(p.store.silences.open(p.sessionId)).toEqual([]);
  });

  it('twice, or of a message that is not known, is nothing', async () => {
    const p = await connectedPipeline();
    const one = p.say('oi');
    await p.clock.advance(minute);
    p.erase(one);
    p.erase(one);
    p.engine.onChange({
      kind: 'deleted',
      messageId: 'false_1@c.us_NEVER',
      chatId: '1@c.us',
      fromMe: false,
      at: p.clock.now(),
    });
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: oi']);
  });
});

describe('reactions and votes', () => {
  it('are kept with their message, taken back, and wake nobody', async () => {
    const p = await connectedPipeline();
    const one = p.say('oi');
    await p.clock.advance(minute);
    const react = (kind: 'reaction' | 'vote', value: string, messageId = one.id): void =>
      p.engine.onChange({
        kind,
        messageId,
        chatId: one.chatId,
        author: one.chatId,
        fromMe: false,
        value,
        at: p.clock.now(),
      });
    react('reaction', '👍');
    react('vote', 'amanhã');
    react('reaction', '❤️', 'false_1@c.us_NEVER');
    await p.clock.advance(minute);
    const chat = p.store.conversations.find(p.sessionId, one.chatId)?.id ?? 0;
    expect(p.store.reactions.ofChat(chat).get(one.id)).toMatchObject([{ value: '👍' }, { value: 'amanhã' }]);
    react('reaction', '');
    await p.clock.advance(minute);
    expect(p.store.reactions.ofChat(chat).get(one.id)).toMatchObject([{ kind: 'vote' }]);
    expect(p.ai.requests).toHaveLength(1);
    expect(p.store.database.all('SELECT count(*) AS n FROM reactions')).toEqual([{ n: 1 }]);
  });
});

describe('a message that cannot be read', () => {
  const cipher: Partial<WhatsAppMessage> = { kind: 'ciphertext' };

  it('waits a minute for its words, then the AI is told so', async () => {
    const p = await connectedPipeline();
    p.say('', cipher);
    await p.clock.advance(59 * second);
    expect(p.ai.requests).toEqual([]);
    await p.clock.advance(30 * second);
    expect(lastWords(p)).toMatch(/could not be read/);
    expect(p.sentTexts()).toHaveLength(1);
  });

  it.each([
    ['a text without words', {}],
    ['a text of blanks', { text: ' \n ' }],
  ] as const)('%s waits as well', async (_, more) => {
    const p = await connectedPipeline();
    p.say('', more);
    await p.clock.advance(50 * second);
    expect(p.ai.requests).toEqual([]);
    await p.clock.advance(minute);
    expect(lastWords(p)).toMatch(/could not be read/);
  });

  it('that clears in time is answered as any other, and only once', async () => {
    const p = await connectedPipeline();
    const one = p.say('', cipher);
    await p.clock.advance(30 * second);
    const cleared = p.clear(one, 'tem bolo?');
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: tem bolo?']);

    p.engine.onChange({ kind: 'cleared', message: cleared, at: p.clock.now() });
    p.engine.onMessage(cleared);
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(2 * minute);
    expect(p.sentTexts()).toHaveLength(1);
  });

  it('that clears after the AI was told is answered once, never twice', async () => {
    const p = await connectedPipeline();
    const one = p.say('', cipher);
    await p.clock.advance(2 * minute);
    expect(p.sentTexts()).toHaveLength(1);
    const cleared = p.clear(one, 'tem bolo?');
    await p.clock.advance(minute);
    expect(p.sentTexts().slice(1)).toEqual(['re: tem bolo?']);
    p.engine.onChange({ kind: 'cleared', message: cleared, at: p.clock.now() });
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(2 * minute);
    expect(p.sentTexts()).toHaveLength(2);
    expect(p.outcomes()).toEqual({ 'tem bolo?': 'answered' });
  });

  it('that clears while the AI is asked about it supersedes that turn', async () => {
    const p = await connectedPipeline();
    slow(p);
    const one = p.say('', cipher);
    await p.clock.advance(65 * second);
    expect(p.ai.requests).toHaveLength(1);
    p.clear(one, 'tem bolo?');
    await p.clock.advance(2 * minute);
    expect(p.sentTexts()).toEqual(['re: tem bolo?']);
  });

  it('does not keep what was written beside it waiting', async () => {
    const p = await connectedPipeline();
    p.say('', cipher);
    p.say('tem bolo?');
    await p.clock.advance(30 * second);
    expect(p.sentTexts()).toEqual(['re: tem bolo?']);
    await p.clock.advance(2 * minute);
    expect(p.sentTexts()).toHaveLength(2);
    expect(p.ai.requests).toHaveLength(2);
  });

  it('clears at the next look at the phone when nobody told us', async () => {
    const p = await connectedPipeline();
    const one = p.say('', cipher);
    await p.clock.advance(10 * second);
    p.engine.onDisconnected();
    p.whatsapp.changes.push({
      kind: 'cleared',
      message: { ...one, kind: 'text', text: 'tem bolo?' },
      at: p.clock.now(),
    });
    await p.clock.advance(10 * second);
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: tem bolo?']);
  });

  it('that an admin sent and that turns out to be a command is obeyed', async () => {
    const p = await connectedPipeline({ settings: { adminNumbers: ['5511987654321'] } });
    const one = p.say('', cipher);
    await p.clock.advance(5 * second);
    p.clear(one, '!pausar');
    await p.clock.advance(minute);
    expect(p.store.sessions.byId(p.sessionId)?.replies).toBe('paused');
    expect(p.ai.requests).toEqual([]);
  });
});

describe('what happened while we were away', () => {
  it('is asked for before the first answer: new words are answered, deleted ones by nobody', async () => {
    const p = await connectedPipeline();
    const one = p.say('quero 2 bolos');
    const two = p.say('apague isto');
    await p.clock.advance(2 * second);
    p.engine.onDisconnected();
    const at = p.clock.now();
    p.whatsapp.changes.push(
      { kind: 'deleted', messageId: two.id, chatId: two.chatId, fromMe: false, at },
      { kind: 'edited', message: { ...one, text: 'quero 3 bolos', edited: true }, at },
    );
    await p.clock.advance(5 * minute);
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: quero 3 bolos']);
    expect(everyText(p)).not.toContain('apague isto');
  });

  it('is asked for in slices, of what ended within a day as well, and of what was told in this connection not', async () => {
    const p = await connectedPipeline();
    for (let nth = 0; nth < 120; nth += 1) p.say(`oi ${nth}`, { chatId: `55119876${1000 + nth}@c.us` });
    await p.clock.advance(5 * minute);
    p.engine.onDisconnected();
    await p.clock.advance(minute);
    p.whatsapp.asked.length = 0;
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.whatsapp.asked.map((ids) => ids.length)).toEqual([50, 50, 20]);

    p.engine.onDisconnected();
    await p.clock.advance(25 * 60 * minute);
    p.whatsapp.asked.length = 0;
    p.say('novo');
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.whatsapp.asked.flat()).toEqual([]);
  });

  it('is asked for again when WhatsApp did not tell', async () => {
    const p = await connectedPipeline();
    const one = p.say('quero 2 bolos');
    await p.clock.advance(minute);
    p.engine.onDisconnected();
    p.whatsapp.changes.push({
      kind: 'edited',
      message: { ...one, text: 'quero 3 bolos', edited: true },
      at: p.clock.now(),
    });
    const { recheck } = p.whatsapp;
    p.whatsapp.recheck = () => {
      throw new Error('the page does not answer');
    };
    await p.clock.advance(second);
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute / 2);
    p.whatsapp.recheck = recheck;
    await p.clock.advance(3 * minute);
    expect(lastWords(p)).toMatch(/\] quero 3 bolos$/);
  });
});
