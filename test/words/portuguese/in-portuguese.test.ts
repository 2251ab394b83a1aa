import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { doorCommands } from '../../../src/cli/commands/all.ts';
import { operationCommands } from '../../../src/cli/commands/local/all.ts';
import { helpSentences } from '../../../src/words/portuguese/help-sentences.ts';
import { allSentences, inPortuguese } from '../../../src/words/portuguese/in-portuguese.ts';

const root = resolve(import.meta.dirname, '../../..');

/** Everything that the program may say, without the tables themselves; what is written with `\'` is read as it is said. */
const sources = ['src', 'workers']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !file.includes('portuguese/'))
      .map((file) => readFileSync(join(root, folder, file), 'utf8')),
  )
  .join('\n')
  .replaceAll("\\'", "'")
  .replaceAll('\\"', '"');

describe('in Portuguese', () => {
  const specs = [...doorCommands, ...operationCommands];
  test.each(specs.map((spec) => [spec.usage, spec] as const))('the help of %s is all there', (_, spec) => {
    for (const text of [spec.summary, ...(spec.options ?? []).map(({ help }) => help)]) {
      const portuguese = inPortuguese(text);
      expect(portuguese === text && helpSentences.every(([english]) => english !== text) ? text : 'known').toBe(
        'known',
      );
    }
  });

  test.each(allSentences.filter((sentence) => !helpSentences.includes(sentence)).map(([english]) => english))(
    'the sentence is one that the program says: %s',
    (english) => {
      // A sentence may be put together from pieces: the beginning or the end of each part stands somewhere as it is.
      const isSaid = (part: string): boolean => {
        const words = part
          .trim()
          .replace(/^[^\w-]+/, '')
          .split(' ');
        return [words.slice(0, 2), words.slice(-2)].some((few) => sources.includes(few.join(' ')));
      };
      const parts = english.split('{}').filter((part) => part.trim().length > 12);
      expect(parts.filter((part) => !isSaid(part))).toEqual([]);
    },
  );

  test.each(allSentences)('no hole is lost: %s', (english, portuguese) => {
    const holes = (text: string): number => text.split(/\{\d*\}/).length - 1;
    expect(holes(portuguese)).toBe(holes(english));
  });

  it.each([
    [
      'there is no session "padria". Did you mean padaria? See: zap-fleet ls',
      'não existe a sessão "padria". Seria padaria? Veja: zap-fleet ls',
    ],
    [
      '"Padaria!" is not a session name: this name is reserved; choose another. Example: padaria-joao',
      '"Padaria!" não é nome de sessão: este nome é reservado; escolha outro. Exemplo: padaria-joao',
    ],
    [
      'padaria did not start: the browser did not come up. That was try 2; the next one is in 8 s, by itself. See: zap-fleet logs padaria',
      'padaria não iniciou: o navegador não subiu. Foi a tentativa 2; a próxima é em 8 s, sozinha. Veja: zap-fleet logs padaria',
    ],
    [
      'PORT must be a whole number from 0 to 65535. Example: 3000',
      'PORT deve ser um número inteiro de 0 a 65535. Exemplo: 3000',
    ],
    [
      'there is no version 99 of these instructions. See: zap-fleet prompt NAME --history',
      'não existe a versão 99 destas instruções. Veja: zap-fleet prompt NAME --history',
    ],
    [
      'cannot read nova.txt: it does not exist. Give a file that exists.',
      'não consigo ler nova.txt: ele não existe. Indique um arquivo que exista.',
    ],
    ["unknown option '--jsn'", "não existe a opção '--jsn'"],
    ['loja: replies are paused.', 'loja: respostas em pausa.'],
    [
      'http://127.0.0.1:3000/link/x\nValid until 2026-11-29 10:00:00 or until the phone is linked.',
      'http://127.0.0.1:3000/link/x\nVale até 2026-11-29 10:00:00 ou até o celular ser vinculado.',
    ],
    ['gpt-5.1 answered in 1.4 s', 'gpt-5.1 respondeu em 1,4 s'],
    [
      '1,204 tokens in, 88 out, US$ 0.00120 (so far US$ 1.50000)',
      '1.204 tokens lidos, 88 escritos, US$ 0,00120 (até agora US$ 1,50000)',
    ],
    ['/b/fleet.tar.gz: 1.2G, read back and whole.', '/b/fleet.tar.gz: 1,2G, relido e inteiro.'],
  ])('%s', (english, portuguese) => expect(inPortuguese(english)).toBe(portuguese));

  it('leaves what nobody has translated, and what customers wrote, as it is', () => {
    for (const text of [
      'Bom dia, vocês abrem hoje?',
      'a sentence that no table has',
      '',
      '\n',
      '    See you tomorrow.',
    ])
      expect(inPortuguese(text)).toBe(text);
  });

  it('answers at once, however long the text is', () => {
    const long = `${'there is no '.repeat(2000)} x: y. See: `;
    expect(inPortuguese(long)).toContain('there is no');
  });
});
