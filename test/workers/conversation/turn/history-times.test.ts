import { describe, expect, it } from 'vitest';
import { withTimes } from '../../../../workers/conversation/turn/history-times.ts';

const timeZone = 'America/Sao_Paulo';
const at = (iso: string): number => Date.parse(iso);
const said = (iso: string, text: string) => ({ role: 'customer', text, at: at(iso) }) as const;
const answered = (iso: string, text: string) => ({ role: 'assistant', text, at: at(iso) }) as const;

const texts = (items: Parameters<typeof withTimes>[0], turnAt: string, now = turnAt): readonly string[] => {
  const timed = withTimes(items, { timeZone, turnAt: at(turnAt), now: at(now) });
  return [
    ...timed.items.flatMap(({ role, text, note }) => [...(note ? [`note: ${note}`] : []), `${role}: ${text}`]),
    ...(timed.note === null ? [] : [`note: ${timed.note}`]),
  ];
};

describe('the history with its times', () => {
  it('has no notes within the hour', () => {
    const items = [said('2026-11-28T19:00:00Z', 'oi'), answered('2026-11-28T19:01:00Z', 'olá')];
    expect(texts(items, '2026-11-28T19:30:00Z')).toEqual(['customer: oi', 'assistant: olá']);
  });

  it('says when it began, every gap, and the gap before the present messages', () => {
    const items = [
      said('2026-11-23T12:00:00Z', 'oi'),
      answered('2026-11-23T12:01:00Z', 'olá'),
      said('2026-11-26T19:40:00Z', 'tem bolo?'),
      answered('2026-11-27T12:00:00Z', 'temos'),
      said('2026-11-27T12:10:00Z', 'quero um'),
    ];
    expect(texts(items, '2026-11-29T19:40:00Z')).toEqual([
      'note: Monday 23 Nov 09:00',
      'customer: oi',
      'assistant: olá',
      'note: 3 days later, Thursday 26 Nov 16:40',
      'customer: tem bolo?',
      'note: the next day, Friday 27 Nov 09:00',
      'assistant: temos',
      'customer: quero um',
      'note: 2 days later, Sunday 29 Nov 16:40',
    ]);
  });

  it('says when messages that had to wait were written', () => {
    expect(texts([], '2026-11-28T02:10:00Z', '2026-11-28T11:00:00Z')).toEqual(['note: written Friday 27 Nov 23:10']);
  });

  it('names the year where it is another one', () => {
    const items = [said('2025-12-30T12:00:00Z', 'oi')];
    expect(texts(items, '2026-01-02T12:00:00Z')).toEqual([
      'note: Tuesday 30 Dec 2025 09:00',
      'customer: oi',
      'note: 3 days later, Friday 2 Jan 09:00',
    ]);
  });

  it('keeps the order of arrival where the clocks of the phones do not', () => {
    const items = [said('2026-11-28T12:00:00Z', 'oi'), said('2026-11-28T09:00:00Z', 'antes')];
    expect(texts(items, '2026-11-28T12:20:00Z')).toEqual(['customer: oi', 'customer: antes']);
  });

  it('is bounded: a memory of years keeps its newest notes, and every word', () => {
    const items = Array.from({ length: 400 }, (_, day) =>
      said(new Date(at('2025-01-01T12:00:00Z') + day * 86_400_000).toISOString(), `m${day}`),
    );
    const present = { timeZone, turnAt: at('2026-11-28T12:00:00Z'), now: at('2026-11-28T12:00:00Z') };
    const timed = withTimes(items, present);
    expect(timed.items.filter(({ note }) => note !== undefined).length).toBe(60);
    expect(timed.items.at(-1)?.note).toBe('the next day, Wednesday 4 Feb 09:00');
    expect(timed.note).toBe('10 months later, Saturday 28 Nov 09:00');
    expect(timed.items.map(({ text }) => text)).toEqual(items.map(({ text }) => text));
  });
});
