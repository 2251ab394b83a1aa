import { describe, expect, it } from 'vitest';
import { messagesWindow } from '../../../components/view-models/chats/conversation.ts';
import type { ChatMessage } from '../../../src/session/records.ts';
import { minutes, now } from '../support/fake-fleet.ts';
import { plainOf, viewAt } from '../support/view.ts';

const fromPhone = (outcomeCode: string | null, outcomeReason: string | null): ChatMessage => ({
  id: 'm',
  at: now - minutes(1),
  from: 'owner',
  kind: 'text',
  text: 'Olá! Bem-vindo.',
  outcome: null,
  outcomeCode,
  outcomeReason,
  ack: null,
  status: null,
  turnId: null,
});

const shown = (message: ChatMessage, language: 'en' | 'pt-BR'): string =>
  messagesWindow([message], { up: 0, height: 20, width: 160, view: viewAt(160, 24, { language }) })
    .map((line) => plainOf(line).trim())
    .join(' ');

describe('a text from the phone', () => {
  it.each([
    ['en', 'greeting', /Bem-vindo\.\s+owner {2}14:40 {2}\(taken for an automatic greeting\)/],
    ['pt-BR', 'greeting', /Bem-vindo\.\s+dono {2}14:40 {2}\(tida como saudação automática/],
    ['pt-BR', 'in-doubt', /uma pessoa, ou uma saudação automática/],
    ['pt-BR', 'own-broadcast', /tida como transmissão/],
  ] as const)('in %s shows what was decided about it: %s', (language, code, expected) => {
    expect(shown(fromPhone(code, 'taken for an automatic greeting'), language)).toMatch(expected);
  });

  it('of which nothing was decided is its text alone', () => {
    expect(shown(fromPhone(null, null), 'en')).not.toContain('(');
  });
});
