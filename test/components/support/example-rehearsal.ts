import {
  type RehearsalCase,
  type RehearsalPlan,
  type RehearsalSummary,
  type RehearsedAnswer,
  worstFirst,
} from '../../../src/session/rehearsal.ts';
import { hours, minutes, now } from './fake-fleet.ts';

/** A rehearsal that has ended, with one case of each kind. */

const answered = (text: string, more: Partial<RehearsedAnswer> = {}): RehearsedAnswer => ({
  kind: 'words',
  text,
  filtered: [],
  isCut: false,
  findings: [],
  oldFindings: [],
  model: 'gpt-5.6-luna',
  inputTokens: 1840,
  outputTokens: 62,
  costUsd: 0.0004,
  tookMs: 2100,
  isSameHistory: true,
  verdict: 'same',
  verdictReason: 'equal',
  judged: null,
  judgeCostUsd: 0,
  ...more,
});

const turn = (id: number, question: string, old: string, answer: RehearsedAnswer | null): RehearsalCase => ({
  id,
  turnId: 800 + id,
  caseName: null,
  who: ['Ana Prado', 'Carlos\u001b]52;c;aGk=\u0007\nEvil', '渡辺 さくら'][id % 3] ?? '',
  chatId: '5511987654321@c.us',
  at: now - hours(id * 5),
  question,
  old: {
    kind: 'words',
    text: old,
    filtered: [],
    model: 'gpt-5.6-luna',
    instructionsVersion: 3,
    costUsd: 0.0005,
    tookMs: 3400,
  },
  answer,
  problem: answer === null ? 'the AI service refuses this request: too long' : null,
});

const cases: readonly RehearsalCase[] = [
  turn(
    1,
    'Oi! Vocês abrem domingo?',
    'Sim! No domingo abrimos das 9h às 14h. 💈',
    answered('Sim! No domingo abrimos das 9h às 14h. 💈'),
  ),
  turn(
    2,
    'Quanto está o corte com barba? E dá pra marcar para sábado de manhã, umas 10h?',
    'O corte com barba sai por R$ 70. No sábado às 10h temos horário: quer que eu deixe reservado?',
    answered('O corte com barba custa R$ 65,00. Vou reservar o seu horário das 10h e já te aviso!', {
      findings: [
        { rule: 'unknown-price', what: 'R$ 65,00' },
        { rule: 'promised-action', what: 'vou reservar' },
      ],
      filtered: ['reasoning', 'bold for WhatsApp'],
      verdict: 'worse',
      verdictReason: 'rules',
    }),
  ),
  turn(
    3,
    'Aceita pix?',
    'Aceitamos Pix, cartão de débito e crédito, e dinheiro. A chave Pix é o nosso CNPJ, que está na parede da loja e também na nossa página.',
    answered('Aceitamos, sim!', {
      verdict: 'better',
      verdictReason: 'judge',
      judged: 'responde o que foi perguntado, sem sobra',
      judgeCostUsd: 0.0007,
      isSameHistory: false,
    }),
  ),
  turn(
    4,
    'e amanhã?',
    'Amanhã abrimos às 9h.',
    answered('Amanhã é feriado: abrimos às 10h.', {
      verdict: 'unjudged',
      verdictReason: 'judge-in-prose',
      judged: 'the judge wrote prose instead of a verdict, twice',
    }),
  ),
  turn(5, 'x'.repeat(200), 'Pode repetir?', null),
  {
    ...turn(6, 'quero falar com o dono', '', answered('quer falar com o dono', { kind: 'person', verdict: 'same' })),
    caseName: 'pede o dono',
    turnId: null,
    who: null,
    at: null,
  },
];

const summary = (name: string): RehearsalSummary => ({
  id: 7,
  sessionName: name,
  state: 'budget',
  reason: "today's AI budget is spent",
  change: { instructions: 'Seja breve.', model: null, settings: { 'ai_config.temperature': 0.3 } },
  baseVersion: 3,
  judge: 'gpt-5.6-terra',
  judgeVersion: 1,
  total: 48,
  asked: 5,
  failed: 1,
  counts: { worse: 1, unjudged: 1, better: 1, same: 2 },
  otherHistory: 1,
  costUsd: 0.0131,
  oldCostUsd: 0.0025,
  estimateUsd: 0.11,
  startedAt: now - minutes(4),
  endedAt: now - minutes(1),
});

export const exampleRehearsal = (name: string) => ({ rehearsal: summary(name), cases: worstFirst(cases) });

export const examplePlan: RehearsalPlan = {
  turns: 48,
  chats: 31,
  cases: 3,
  leftOut: 12,
  model: 'gpt-5.6-luna',
  judge: null,
  estimateUsd: 0.021,
  isPriceKnown: true,
  budgetLeftUsd: 3.2,
};
