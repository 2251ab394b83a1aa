import { messageOf } from '../../../src/session/fleet-error.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { Context } from '../core/contexts.ts';

/** What is written as JSON in the editor, and the secrets that are made with it: of tools and hooks. */

export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

interface Words {
  readonly unreadable: (why: string) => string;
  readonly noJson: string;
}

/** Throws one line that says what is wrong. */
export const readJsonObject = (text: string, words: Words): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(words.unreadable(plainText(messageOf(error))));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(words.unreadable(words.noJson));
  return value as Readonly<Record<string, unknown>>;
};

/** A secret that was made: copied on a key, since what stands on a screen stands in its history. */
export const handOverSecret = (
  act: Context<'tool'>['act'],
  secret: string,
  words: { readonly title: string; readonly lines: readonly string[]; readonly verb: string },
): void =>
  act.open({
    kind: 'info',
    title: words.title,
    load: async () => words.lines,
    copy: () => act.copy(secret, words.verb),
  });
