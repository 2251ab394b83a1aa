import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { textsOf } from '../../components/texts/texts-of.ts';
import { goldenNames } from './support/golden-file.ts';

/** Capitals want a person, as the help screen says: nothing else on any screen is written in them. */

const folder = fileURLToPath(new URL('./golden/', import.meta.url));

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value === 'function') return [String(value(2, 2, '2m'))];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};
const capitalsIn = (text: string): readonly string[] =>
  text.match(/(?<![\p{L}\p{N}_])\p{Lu}{4,}(?![\p{L}\p{N}_])/gu) ?? [];

/** States, the badge, and what stands over customers who got nothing. */
const alarms = (['en', 'pt-BR'] as const).flatMap((language) => {
  const { verdict, group, state, badge, session, help } = textsOf(language);
  const texts = [verdict, group, state, badge, session.leftTitle, session.askingTitle, help.capitals];
  return texts.flatMap(textsIn).flatMap(capitalsIn);
});

/** Names that are written so everywhere, what a person types in the shell, and the mark of a fleet or a talk that is not real. */
const names = ['HTTP', 'JSON', 'LGPD', 'HTTPS', 'CNPJ', 'DEMO', 'TESTE', 'NAME', 'NOME', 'FILE', 'ARQUIVO', 'EDITOR'];
const allowed = [...new Set([...alarms, ...names])];
/** A dialog may stand over the rest of a word. */
const isAllowed = (word: string): boolean => allowed.some((each) => each.startsWith(word));

const pairingCode = /[A-Z0-9]{4}-[A-Z0-9]{4}/g;

it.each(goldenNames())('%s', (name) => {
  const rows = readFileSync(`${folder}${name}.txt`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  const loud = rows.flatMap((row) => capitalsIn(row.replace(pairingCode, '')).filter((word) => !isAllowed(word)));
  expect([...new Set(loud)]).toEqual([]);
});
