import { describe, expect, it } from 'vitest';
import { ana, connectedPipeline, minute, type Pipeline, plainConfig } from '../pipeline-support.ts';

const second = 1000;
const admin = '5521998761234';
const adminChat = `${admin}@c.us`;

const asking = async (ai: object = {}): Promise<Pipeline> => {
  const config = plainConfig();
  return connectedPipeline({
    config: { ...config, ai: { ...config.ai, handoverWords: ['atendente'], ...ai } },
    settings: { adminNumbers: [admin] },
  });
};
const chat = (p: Pipeline) => p.store.conversations.find(p.sessionId, ana);

describe('a person is asked for by words', () => {
  it('pauses the chat until it is resumed, tells the customer and the admins, and asks no AI', async () => {
    const p = await asking();
    p.say('meu bolo veio queimado');
    await p.clock.advance(3 * second);
    p.say('quero um ATENDENTE');
    await p.clock.advance(minute);

    expect(p.ai.requests).toEqual([]);
    expect(chat(p)?.asksForPersonSince).not.toBeNull();
    expect(p.sentTexts(ana)).toEqual([expect.stringMatching(/person/)]);
    expect(p.sentTexts(adminChat)).toEqual([expect.stringMatching(/meu bolo veio queimado\n.*ATENDENTE/)]);

    p.say('alô?');
    await p.clock.advance(minute);
    expect(p.sentTexts(ana)).toHaveLength(1);
    p.say('!retomar', { fromMe: true });
    await p.clock.advance(minute);
    expect(chat(p)?.asksForPersonSince).toBeNull();
    p.say('e agora?');
    await p.clock.advance(minute);
    expect(p.sentTexts(ana).at(-1)).toMatch(/e agora\?$/);
  });

  it('counts in an edit and while the AI is asked', async () => {
    const p = await asking();
    const one = p.say('quero um bolo');
    await p.clock.advance(5 * second);
    p.edit(one, 'quero um atendente');
    await p.clock.advance(minute);
    expect(p.ai.requests).toEqual([]);
    expect(p.store.events.list({ limit: 9 }).find((event) => event.kind === 'asks-for-person')?.evidence).toMatchObject(
      {
        by: 'words',
        reasonCode: 'handover-words',
      },
    );
  });

  it('is nothing in a chat that the owner has taken over, in a group, or where no words are set', async () => {
    const p = await asking();
    p.say('oi');
    await p.clock.advance(12 * second);
    p.say('deixa comigo', { fromMe: true });
    p.say('atendente');
    p.say('atendente', { chatId: '120363@g.us', chatKind: 'group', author: '1@c.us', phone: null });
    await p.clock.advance(minute);
    expect(p.store.events.list({ limit: 20 }).map((event) => event.kind)).not.toContain('asks-for-person');

    const without = await asking({ handoverWords: [] });
    without.say('atendente');
    await without.clock.advance(minute);
    expect(without.sentTexts()).toEqual(['re: atendente']);
  });
});

describe('a person is asked for after answers that did not come', () => {
  const silent = async (p: Pipeline, times: number): Promise<void> => {
    p.ai.script = [() => ({ kind: 'no-answer', code: 'empty', reason: 'nothing came', usage: null })];
    for (let nth = 0; nth < times; nth += 1) {
      p.say(`pergunta ${nth}`);
      await p.clock.advance(2 * minute);
    }
  };

  it('the third time', async () => {
    const p = await asking();
    await silent(p, 2);
    expect(chat(p)?.asksForPersonSince).toBeNull();
    await silent(p, 1);
    expect(chat(p)?.asksForPersonSince).not.toBeNull();
    expect(p.sentTexts(adminChat)).toEqual([expect.stringMatching(/3 times/)]);
  });

  it('never when it is off', async () => {
    const p = await asking({ handoverAfterSilent: 0 });
    await silent(p, 5);
    expect(chat(p)?.asksForPersonSince).toBeNull();
  });

  it('not for messages that were only too old', async () => {
    const p = await asking();
    p.configure((config) => ({ ...config, timing: { ...config.timing, maxAgeMs: 10 * minute } }));
    for (let nth = 0; nth < 5; nth += 1) p.say(`velha ${nth}`, { timestamp: p.clock.now() - 30 * minute });
    await p.clock.advance(minute);
    expect(p.store.silences.open(p.sessionId)).toHaveLength(1);
    expect(chat(p)?.asksForPersonSince).toBeNull();
  });
});
