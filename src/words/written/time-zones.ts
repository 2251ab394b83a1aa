import type { Language } from '../language.ts';
import { folded, quoted, type Reading, read, refuse } from './reading.ts';

/** Time zones as people name them: by their city, in any spelling. */

/** What is typed for a zone whose name has another city in it. */
const alsoCalled: Readonly<Record<string, readonly string[]>> = {
  'America/Sao_Paulo': [
    'brasilia',
    'rio de janeiro',
    'belo horizonte',
    'curitiba',
    'porto alegre',
    'goiania',
    'brazil',
    'brasil',
  ],
  'America/Bahia': ['salvador'],
  'America/Fortaleza': ['natal', 'joao pessoa', 'sao luis', 'teresina'],
  'America/Recife': ['pernambuco'],
  'America/Belem': ['amapa', 'macapa'],
  'America/Cuiaba': ['mato grosso'],
  'America/Campo_Grande': ['mato grosso do sul'],
  'America/Noronha': ['fernando de noronha'],
  'America/Rio_Branco': ['acre'],
  'Europe/Lisbon': ['lisboa', 'portugal'],
  'Europe/Madrid': ['espanha', 'spain'],
  'Europe/London': ['londres', 'england'],
  'Europe/Paris': ['france', 'franca'],
  'Europe/Berlin': ['berlim', 'germany', 'alemanha'],
  'America/New_York': ['nova york', 'nova iorque', 'miami', 'boston'],
  'America/Los_Angeles': ['san francisco', 'california'],
  'America/Argentina/Buenos_Aires': ['argentina'],
  'America/Mexico_City': ['cidade do mexico', 'mexico'],
  'Africa/Luanda': ['angola'],
  'Africa/Maputo': ['mocambique', 'mozambique'],
  UTC: ['gmt', 'z'],
};

let known: readonly string[] | null = null;

/** Every zone that this machine knows, Brazil's first. */
export const allZones = (): readonly string[] => {
  if (known === null) {
    const zones = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])];
    const first = Object.keys(alsoCalled).filter((zone) => zones.includes(zone));
    known = [...first, ...zones.filter((zone) => !first.includes(zone))];
  }
  return known;
};

const spoken = (zone: string): string => folded(zone).replaceAll('_', ' ');
const names = new Map<string, readonly string[]>();

/** Kept: a list is searched at every key that is typed. */
const namesOf = (zone: string): readonly string[] => {
  const kept = names.get(zone);
  if (kept !== undefined) return kept;

  const made = [spoken(zone), spoken(zone).split('/').at(-1) ?? '', ...(alsoCalled[zone] ?? [])];
  names.set(zone, made);
  return made;
};

/** The zones that a typed text may mean, the nearest first; all of them for none. */
export const zonesMatching = (text: string): readonly string[] => {
  const typed = folded(text).replaceAll('_', ' ');
  const rank = (zone: string): number => {
    const called = namesOf(zone);
    if (called.includes(typed)) return 0;
    if (called.some((name) => name.startsWith(typed))) return 1;
    if (called.some((name) => name.includes(` ${typed}`) || name.includes(`/${typed}`))) return 2;
    return called.some((name) => name.includes(typed)) ? 3 : 4;
  };
  return allZones()
    .map((zone) => ({ zone, rank: rank(zone) }))
    .filter((found) => found.rank < 4)
    .sort((a, b) => a.rank - b.rank)
    .map(({ zone }) => zone);
};

const isZone = (text: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

const say = {
  en: (text: string, meant: string) =>
    `${text} is not a time zone. ${meant === '' ? 'Example: America/Sao_Paulo' : `Did you mean ${meant}?`}`,
  'pt-BR': (text: string, meant: string) =>
    `${text} não é um fuso horário. ${meant === '' ? 'Exemplo: America/Sao_Paulo' : `Seria ${meant}?`}`,
} as const;

/** `America/Sao_Paulo`, `america/sao_paulo`, `São Paulo`, `Brasília`. */
export const readZone = (text: string, language: Language): Reading<string> => {
  const typed = text.trim();
  const found = zonesMatching(typed);
  const [first, second] = found;
  if (typed !== '' && first !== undefined) {
    const isExact = namesOf(first).includes(folded(typed).replaceAll('_', ' '));
    if (isExact || second === undefined) return read(first);
  }
  // Links like Brazil/East are zones, too, and stand in no list.
  if (typed !== '' && isZone(typed)) return read(typed);
  return refuse(say[language](quoted(typed), typed === '' ? '' : found.slice(0, 3).join(', ')));
};
