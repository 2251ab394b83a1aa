import { describe, expect, test } from 'vitest';
import type { TurnStep } from '../../../../src/session/turn-step.ts';
import { turnWords } from '../../../../src/words/turn-words.ts';
import { ana, answer, connectedPipeline, minute, type Pipeline, plainConfig } from '../pipeline-support.ts';

const wordsOf = (p: Pipeline): readonly string[] =>
  p.store.database
    .all<{ steps: string; outcome: string; reason: string | null }>(
      'SELECT steps, outcome, reason FROM turns ORDER BY id',
    )
    .flatMap(({ steps, outcome, reason }) =>
      turnWords({ who: 'Ana', outcome, reason, costUsd: 0, steps: JSON.parse(steps) as TurnStep[] }),
    )
    .filter((line) => /Part|ent|nknown|answered/.test(line));

describe('what is said of a send', () => {
  test('taken at once', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(minute);
    expect(wordsOf(p)).toContain('Part 1 sent.');
  });

  test('not confirmed and found later in the same life: no word of a restart', async () => {
    const p = await connectedPipeline();
    p.whatsapp.fate = () => 'delivered-unknown';
    p.say('oi');
    await p.clock.advance(minute);
    expect(wordsOf(p)).toContain('Part 1 sent (WhatsApp confirmed it late).');
    expect(wordsOf(p).join()).not.toMatch(/restart/);
  });

  test('found after a restart, when there was one', async () => {
    const p = await connectedPipeline();
    p.whatsapp.fate = () => 'delivered-unknown';
    p.whatsapp.latency = () => 20_000;
    p.say('oi');
    await p.clock.advance(40_000);
    expect(p.whatsapp.sent).toHaveLength(1);
    p.restart();
    p.whatsapp.latency = () => 0;
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(wordsOf(p)).toContain('Part 1 sent (found after a restart).');
  });

  test('stopped while it was sent, and never gone out: sent in the next life', async () => {
    const p = await connectedPipeline();
    p.whatsapp.fate = () => 'lost';
    p.whatsapp.latency = () => 20_000;
    p.say('oi');
    await p.clock.advance(40_000);
    p.restart();
    p.whatsapp.latency = () => 0;
    p.whatsapp.fate = () => 'accepted';
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(wordsOf(p)).toEqual(
      expect.arrayContaining([
        'Part 1: the worker stopped while it was on its way, looked up by its id: not there.',
        'Part 1 sent.',
      ]),
    );
    expect(p.sentTexts()).toEqual(['re: oi']);
  });

  test('the page stopped while it sent, and was loaded again without it: sent in the same life, under its id', async () => {
    const p = await connectedPipeline();
    p.whatsapp.fate = () => (p.whatsapp.attempts.length === 0 ? 'lost' : 'accepted');
    p.whatsapp.lookup = () => 'page-gone';
    p.say('oi');
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: oi']);
    expect(new Set(p.whatsapp.attempts.map(({ messageId }) => messageId)).size).toBe(1);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
  });

  test('never confirmed: it may have arrived, and the customer is shown as left in silence', async () => {
    const p = await connectedPipeline();
    p.whatsapp.fate = () => 'lost';
    p.say('oi');
    await p.clock.advance(10 * minute);
    expect(p.outcomes()).toEqual({ oi: 'unknown: send-unknown' });
    const words = wordsOf(p).join('\n');
    expect(words).toContain('never confirmed it. It may have arrived, so it is not sent again.');
    expect(words).not.toMatch(/restart/);
    expect(p.store.silences.open(p.sessionId)).toMatchObject([{ chatId: ana, code: 'send-unknown' }]);

    // The ack comes after all.
    const [sent] = p.whatsapp.attempts;
    p.engine.onAck(`true_${ana}_${sent?.messageId}`, 2);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
    expect(p.store.silences.open(p.sessionId)).toEqual([]);
  });
});

