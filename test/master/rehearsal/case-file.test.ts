import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  addCase,
  caseFilePath,
  casesDirectory,
  parseCases,
  readCases,
  removeCases,
} from '../../../src/master/rehearsal/case-file.ts';
import { parseSessionName } from '../../../src/session/session-name.ts';

const name = parseSessionName('padaria');
const temporaryData = (): { readonly data: string } => {
  const data = mkdtempSync(join(tmpdir(), 'zf-cases-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  return { data };
};

const good = `# ours
forbidden: [concorrente, "grátis"]
longest: 600
cases:
  - name: domingo
    ask: Vocês abrem domingo?
    history:
      - customer: Oi
      - bot: Olá!
    expect: ["abr|hora"]
    never: feriado

  # made from a chat
  -
    name: bolo
    ask: |
      Quanto é o bolo?
      E a entrega?
    answer: R$ 48
    turn: 812
    chat: 31
  - { name: pão, ask: tem pão? }
`;

test('a file is read with the lines of its cases', async () => {
  const { rules, cases } = await parseCases('f.yaml', good);
  expect(rules).toEqual({ forbidden: ['concorrente', 'grátis'], longest: 600 });
  expect(cases.map(({ name: title, line }) => [title, line])).toEqual([
    ['domingo', 5],
    ['bolo', 14],
    ['pão', 22],
  ]);
  expect(cases[0]).toMatchObject({
    history: [
      { from: 'customer', text: 'Oi' },
      { from: 'bot', text: 'Olá!' },
    ],
    expect: ['abr|hora'],
    never: ['feriado'],
    turn: null,
  });
  expect(cases[1]).toMatchObject({ ask: 'Quanto é o bolo?\nE a entrega?\n', answer: 'R$ 48', turn: 812, chat: 31 });
  expect(await parseCases('f.yaml', '')).toEqual({ rules: { forbidden: [], longest: null }, cases: [] });
});

test.each([
  ['cases:\n  - name: a\n    ask: "b\n', 4, 'unexpected end'],
  ['forbidden: [a]\ncases:\n  - name: a\n    ask: b\n    expects: [c]\n', 5, 'expects: no such setting'],
  ['cases:\n  - nam: a\n    ask: b\n', 2, 'nam: no such setting'],
  ['cases:\n  - ask: b\n', 2, 'name: is missing'],
  ['cases:\n  - name: a\n    ask: b\n  - name: c\n    ask: d\n    longest: viel\n', 6, 'longest'],
  ['cases:\n  - name: a\n    ask: b\n  - name: a\n    ask: d\n', 4, 'stands on line 2 already'],
  ['a: 1\ncases: []\n', 1, 'a'],
  ['cases:\n  - name: a\n    ask: b\n  - nonsense\n', 4, 'a case has a name and what is asked'],
  ['cases:\n  - name: a\n    ask: b\n    history:\n      - who: x\n', 4, 'history'],
  ['longest: 0\n', 1, 'longest'],
  ['cases: nothing\n', 1, 'cases'],
  ['cases:\n  - name: a\n    ask: b\n    exp(ect: c\n', 4, 'exp(ect: no such setting'],
  ['cases:\n  - name: a\n    ask: b\n    "[a": c\n', 4, '[a: no such setting'],
  ['cases:\n  - name: a\n    ask: b\n    __proto__: c\n', 4, '__proto__: no such setting'],
])('what is wrong is named by its line: %j', async (text, line, what) => {
  const problem = await parseCases('/x/cases.yaml', text).catch((error: unknown) => error);
  expect(problem).toMatchObject({ code: 'usage' });
  expect(String(problem)).toContain(`/x/cases.yaml, line ${line}: `);
  expect(String(problem)).toContain(what);
});

test('a case is added behind what a person wrote, once, and can be taken out again', async () => {
  const paths = temporaryData();
  mkdirSync(casesDirectory(paths), { recursive: true });
  const path = caseFilePath(paths, name);
  writeFileSync(path, good);

  const added = { name: 'domingo', ask: 'abre?: "sim" # não', history: [], answer: 'Sim\ne sim', turn: 9, chat: 31 };
  expect(await addCase(paths, name, added)).toBe('domingo (2)');
  const text = readFileSync(path, 'utf8');
  expect(text.startsWith(good)).toBe(true);
  expect(statSync(path).mode & 0o077).toBe(0);
  const { cases } = await readCases(paths, name);
  expect(cases.at(-1)).toMatchObject({ name: 'domingo (2)', ask: added.ask, answer: 'Sim\ne sim', turn: 9, chat: 31 });
  await expect(addCase(paths, name, added)).rejects.toMatchObject({ code: 'already-exists' });

  expect(await removeCases(paths, name, ({ chat }) => chat === 31)).toBe(2);
  const left = await readCases(paths, name);
  expect(left.cases.map((one) => one.name)).toEqual(['domingo', 'pão']);
  expect(readFileSync(path, 'utf8')).toContain('# ours');
  expect(await removeCases(paths, name, ({ chat }) => chat === 31)).toBe(0);
});

test('the last one that is taken out leaves the rules behind it, and a file that can be read', async () => {
  const paths = temporaryData();
  const added = { name: 'oi', ask: 'Oi', history: [], answer: 'Oi!', turn: 1, chat: 2 };
  await addCase(paths, name, added);
  const path = caseFilePath(paths, name);
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n# of all\nlongest: 800\nforbidden: [nunca]\n`);
  expect(await removeCases(paths, name, ({ chat }) => chat === 2)).toBe(1);
  expect(readFileSync(path, 'utf8')).not.toContain('Oi');
  expect(await readCases(paths, name)).toEqual({ rules: { forbidden: ['nunca'], longest: 800 }, cases: [] });

  writeFileSync(path, 'cases:\n');
  await addCase(paths, name, added);
  expect((await readCases(paths, name)).cases).toHaveLength(1);
});

test('the first case makes the file', async () => {
  const paths = temporaryData();
  expect(await readCases(paths, name)).toMatchObject({ cases: [] });
  await addCase(paths, name, {
    name: 'oi',
    ask: 'Oi',
    history: [{ from: 'bot', text: 'Olá' }],
    answer: 'Oi!',
    turn: 1,
    chat: 2,
  });
  await addCase(paths, name, { name: 'tchau', ask: 'Tchau', history: [], answer: '!', turn: 2, chat: 2 });
  const { cases } = await readCases(paths, name);
  expect(cases.map(({ name: title, history }) => [title, history.length])).toEqual([
    ['oi', 1],
    ['tchau', 0],
  ]);
});
