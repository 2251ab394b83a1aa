import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maskPersons } from '../../src/session/mask-persons.ts';
import { formatPhone, phoneSpellings } from '../../src/session/phone.ts';

const maria = { names: ['Maria da Conceição Souza 🌻', null, 'Dona Mari'], phone: '5511987654321' };

it.each([
  ['Oi, aqui é a MARIA da conceicao', 'Oi, aqui é a [name]'],
  ['Olá Maria! Dona Mari, tudo bem?', 'Olá [name]! [name], tudo bem?'],
  ['maria e Souza; mariana não é ela, nem "da"', '[name]; mariana não é ela, nem "da"'],
  ['meu numero é 11 98765-4321, ou 8765 4321', 'meu numero é [number], ou [number]'],
  ['11/98765/4321 e 9 8 7 6 5 4 3 2 1', '[number] e [number]'],
])('takes out whose talk it was: %s', (text, masked) => {
  expect(maskPersons(text, maria)).toBe(masked);
});

it.each([
  ['liga no (21) 3333-4444 ou +351 912 345 678', 'liga no [number] ou [number]'],
  ['+55\u00a011\u00a098888\u20117777', '[number]'],
  ['wa.me/5521999990000', 'wa.me/[number]'],
  ['cep 01310-100, rg 12.345.678-9', 'cep [number], rg [number]'],
  ['cartão 4111 1111 1111 1111', 'cartão [number]'],
  ['CPF 529.982.247-25 / 529982247-25 / 52998224725', 'CPF [document] / [document] / [number]'],
  ['CNPJ 11.222.333/0001-81 ou 12.ABC.345/01DE-35, 11222333000181', 'CNPJ [document] ou [document], [number]'],
  ['ana.souza+pix@exemplo.com.br, joão@exemplo.org', '[e-mail], [e-mail]'],
  ['pix 123e4567-e89b-12d3-a456-426614174000', 'pix [key]'],
  ['5511987654321@c.us e 120363041234567890@g.us', '[number] e [number]'],
  ['@5511912345678 viu?', '@[number] viu?'],
  ['１１ ９８７６５-４３２１', '[number]'],
])('takes out what anybody could be found by: %s', (text, masked) => {
  expect(maskPersons(text)).toBe(masked);
});

it.each([
  'Abrimos das 08:00 às 18:00, seg-sex, e 0800 no sábado',
  'Dia 29/11/2026, 2026-11-29, 29.11.2026 ou 29-11-2026 às 10:30',
  'São R$ 1.234.567,89 ou R$ 12.345.678,00; US$ 100000000',
  'Pedido 1234567 com 3 itens: 10, 20, 30, 40 e 50',
  'Maria e João moram aí',
  '',
])('leaves what says nothing of a person: %s', (text) => {
  expect(maskPersons(text)).toBe(text);
});

it('holds for every number however it is written, and is done once', () => {
  const mobile = fc
    .tuple(fc.integer({ min: 11, max: 99 }), fc.integer({ min: 60_000_000, max: 99_999_999 }))
    .map(([area, rest]) => `55${area}9${rest}`);
  const separators = fc.array(fc.constantFrom('', ' ', '-', '.', '\u00a0', ' - ', ') '), {
    minLength: 14,
    maxLength: 14,
  });
  const around = fc.constantFrom('', 'oi ', 'tel:', '(', 'é o ', '\n', '29/11/2026 ');
  fc.assert(
    fc.property(mobile, separators, around, (phone, gaps, before) => {
      const spelled = [...phoneSpellings(phone), formatPhone(phone)];
      for (const spelling of [...spelled, [...phone].map((digit, n) => digit + (gaps[n] ?? '')).join('')]) {
        const masked = maskPersons(`${before}${spelling} ok`, { names: [], phone });
        expect(masked).toContain('[number]');
        expect(masked.replaceAll(/\D/g, '').replace('29112026', '')).toBe('');
        expect(maskPersons(masked, { names: [], phone })).toBe(masked);
      }
    }),
    { numRuns: 60 },
  );
});

it('leaves its own marks alone, whatever somebody is called', () => {
  const person = { names: ['Key Number', 'Name'], phone: null };
  expect(maskPersons('Key: ana@exemplo.org, number 11 98765-4321, name Key', person)).toBe(
    '[name]: [e-mail], [name] [number], [name]',
  );
});

it('takes time in step with the text, whatever stands there', () => {
  const hostile = [
    '1 '.repeat(40_000),
    `${'a.'.repeat(30_000)}@`,
    '(((((((('.repeat(8000),
    `${'1-'.repeat(30_000)}x`,
    '1.'.repeat(30_000),
  ];
  for (const text of hostile) expect(maskPersons(text, maria).length).toBeLessThanOrEqual(text.length);
}, 20_000);