describe('refused', () => {
  test('tried again, then left in silence with the reason; the rest of the answer does not go without it', async () => {
    const p = await connectedPipeline({
      config: { ...plainConfig(), timing: { ...plainConfig().timing, partLength: 40 } },
    });
    p.ai.script = [() => answer('First paragraph, long enough to stand.\n\nSecond paragraph, long enough to stand.')];
    p.whatsapp.fate = () => 'refused';
    p.say('oi');
    await p.clock.advance(5 * minute);
    expect(p.whatsapp.attempts).toHaveLength(4);
    expect(p.outcomes()).toEqual({ oi: 'unanswered: send-refused' });
    expect(p.store.silences.open(p.sessionId)).toMatchObject([
      { code: 'send-refused', reason: 'WhatsApp refused to send: not allowed here' },
    ]);
  });

  test('a refusal that an ack proves wrong while it waits for its next try: it is not sent again', async () => {
    const p = await connectedPipeline();
    p.whatsapp.fate = () => 'refused';
    p.say('oi');
    await p.clock.advance(16_000);
    const [sent] = p.whatsapp.attempts;
    p.engine.onAck(`true_${ana}_${sent?.messageId}`, 1);
    await p.clock.advance(5 * minute);
    expect(p.whatsapp.attempts).toHaveLength(1);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
    expect(p.store.silences.open(p.sessionId)).toEqual([]);
  });
});

describe('taken, and failed after all', () => {
  test('it answers nothing: the customer is left in silence again, and the AI is not told that it was said', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
    const [sent] = p.whatsapp.attempts;
    p.engine.onAck(`true_${ana}_${sent?.messageId}`, -1);
    expect(p.outcomes()).toEqual({ oi: 'unanswered: send-failed' });
    expect(p.store.silences.open(p.sessionId)).toMatchObject([{ chatId: ana, code: 'send-failed' }]);
    expect(wordsOf(p)).toContain('Part 1: WhatsApp took it and failed to deliver it.');
    expect(p.store.conversations.find(p.sessionId, ana)?.lastOutboundAt).toBeNull();

    p.say('alô?');
    await p.clock.advance(minute);
    expect(
      p.ai.requests
        .at(-1)
        ?.history.map((item) => item.text)
        .join(),
    ).not.toContain('re: oi');
    expect(p.store.silences.open(p.sessionId)).toEqual([]);
  });

  test('what was seen to arrive did not fail, and a failure told twice is one', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(minute);
    const id = `true_${ana}_${p.whatsapp.attempts[0]?.messageId}`;
    p.engine.onAck(id, 2);
    p.engine.onAck(id, -1);
    expect(p.outcomes()).toEqual({ oi: 'answered' });

    p.say('e o bolo?');
    await p.clock.advance(minute);
    const second = `true_${ana}_${p.whatsapp.attempts[1]?.messageId}`;
    p.engine.onAck(second, -1);
    p.engine.onAck(second, -1);
    expect(p.outcomes()).toEqual({ oi: 'answered', 'e o bolo?': 'unanswered: send-failed' });
    expect(p.store.events.list({ limit: 50 }).filter((event) => event.kind === 'send-failed')).toHaveLength(1);
  });

  test('the first part of several: the rest does not follow', async () => {
    const p = await connectedPipeline({
      config: { ...plainConfig(), timing: { ...plainConfig().timing, partLength: 40, pauseBetweenPartsMs: 10_000 } },
    });
    p.ai.script = [() => answer('First paragraph, long enough to stand.\n\nSecond paragraph, long enough to stand.')];
    p.say('oi');
    await p.clock.advance(16_000);
    p.engine.onAck(`true_${ana}_${p.whatsapp.attempts[0]?.messageId}`, -1);
    await p.clock.advance(minute);
    expect(p.whatsapp.attempts).toHaveLength(1);
    expect(p.outcomes()).toEqual({ oi: 'unanswered: send-failed' });
  });

  test('an answer that the owner gave meanwhile leaves nobody in silence', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(minute);
    p.say('já te atendo', { fromMe: true });
    await p.clock.advance(1000);
    p.engine.onAck(`true_${ana}_${p.whatsapp.attempts[0]?.messageId}`, -1);
    expect(p.store.silences.open(p.sessionId)).toEqual([]);
  });
});

test('an answer goes to the address that the person wrote from last, and is looked up where it was sent to', async () => {
  const p = await connectedPipeline();
  const lid = '77@lid';
  p.whatsapp.fate = () => 'refused';
  p.say('oi', { addresses: [ana, lid] });
  await p.clock.advance(16_000);
  expect(p.whatsapp.attempts.map((one) => one.chatId)).toEqual([ana]);
  p.whatsapp.fate = () => 'accepted';
  p.say('alô', { chatId: lid, addresses: [lid, ana], phone: '5511987654321' });
  await p.clock.advance(minute);
  expect(p.whatsapp.attempts.slice(1).map((one) => one.chatId)).toEqual([lid, lid]);
  expect(p.store.conversations.paused(p.sessionId)).toEqual([]);
  expect(p.outcomes()).toEqual({ oi: 'answered', alô: 'answered' });
});
