import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../components/paint/line.ts';
import type { Theme } from '../../../components/paint/theme.ts';
import { bubble, bubbleRows } from '../../../components/view-models/chats/bubbles.ts';
import { chatLine, chatLines } from '../../../components/view-models/chats/chat-lines.ts';
import { lastWords, sortChats } from '../../../components/view-models/chats/chats.ts';
import { besideList, listWidth, paneWidth } from '../../../components/view-models/chats/chats-layout.ts';
import { conversationLines } from '../../../components/view-models/chats/conversation.ts';
import type { ChatMessage, ChatRow } from '../../../src/session/records.ts';
import { exampleChats, exampleMessages } from '../support/example-chats.ts';
import { exampleSnapshot, hours, minutes, now, sessionRow } from '../support/fake-fleet.ts';
import { plain, plainOf, viewAt } from '../support/view.ts';

const [maria, carlos] = exampleChats('otica') as [ChatRow, ChatRow];
const waits = (since: number, patch: Partial<ChatRow> = {}): ChatRow => ({
  ...maria,
  waiting: 2,
  waitingSince: now - since,
  overdue: true,
  ...patch,
});
const otica = sessionRow('otica', {
  label: 'Ótica Visão',
  ai: { status: 'bad', code: 'quota', reason: 'quota spent' },
});
const snapshot = { ...exampleSnapshot(), sessions: [otica] };
const flat: Theme = { colors: '16', background: 'dark', glyphs: 'full' };

describe('chats in a list', () => {
  it('begin with the longest waiter; who was answered comes last, the newest first', () => {
    const collects = waits(1000, { chatId: 'c', overdue: false });
    const chats = [maria, waits(minutes(4), { chatId: 'a' }), collects, waits(minutes(9), { chatId: 'b' })];
    const quiet = { ...maria, chatId: 'd', lastInboundAt: now, drafts: 1 };
    expect(sortChats([...chats, quiet]).map(({ chatId }) => chatId)).toEqual(['b', 'a', 'd', maria.chatId, 'c']);
  });

  it('say how each stands by sign, colour and word', () => {
    const view = viewAt(120, 40, { snapshot });
    const line = (chat: ChatRow) => chatLine(chat, view, { width: 119, isCursor: false, withSession: true });
    const sign = (chat: ChatRow) => line(chat).find(({ text }) => '▲◆●◎✓'.includes(text.trim()) && text.trim() !== '');
    expect(plainOf(line(waits(minutes(9))))).toMatch(/^▎ ▲ Maria Souza +Ótica Visão +2m 2 wait {2}→ Obrigada/);
    expect(sign(waits(minutes(9)))?.tone).toBe('bad');
    expect(sign(waits(1000, { overdue: false }))).toMatchObject({ text: '▲', tone: 'warn' });
    expect(plainOf(line(waits(1000, { overdue: false })))).toContain('AI refuses');
    expect(sign(waits(1000, { overdue: false, sessionName: 'loja' }))).toMatchObject({ text: '●', tone: 'in' });
    expect(sign({ ...carlos, waiting: 0, drafts: 0 })).toMatchObject({ text: '◎', tone: 'warn' });
    expect(sign({ ...maria, drafts: 1 })).toMatchObject({ text: '◆', tone: 'warn' });
    expect(sign(maria)).toMatchObject({ text: '✓', tone: 'ok' });
  });

  it('take two rows beside the conversation, with the count on red, and a bar under the cursor', () => {
    const view = viewAt(120, 40, { snapshot });
    const [first, second] = chatLines(waits(minutes(9)), view, { width: 47, isCursor: true, withSession: true });
    expect(plainOf(first)).toMatch(/^▌ ▲ Maria Souza +2 +9m$/);
    expect(plainOf(second)).toMatch(/^▌ {3}Ótica Visão +→ Obrigada! Vou pass/);
    expect(first.find(({ tone }) => tone === 'p:bad')?.text).toBe(' 2 ');
    for (const line of [first, second]) {
      expect(lineWidth(line)).toBe(47);
      expect(line.every(({ tone, on }) => tone === 'p:bad' || on === 'cursor')).toBe(true);
    }
  });
});

