import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitAnswer } from '../../../../workers/conversation/outbox/split-answer.ts';

const solid = (text: string): string => text.replace(/\s/gu, '');

/** Texts as bots write them, and the messages that a person would make of them. */
const table: readonly (readonly [string, number, readonly string[]])[] = [
  ['Oi!', 40, ['Oi!']],
  ['  \n Oi! \n ', 40, ['Oi!']],
  ['', 40, []],
  [' \n\t ', 40, []],
  ['\u200b\u200e\ufeff', 40, []],
  ['😊', 40, ['😊']],
  [
    'Olá! Tudo bem? Nosso horário é das 8h às 18h, de segunda a sexta. Aos sábados abrimos das 9h às 13h. Domingo não abrimos.',
    60,
    [
      'Olá! Tudo bem? Nosso horário é das 8h às 18h, de segunda a sexta.',
      'Aos sábados abrimos das 9h às 13h. Domingo não abrimos.',
    ],
  ],
  [
    'Seu pedido foi confirmado.\n\nEle chega amanhã até as 18h. Qualquer dúvida, é só chamar!',
    50,
    ['Seu pedido foi confirmado.', 'Ele chega amanhã até as 18h. Qualquer dúvida, é só chamar!'],
  ],
  [
    'Temos as seguintes opções:\n\n1. Bolo de chocolate. Serve 10 pessoas.\n2. Bolo de cenoura. Serve 8 pessoas.\n3. Torta de limão. Serve 12 pessoas.\n\nQual delas você prefere?',
    60,
    [
      'Temos as seguintes opções:\n\n1. Bolo de chocolate. Serve 10 pessoas.\n2. Bolo de cenoura. Serve 8 pessoas.\n3. Torta de limão. Serve 12 pessoas.',
      'Qual delas você prefere?',
    ],
  ],
  [
    'Claro! Segue o que você precisa trazer:\n- RG ou CNH. Original.\n- Comprovante de residência. Últimos 3 meses.\n- Foto 3x4.\nNos vemos lá!',
    50,
    [
      'Claro!',
      'Segue o que você precisa trazer:\n- RG ou CNH. Original.\n- Comprovante de residência. Últimos 3 meses.\n- Foto 3x4.',
      'Nos vemos lá!',
    ],
  ],
  [
    '✅ Pedido recebido\n✅ Pagamento aprovado\n🚚 Saiu para entrega\n\nAvisamos quando chegar. Obrigado pela preferência!',
    50,
    [
      '✅ Pedido recebido\n✅ Pagamento aprovado\n🚚 Saiu para entrega',
      'Avisamos quando chegar. Obrigado pela preferência!',
    ],
  ],
  [
    'Rode isto no terminal:\n```bash\nnpm install. echo "ok"\n\nnpm start\n```\nDepois abra o navegador. A página aparece em segundos.',
    60,
    [
      'Rode isto no terminal:\n```bash\nnpm install. echo "ok"\n\nnpm start\n```',
      'Depois abra o navegador. A página aparece em segundos.',
    ],
  ],
  [
    'Ela me disse: “Não posso ir hoje. Amanhã eu vou. Pode esperar por mim até lá?” e desligou. Depois não ligou mais. Estranho.',
    40,
    [
      'Ela me disse: “Não posso ir hoje. Amanhã eu vou. Pode esperar por mim até lá?” e desligou.',
      'Depois não ligou mais. Estranho.',
    ],
  ],
  [
    'Acesse https://padaria.com.br/loja/cardapio-completo-de-natal.pdf?versao=2.1&cidade=sao-paulo para ver tudo. Depois me diga o que achou.',
    40,
    [
      'Acesse https://padaria.com.br/loja/cardapio-completo-de-natal.pdf?versao=2.1&cidade=sao-paulo para ver tudo.',
      'Depois me diga o que achou.',
    ],
  ],
  [
    'Hello Mr. Brown! Your order No. 5521 ships on Fri. morning. It weighs 3.5 kg. You can track it at https://ex.com/t?id=5.5. Thanks!',
    60,
    [
      'Hello Mr. Brown! Your order No. 5521 ships on Fri. morning.',
      'It weighs 3.5 kg. You can track it at https://ex.com/t?id=5.5. Thanks!',
    ],
  ],
  [
    'Steps to reset:\r\n1) Open settings. Tap More.\r\n2) Tap Reset. Confirm.\r\n\r\nIt takes about a minute. You will get an email.',
    50,
    [
      'Steps to reset:\n1) Open settings. Tap More.\n2) Tap Reset. Confirm.',
      'It takes about a minute. You will get an email.',
    ],
  ],
  [
    '- uma linha só com travessão não é lista. Ela continua aqui com mais texto. E aqui termina.',
    50,
    ['- uma linha só com travessão não é lista.', 'Ela continua aqui com mais texto. E aqui termina.'],
  ],
  [
    '| Produto | Preço |\n|---|---|\n| Bolo | R$ 50,00. |\n| Torta | R$ 40,00. |\n\nOs preços valem até sexta. Depois mudam.',
    40,
    [
      '| Produto | Preço |\n|---|---|\n| Bolo | R$ 50,00. |\n| Torta | R$ 40,00. |',
      'Os preços valem até sexta. Depois mudam.',
    ],
  ],
];

