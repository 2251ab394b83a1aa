import { expect, test } from 'vitest';
import { jobKinds } from '../../src/session/job.ts';
import { jobWords } from '../../src/words/job-words.ts';

const job = { kind: 'delete', session: 'loja-1', done: 120_000, total: 700_000, problem: null } as const;

test('long work says what it is, how far it is, and why it waits, in both languages', () => {
  expect(jobWords(job, 'en')).toBe('Erasing loja-1 with all that was said in it: 120,000 of 700,000 (17%)');
  expect(jobWords(job, 'pt-BR')).toBe('Apagando loja-1 com tudo o que foi dito nela: 120.000 de 700.000 (17%)');
  expect(jobWords({ ...job, kind: 'retention', session: null, total: 0 }, 'en')).toBe(
    'Erasing what is past its days: 120,000',
  );
  expect(jobWords({ ...job, done: 0, problem: 'disk is full' }, 'pt-BR')).toMatch(
    /; espera a próxima tentativa: disk is full$/,
  );
});

test('text from outside is made plain', () => {
  const words = jobWords({ ...job, problem: 'x\u001b]52;c;AAAA\u0007\ny' }, 'en');
  expect([...words].some((letter) => (letter.codePointAt(0) ?? 0) < 32)).toBe(false);
});

test.each(jobKinds)('%s has words of its own in each language', (kind) => {
  const [en, pt] = [jobWords({ ...job, kind }, 'en'), jobWords({ ...job, kind }, 'pt-BR')];
  expect(en).not.toBe(pt);
});
