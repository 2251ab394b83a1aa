/** Words by which a customer asks for a person (`ai_config.handoverWords`): whole words, whatever their case, accents and marks. */

const folded = (text: string): string =>
  ` ${text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;

/** The first of `words` that the text contains, as it is configured; null: none. */
export const askedByWords = (text: string, words: readonly string[]): string | null => {
  const said = folded(text);
  return words.find((word) => folded(word).trim() !== '' && said.includes(folded(word))) ?? null;
};