describe('an answer in parts', () => {
  it.each(table)('%j at %i', (text, partLength, expected) => {
    expect(splitAnswer(text, { partLength })).toEqual(expected);
  });

  it('leaves a short answer whole', () => {
    const text = 'Oi! Tudo bem? Sim.\n\nAté logo.';
    expect(splitAnswer(text, { partLength: 300 })).toEqual([text]);
  });

  it('cuts a sentence without end at clauses and blanks, links and brackets whole', () => {
    const clause = 'palavra outra palavra mais (um. dois) https://exemplo.com/a.b/c';
    const text = Array.from({ length: 120 }, () => clause).join(', ');
    const parts = splitAnswer(text, { partLength: 300 });
    expect(parts.length).toBeGreaterThan(3);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(1600);
    expect(solid(parts.join(''))).toBe(solid(text));
    for (const part of parts) expect(part).toMatch(/^(?:palavra|outra|mais|\(um\.|https)/);
  });

  it('never exceeds what WhatsApp takes, and cuts no emoji in two', () => {
    const family = '👨‍👩‍👧‍👦';
    const parts = splitAnswer(family.repeat(8000), { partLength: 300 });
    expect(parts.join('')).toBe(family.repeat(8000));
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(60_000);
      expect(part.replaceAll(family, '')).toBe('');
    }
  });

  it('is quick for long and for hostile texts', () => {
    for (const text of [
      'a. '.repeat(20_000),
      '"'.repeat(50_000),
      '*a '.repeat(20_000),
      '('.repeat(50_000),
      '1. '.repeat(20_000),
      '-'.repeat(30_000),
      `${'x'.repeat(30_000)}@`,
    ]) {
      expect(solid(splitAnswer(text, { partLength: 300 }).join(''))).toBe(solid(text));
    }
  }, 20_000);
});

const atoms = [
  'https://exemplo.com.br/a.b?c=1.2&d=Olá',
  'fulano.silva@exemplo.com.br',
  'R$ 1.234,56',
  '3.14',
  'Dr. Silva',
  'Av. Paulista',
  '“Vamos. Agora!”',
  '"Stop. Now."',
  '👨‍👩‍👧‍👦',
  '👍🏽',
  '🇧🇷',
] as const;
const sentence = fc
  .tuple(
    fc.constantFrom('Olá', 'Pode vir', 'O valor é', 'We ship to', 'Fale com', 'veja'),
    fc.constantFrom(...atoms),
    fc.constantFrom('.', '!', '?', '...', ' 😊', '?!', ''),
  )
  .map(([start, atom, end]) => `${start} ${atom}${end}`);
const list = fc
  .tuple(fc.constantFrom('- ', '• ', '* ', '1. ', '2) '), fc.array(sentence, { minLength: 2, maxLength: 4 }))
  .map(([mark, items]) => items.map((item) => `${mark}${item}`).join('\n'));
const code = fc.array(sentence, { minLength: 1, maxLength: 3 }).map((lines) => `\`\`\`\n${lines.join('\n\n')}\n\`\`\``);
const block = fc.oneof(
  fc.array(sentence, { minLength: 1, maxLength: 6 }).map((parts) => ({ text: parts.join(' '), whole: false })),
  list.map((text) => ({ text, whole: true })),
  code.map((text) => ({ text, whole: true })),
);

describe('any answer', () => {
  it('keeps every character but white space, and has no empty part', () => {
    const piece = fc.oneof(
      sentence,
      list,
      code,
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\n', '\n\n', ' ', '\r\n', '\t', '\u200b', '```', '"', '*', '('),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' ')),
        fc.integer({ min: 40, max: 400 }),
        (text, partLength) => {
          const parts = splitAnswer(text, { partLength });
          for (const part of parts) expect(part).toMatch(/[^\s\p{Cf}\p{Cc}]/u);
          if (parts.length > 0) expect(solid(parts.join(''))).toBe(solid(text));
          else expect(text).not.toMatch(/[\p{L}\p{N}\p{P}\p{S}]/u);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps links, addresses, numbers, names, quotes, emoji, lists and code whole', () => {
    fc.assert(
      fc.property(
        fc.array(block, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 40, max: 400 }),
        (blocks, partLength) => {
          const text = blocks.map(({ text: own }) => own).join('\n\n');
          const parts = splitAnswer(text, { partLength });
          const count = (of: string, where: readonly string[]): number =>
            where.reduce((sum, part) => sum + part.split(of).length - 1, 0);
          for (const atom of atoms) expect(count(atom, parts)).toBe(count(atom, [text]));
          for (const { text: own, whole } of blocks)
            if (whole) expect(parts.some((part) => part.includes(own))).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
