import { describe, expect, it } from 'vitest';
import { isSilence } from '../../../../workers/conversation/core/silence.ts';
import { connectedPipeline, minute, type Pipeline, plainConfig } from '../pipeline-support.ts';

/** Whatever is older than ten minutes is too old to be answered; the phone was linked an hour ago. */
const config = { ...plainConfig(), timing: { ...plainConfig().timing, maxAgeMs: 10 * minute } };
const old = 30 * minute;
const open = (p: Pipeline) => p.store.silences.open(p.sessionId);
const silenceEvents = (p: Pipeline) =>
  p.store.events.list({ limit: 50 }).filter((event) => event.kind === 'left-in-silence');

describe('which endings leave a customer in silence', () => {
  it.each([
    ['too-old', true],
    ['kind', true],
    ['empty', true],
    ['unreadable', true],
    ['send-refused', true],
    ['restricted-new', true],
    ['blocked', true],
    ['denied', false],
    ['saved-contact', false],
    ['before-first-link', false],
    ['restored', false],
    ['command', false],
    ['deleted', false],
    ['owner-answered', false],
    [null, false],
  ] as const)('%s: %s', (code, silent) => {
    expect(isSilence(code)).toBe(silent);
  });
});

describe('left in silence', () => {
  it('is one silence since the earliest message, with one event', async () => {
    const p = await connectedPipeline({ config });
    const first = p.clock.now() - old;
    p.say('alguém?', { timestamp: first + 1000 });
    p.say('oi', { timestamp: first });
    await p.clock.advance(minute);

    expect(open(p)).toMatchObject([{ code: 'too-old', since: first }]);
    expect(silenceEvents(p)).toHaveLength(1);
    expect(silenceEvents(p)[0]?.evidence).toMatchObject({ chat: 'Ana', reasonCode: 'too-old' });
  });

  it('ends with the next answer, and begins anew after it', async () => {
    const p = await connectedPipeline({ config });
    p.say('velha', { timestamp: p.clock.now() - old });
    p.say('tem bolo?');
    await p.clock.advance(minute);

    expect(p.sentTexts()).toHaveLength(1);
    expect(open(p)).toEqual([]);
    p.say('outra velha', { timestamp: p.clock.now() - old });
    await p.clock.advance(minute);
    expect(silenceEvents(p)).toHaveLength(2);
  });

  it('is no silence where the lists, a group or the age before the link decided', async () => {
    const p = await connectedPipeline({ config });
    p.configure((known) => ({ ...known, filters: { ...known.filters, deny: ['5521998761234'] } }));
    p.say('oi', { chatId: '5521998761234@c.us', timestamp: p.clock.now() - old });
    p.say('oi grupo', { chatId: '120363@g.us', chatKind: 'group', author: '1@c.us', phone: null });
    p.say('antes do vínculo', { timestamp: p.clock.now() - 3 * old });
    await p.clock.advance(minute);

    expect(open(p)).toEqual([]);
    expect(Object.values(p.outcomes())).toEqual(['ignored: denied', 'ignored: group', 'ignored: before-first-link']);
  });
});