it('says of the last words whether they went out', () => {
  const wrote = waits(minutes(3), { lastText: 'aceita pix?', lastInboundAt: now, lastOutboundAt: now - minutes(3) });
  expect(lastWords(wrote)).toBe('aceita pix?');
  expect(lastWords({ ...wrote, lastText: 'Aceitamos sim!', lastOutboundAt: now + 1 })).toBe('→ Aceitamos sim!');
  expect(lastWords({ ...wrote, lastText: '', lastOutboundAt: now + 1 })).toBe('');
});

describe('a conversation', () => {
  const of = (messages: readonly ChatMessage[], columns: number, rows: number, chat = waits(minutes(3))) =>
    conversationLines(chat, {
      messages,
      view: viewAt(columns, rows, { snapshot }),
      up: 0,
      width: columns - 1,
      rows: rows - 5,
      withSession: true,
    });

  it('has the customer at the left, the bot at the right, and below each how it ended', () => {
    const shown = plain(of(exampleMessages(), 80, 30)).join('\n');
    expect(shown).toMatch(/^ Vocês abrem amanhã\?\n 14:36$/m);
    expect(shown).toMatch(/^ {50,}Sim, abrimos às 8h\.\n {40,}bot 1m {2}14:37 ✓✓ read$/m);
    expect(shown).toContain('▲ waits 3m');
    expect(shown).toMatch(
      /╭─ Why no answer ─+ x every step ─╮\n│ ✓ stored {2}· collected {2}· asked the AI {2}· sent +│\n│ quota spent/,
    );
  });

  it('does not call it waiting too long before it is', () => {
    const lines = of(exampleMessages(), 80, 30, waits(1000, { overdue: false }));
    expect(lines.flat().find(({ text }) => text.includes('waits'))?.tone).toBe('in');
    expect(plain(lines).join('\n')).not.toContain('Why no answer');
  });

  it('stands on paper, or has an edge where no paper can be painted', () => {
    const view = viewAt(80, 24);
    expect(bubble('oi', 'customer', view)).toEqual([[{ text: ' oi ', tone: 'p:customer' }]]);
    expect(bubble('oi\ntudo?', 'bot', view).map(lineWidth)).toEqual([7, 7]);
    const plainView = viewAt(80, 24, { theme: flat });
    expect(plain(bubble('oi', 'customer', plainView))).toEqual(['▎ oi']);
    expect(plain(bubble('oi', 'bot', plainView))).toEqual(['oi ▐']);
  });

  it('fits its place in every size, whatever was written', () => {
    const wild = exampleMessages().map((message, index) => ({
      ...message,
      at: message.at - hours(30 * (2 - index)),
      text: `${'palavra '.repeat(40)}👩‍👩‍👧‍👦🇧🇷${'字'.repeat(60)}\n\u001b[31mمرحبا`,
    }));
    for (const language of ['en', 'pt-BR'] as const)
      for (const [columns, rows] of [
        [40, 12],
        [80, 24],
        [100, 30],
        [120, 40],
        [200, 50],
      ] as const)
        for (const theme of [flat, viewAt(1, 1).theme]) {
          const view = viewAt(columns, rows, { snapshot, language, theme });
          const isWide = columns >= 100;
          const width = isWide ? paneWidth(view) : columns - 3;
          const pane = conversationLines(waits(minutes(9)), {
            messages: wild,
            view,
            up: 3,
            width,
            rows: rows - 5,
            withSession: true,
          });
          expect(pane).toHaveLength(rows - 5);
          for (const line of pane) expect(lineWidth(line)).toBeLessThanOrEqual(width);
          if (!isWide) continue;
          const list = chatLines(maria, view, { width: listWidth(view), isCursor: false, withSession: false });
          for (const line of besideList(list, pane, view, rows - 5)) expect(lineWidth(line)).toBeLessThan(columns);
        }
  });

  it('says of a photo what it is, and of a message that failed that it did', () => {
    const view = viewAt(80, 24);
    const [, sent] = exampleMessages() as [ChatMessage, ChatMessage];
    const input = { messages: [], waiting: { isOverdue: false, reason: '' }, view, width: 79 };
    expect(plain(bubbleRows({ ...sent, kind: 'image', text: 'x.jpg' }, input))[0]?.trim()).toBe('[image] x.jpg');
    expect(plain(bubbleRows({ ...sent, ack: -1 }, input))[1]).toMatch(/✕ not sent$/);
  });
});
