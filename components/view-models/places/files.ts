import { plainText } from '../../../src/session/plain-text.ts';
import type { SendFileLine } from '../../../src/session/send-file.ts';
import { thousands } from '../../../src/words/figures.ts';
import { age } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { emptyLine, span } from '../../paint/line.ts';
import { fileTexts } from '../../texts/file-texts.ts';
import type { View } from '../view.ts';
import { type Detail, type Fact, factLines, sentence } from './item-detail.ts';
import type { Item, ItemColumn } from './item-list.ts';
import { sizeText } from './place-lines.ts';

/** Files that a session's bot may send, each a row, and what there is to know of the one under the cursor. */

type Key = 'name' | 'file' | 'kind' | 'size' | 'sent' | 'added';

export const fileColumns: readonly ItemColumn<Key>[] = [
  { key: 'name', width: 12, most: 24, rank: 0 },
  { key: 'file', width: 16, most: 44, rank: 3 },
  { key: 'kind', width: 11, most: 13, rank: 2 },
  { key: 'size', width: 4, align: 'right', rank: 1 },
  { key: 'sent', width: 5, align: 'right', rank: 0 },
  { key: 'added', width: 4, align: 'right', rank: 4 },
];

const kindOf = ({ kind, isVoice }: SendFileLine, view: View): string =>
  fileTexts(view.language).kind[isVoice ? 'voice' : kind];

const sentCount = (file: SendFileLine, view: View): string =>
  file.sent === 0 ? glyph.nothing : thousands(file.sent, view.language);

export const fileItem = (file: SendFileLine, view: View): Item<Key> => {
  const words = fileTexts(view.language);
  return {
    sign: file.isThere ? [glyph.file, 'muted'] : [glyph.needsYou, 'bad'],
    trouble: file.isThere ? null : 'bad',
    cells: {
      name: file.name,
      file: plainText(file.fileName),
      kind: file.isThere ? [span(kindOf(file, view), 'muted')] : [span(words.gone, 'bad')],
      size: sizeText(file.bytes, view),
      sent: [span(sentCount(file, view), file.sent === 0 ? 'faint' : 'bold')],
      added: [span(age(view.now - file.addedAt), 'muted')],
    },
  };
};

const factsOf = (file: SendFileLine, view: View): readonly Fact[] => {
  const words = fileTexts(view.language);
  return [
    [words.fact.file, plainText(file.fileName)],
    [
      words.fact.kind,
      [span(kindOf(file, view)), span(`  ${sizeText(file.bytes, view)}  ${plainText(file.mimeType)}`, 'muted')],
    ],
    [
      words.fact.sent,
      file.sent === 0
        ? [span(words.sentNever, 'muted')]
        : [span(thousands(file.sent, view.language), 'bold'), span(` ${words.sentIn(file.sent)}`, 'muted')],
    ],
  ];
};

/** What there is to know of one file. */
export const fileDetail = (file: SendFileLine, view: View): Detail => {
  const words = fileTexts(view.language);
  const [sign, tone] = file.isThere ? ([glyph.file, 'muted'] as const) : ([glyph.needsYou, 'bad'] as const);
  return {
    title: [span(`${sign} `, tone), span(file.name, 'bold'), span(`  ${words.version(file.version)}`, 'muted')],
    right: [span(words.addedBy(plainText(file.actor), view.calendar.when(file.addedAt, view.now)), 'muted')],
    tone: file.isThere ? 'faint' : 'bad',
    content: (width) => [
      ...(file.isThere ? [] : sentence(words.goneWhat, width, 'bad')),
      ...sentence(plainText(file.description), width),
      emptyLine,
      ...factLines(factsOf(file, view), width),
    ],
  };
};
