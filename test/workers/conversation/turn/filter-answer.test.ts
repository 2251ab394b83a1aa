import { expect, test } from 'vitest';
import { filterAnswer } from '../../../../workers/conversation/turn/filter-answer.ts';

test.each([
  ['Olá, tudo bem?', 'Olá, tudo bem?', []],
  ['Temos **bolo** e **pão**.', 'Temos *bolo* e *pão*.', ['bold for WhatsApp']],
  ['## Cardápio\n- bolo', '*Cardápio*\n- bolo', ['headings for WhatsApp']],
  ['Veja [o site](https://a.com/x_1).', 'Veja o site: https://a.com/x_1.', ['links for WhatsApp']],
  ['Abrimos às 8h【4:0†horarios.pdf】.', 'Abrimos às 8h.', ['citation marks']],
  ['<think>secreto</think>Oi!', 'Oi!', ['reasoning']],
  ['<think>nunca fechado', '', ['reasoning']],
  ['a\u0007b\u202ec', 'abc', ['control characters']],
  ['```\n**code** # stays\n```', '```\n**code** # stays\n```', []],
  ['2 ** 3 = 8 e #1 da lista', '2 ** 3 = 8 e #1 da lista', []],
])('%j', (answer, text, changes) => {
  expect(filterAnswer(answer)).toEqual({ text, changes });
});
