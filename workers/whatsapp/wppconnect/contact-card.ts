export interface ContactCard {
  readonly name: string;
  readonly phones: readonly string[];
}

/** So many numbers are read of one card. */
const mostPhones = 20;

/** vCard 2.1 writes letters beyond ASCII as `=C3=A3`. */
const decodeQuotedPrintable = (text: string): string =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

interface CardLine {
  /** Without its group: `item1.TEL` is `TEL`. */
  readonly name: string;
  readonly value: string;
}

const lineOf = (text: string): CardLine | null => {
  const parts = /^(?:[\w-]+\.)?([A-Za-z-]+)((?:;[^:]*)?):(.*)$/s.exec(text);
  if (!parts) return null;
  const [, name = '', parameters = '', value = ''] = parts;
  const isQuoted = /ENCODING=QUOTED-PRINTABLE/i.test(parameters);
  const read = isQuoted ? decodeQuotedPrintable(value) : value;
  return { name: name.toUpperCase(), value: read.replace(/\\([,;\\])/g, '$1').trim() };
};

/** Name and numbers of a vCard; what the card does not say is taken from `shownName`. */
export const readContactCard = (vcard: string, shownName: string | null): ContactCard => {
  // A line that begins with a blank goes on from the one before.
  const unfolded = vcard.replace(/\r?\n[ \t]/g, '');
  const lines = unfolded.split(/\r?\n/).flatMap((text) => lineOf(text) ?? []);
  const valueUnder = (name: string): string =>
    lines.find((line) => line.name === name && line.value !== '')?.value ?? '';

  const fromParts = valueUnder('N').split(';').filter(Boolean).reverse().join(' ');
  const phones = lines.filter((line) => line.name === 'TEL' && line.value !== '').map((line) => line.value);
  return {
    name: valueUnder('FN') || (shownName ?? '') || fromParts || valueUnder('ORG'),
    phones: [...new Set(phones)].slice(0, mostPhones),
  };
};
