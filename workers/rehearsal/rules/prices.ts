/** Prices in a text, as cents, so that `R$ 1.234,50`, `1234.5` and `1.234,50 reais` are one. Pure. */

const figure = String.raw`\d{1,3}(?:[.\u00a0 ]\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:[.,]\d{1,2})?`;

const before = new RegExp(String.raw`(?:R\$|US\$|U\$|€|£|\$|\bBRL|\bUSD|\bEUR)\s{0,2}(${figure})`, 'giu');
const after = new RegExp(
  String.raw`(?<![\d.,])(${figure})\s{0,2}(?:reais|real|d[oó]lar(?:es)?|dollars?|euros?)\b`,
  'giu',
);
const any = new RegExp(String.raw`(?<![\d.,])(${figure})(?!\d)`, 'gu');

/** `1.234,50` and `1,234.50` → 123450; a single separator before three digits parts thousands. */
export const centsOf = (text: string): number => {
  const bare = text.replace(/[\u00a0 ]/g, '');
  const decimals = /[.,](\d{1,2})$/.exec(bare);
  const whole = bare.slice(0, decimals?.index ?? bare.length).replace(/[.,]/g, '');
  return Number(whole) * 100 + Number((decimals?.[1] ?? '').padEnd(2, '0'));
};

export interface Price {
  /** As it is written. */
  readonly text: string;
  readonly cents: number;
}

/** What is named as an amount of money, in the order of the text, each amount once. */
export const pricesIn = (text: string): readonly Price[] => {
  const found = new Map<number, Price & { readonly at: number }>();
  for (const pattern of [before, after])
    for (const match of text.matchAll(pattern)) {
      const cents = centsOf(match[1] ?? '');
      if (!found.has(cents)) found.set(cents, { text: match[0].trim(), cents, at: match.index });
    }
  return [...found.values()].sort((a, b) => a.at - b.at).map(({ text: written, cents }) => ({ text: written, cents }));
};

/** Every figure that could be a price: lists of prices often have no sign. */
export const figuresIn = (text: string): ReadonlySet<number> =>
  new Set([...text.matchAll(any)].map((match) => centsOf(match[1] ?? '')));
