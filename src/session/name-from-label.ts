import { plainText } from './plain-text.ts';
import { isSessionName, type SessionName, sessionNameProblem } from './session-name.ts';

/** A session is named as people name things: "Padaria do João" is its label, and `padaria-do-joao` what it is called in commands and paths. */

export interface NewName {
  readonly name: SessionName;
  /** What was typed, where it is more than the name. */
  readonly label: string | null;
}

const longest = 48;
/** Letters that are no Latin letter with a mark, as they are written without them. */
const written: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

const slugOf = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => written[letter] ?? '')
    .replace(/['’`´]/g, '')
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '');

/** Cut at a word where it is too long. */
const shortened = (slug: string, most: number): string => {
  if (slug.length <= most) return slug;
  const cut = slug.slice(0, most);
  const word = cut.lastIndexOf('-');
  return (word > most / 2 ? cut.slice(0, word) : cut).replace(/[-_]+$/, '');
};

/** A path is no name of a bot; a slash between two words is (`Centro/Sul`). */
const isPath = (text: string): boolean => /^[./~]|\.\.|\\/.test(text);

const isKnown = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/** What has no Latin letter at all (`小店`), and what a name must not be (`123`, `all`), gets a word in front. */
const usable = (slug: string): string =>
  slug.length >= 2 && sessionNameProblem(slug) === null ? slug : `bot-${slug === '' ? '1' : slug}`;

/**
 * The name that a typed text gives: itself where it is one, else its letters in a row, with a number behind where that is taken. Null where it
 * gives none: without a letter or digit, or a name that is reserved.
 */
export const nameFromLabel = (typed: string, isTaken: (name: string) => boolean): NewName | null => {
  const text = plainText(typed).trim();
  if (isSessionName(text)) return { name: text, label: null };

  // Typed as a name and none (`all`, `123`): that is said, not mended behind somebody's back.
  if (/^[a-z0-9_-]+$/.test(text) || isPath(text) || !isKnown(text)) return null;

  const slug = usable(shortened(slugOf(text), longest));
  for (let number = 1; number < 10_000; number += 1) {
    const tail = number === 1 ? '' : `-${number}`;
    const name = `${shortened(slug, longest - tail.length)}${tail}`;
    if (isSessionName(name) && !isTaken(name)) return { name, label: text };
  }
  return null;
};

/** Why a typed text gives no session a name; null when it does. */
export const newNameProblem = (typed: string): string | null =>
  nameFromLabel(typed, () => false) === null
    ? (sessionNameProblem(plainText(typed).trim()) ?? 'write a name with letters or digits')
    : null;
