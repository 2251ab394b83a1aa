import type { Lesson } from '../../../src/session/lesson.ts';
import { minutes, now } from './fake-fleet.ts';

/** What people did otherwise than the example's bots, of every kind, with what a terminal must not act on. */
export const exampleLessons: readonly Lesson[] = [
  {
    id: 'takeover-3EB0A1',
    kind: 'takeover',
    at: now - minutes(22),
    question: 'Vocês abrem no domingo?\nQueria ir com as crianças',
    bot: 'Não abrimos aos domingos. Posso ajudar com mais alguma coisa?',
    botSent: true,
    owner: 'Abrimos sim, [name]! Das 8h às 12h, e para crianças até 10 anos é R$ 35',
    instructionsVersion: 4,
  },
  {
    id: 'draft-3EB0A2',
    kind: 'edited',
    at: now - minutes(95),
    question: 'Quanto fica corte e barba?',
    bot: 'O corte sai por R$ 45,00 e a barba por R$ 30,00, total de R$ 75,00.',
    botSent: false,
    owner: 'Corte e barba juntos R$ 65. Quer marcar?',
    instructionsVersion: 4,
  },
  {
    id: 'draft-3EB0A3',
    kind: 'dropped',
    at: now - minutes(300),
    question: 'Posso pagar semana que vem?\u001b]52;c;aGk=\u0007',
    bot: 'Claro, pode pagar quando quiser!',
    botSent: false,
    owner: null,
    instructionsVersion: 3,
  },
  {
    id: 'takeover-3EB0A4',
    kind: 'takeover',
    at: now - minutes(60 * 26),
    question: 'Meu número é [number], me liga',
    bot: null,
    botSent: false,
    owner: 'Ligo em 5 minutos',
    instructionsVersion: null,
  },
];
