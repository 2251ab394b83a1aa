import type { Language } from '../language.ts';
import { quoted, type Reading, read, refuse, withExample } from './reading.ts';

/** Lists as people write them: parted by commas, semicolons or lines; what holds one of those itself stands in quotes. */

const piece = /\s*(?:"((?:[^"\\]|\\.)*)"|([^,;\n]*?))\s*(?:[,;\n]|$)/y;

export const readList = (text: string): readonly string[] => {
  const items: string[] = [];
  let at = 0;
  while (at < text.length) {
    piece.lastIndex = at;
    const found = piece.exec(text);
    // A quote that is never closed, or goes on behind its end, is a letter like any other.
    const [whole, inQuotes, plain] = found ?? [text.slice(at), undefined, text.slice(at).trim()];
    const item = inQuotes === undefined ? (plain ?? '') : inQuotes.replace(/\\(.)/g, '$1');
    if (item !== '') items.push(item);
    at += whole.length;
  }
  return items;
};

const needsQuotes = /[,;\n"\\]|^\s|\s$/;

export const listText = (items: readonly string[]): string =>
  items
    .map((item) => (needsQuotes.test(item) ? `"${item.replace(/[\\"]/g, (letter) => `\\${letter}`)}"` : item))
    .join(', ');

const say = {
  en: {
    unread: (text: string) => `${text} is not a day`,
    twofold: (text: string) => `${text} could be two days`,
    example: '2026-12-25',
  },
  'pt-BR': {
    unread: (text: string) => `${text} não é um dia`,
    twofold: (text: string) => `${text} pode ser dois dias`,
    example: '25/12/2026',
  },
} as const;

const asDay = (year: number, month: number, day: number): string | null => {
  const date = new Date(Date.UTC(year, month - 1, day));
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
  const wanted = [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join(
    '-',
  );
  return iso === wanted ? iso : null;
};

/** `2026-12-25`, `25/12/2026`, `25.12.2026`; in English a day and a month that could be each other are not guessed. */
const readDay = (text: string, language: Language): Reading<string> => {
  const words = say[language];
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const slashed = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(text);
  const [, first = 0, second = 0, third = 0] = (iso ?? slashed ?? []).map(Number);
  if (slashed !== null && language === 'en' && first <= 12 && second <= 12 && first !== second)
    return refuse(withExample(words.twofold(quoted(text)), words.example, language));

  const monthFirst = slashed !== null && language === 'en' && second > 12;
  const day =
    iso !== null
      ? asDay(first, second, third)
      : slashed === null
        ? null
        : monthFirst
          ? asDay(third, first, second)
          : asDay(third, second, first);
  return day === null ? refuse(withExample(words.unread(quoted(text)), words.example, language)) : read(day);
};

export const readDays = (text: string, language: Language): Reading<readonly string[]> => {
  const days: string[] = [];
  for (const item of readList(text)) {
    const day = readDay(item, language);
    if (!day.ok) return day;
    days.push(day.value);
  }
  return read(days);
};

export const daysText = (days: readonly string[], language: Language): string =>
  days.map((day) => (language === 'en' ? day : day.replace(/^(\d{4})-(\d{2})-(\d{2})$/, '$3/$2/$1'))).join(', ');
