import { describe, expect, test } from 'vitest';
import { ana, bia, connectedPipeline, minute, start } from './pipeline-support.ts';

const second = 1000;
const hour = 60 * minute;

describe('sending', () => {
  test('an operator’s message goes out without an inbound one, also while replies are paused', async () => {
    const p = await connectedPipeline();
    p.store.sessions.change(p.sessionId, { replies: 'paused' }, start);
    p.store.outbox.enqueueSend(
      { id: p.sessionId, name: 'padaria-joao' },
      '11 98765-4321',
      'Seu pedido saiu.',
      { source: 'send', actor: 'you' },
      start,
    );
    p.engine.wake();
    await p.clock.advance(second);
    expect(p.sentTexts(ana)).toEqual(['Seu pedido saiu.']);
  });

  test('a refusal is tried again under the same id and then seen; a lost ack is looked up and never sent twice', async () => {
    const p = await connectedPipeline();
    let refusals = 2;
    p.whatsapp.fate = () => {
      refusals -= 1;
      return refusals >= 0 ? 'refused' : 'accepted';
    };
    p.say('oi');
    await p.clock.advance(5 * minute);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
    p.whatsapp.fate = () => 'refused';
    p.say('tudo bem?');
    await p.clock.advance(5 * minute);
    expect(p.outcomes()).toMatchObject({ 'tudo bem?': 'unanswered: send-refused' });
    p.whatsapp.fate = () => 'delivered-unknown';
    p.say('chegou?');
    await p.clock.advance(5 * minute);
    expect(p.outcomes()).toMatchObject({ 'chegou?': 'answered' });
    p.whatsapp.fate = () => 'lost';
    p.say('e esta?');
    await p.clock.advance(10 * minute);
    expect(p.outcomes()).toMatchObject({ 'e esta?': 'unknown: send-unknown' });
    expect(p.sentTexts()).toEqual(['re: oi', 're: chegou?']);
    expect(p.store.activity.activityOf([p.sessionId], p.clock.now()).get(p.sessionId)?.troubleMessages).toBe(2);
  });

  test('a late ack settles what was unknown', async () => {
    const p = await connectedPipeline();
    p.whatsapp.fate = () => 'delivered-unknown';
    p.whatsapp.lookup = () => 'cannot-tell';
    p.say('oi');
    await p.clock.advance(10 * minute);
    expect(p.outcomes()).toEqual({ oi: 'unknown: send-unknown' });
    p.engine.onAck(`true_${ana}_${p.whatsapp.sent[0]?.messageId}`, 2);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
    expect(p.store.chats.messages({ sessionId: p.sessionId, chatId: ana, limit: 1 })[0]).toMatchObject({
      from: 'bot',
      ack: 2,
    });
  });

  test('a part that the page has as failed was not sent: it is tried again, also after a crash', async () => {
    const p = await connectedPipeline();
    p.whatsapp.fate = () => 'lost';
    p.whatsapp.lookup = () => 'failed';
    p.say('oi');
    await p.clock.advance(16 * second);
    p.restart().onConnected(p.clock.now());
    await p.clock.advance(second);
    expect(p.sentTexts()).toEqual([]);
    p.whatsapp.fate = () => 'accepted';
    await p.clock.advance(minute);
    expect([p.sentTexts(), p.outcomes()]).toEqual([['re: oi'], { oi: 'answered' }]);
  });

  test('offline, nothing is sent; back online, it goes on', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(second);
    p.engine.onDisconnected();
    await p.clock.advance(hour);
    expect(p.sentTexts()).toEqual([]);
    expect(p.engine.status()).toMatchObject({ connected: false, pendingChats: 1 });
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: oi']);
  });

  test('a drain begins nothing new and loses nothing', async () => {
    const p = await connectedPipeline();
    p.whatsapp.latency = () => 3000;
    p.say('oi');
    await p.clock.advance(15 * second + 500);
    p.say('na última hora', { chatId: bia });
    const drained = p.engine.drain(5000);
    await p.clock.advance(5000);
    await drained;
    p.engine.close();
    expect(p.sentTexts(ana)).toEqual(['re: oi']);
    expect(p.outcomes()).toEqual({ oi: 'answered', 'na última hora': 'pending' });
    p.restart();
    p.whatsapp.latency = () => 0;
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'answered', 'na última hora': 'answered' });
  });
});
