import type { KnowledgeGap, MeaningState, UsedFile } from '../../../src/session/knowledge.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { thousands } from '../../../src/words/figures.ts';
import { dataBar } from '../../paint/charts/bars.ts';
import { meter } from '../../paint/charts/meter.ts';
import { joined } from '../../paint/ends.ts';
import { age } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { cut, cutLine, emptyLine, type Line, lineWidth, padStart, span, textLine } from '../../paint/line.ts';
import { titledRule } from '../../paint/overlaid.ts';
import { toolTexts } from '../../texts/tool-texts.ts';
import type { View } from '../view.ts';
import { detailLines, sentence } from './item-detail.ts';
import { type Item, type ItemColumn, itemLines } from './item-list.ts';
import { gapDetail, knownFileDetail } from './knowledge-detail.ts';
import { type OneMore, oneMoreLines, sizeText } from './place-lines.ts';

/** What a session knows from files, and below it what customers asked that no file answers. */

export interface Known {
  readonly files: readonly UsedFile[];
  readonly gaps: readonly KnowledgeGap[];
  /** How far the files are found by meaning, too; null: by words alone. */
  readonly meaning: MeaningState | null;
}

export type KnowledgePane = 'files' | 'gaps';

type FileKey = 'name' | 'version' | 'passages' | 'size' | 'used' | 'added';
const fileColumns: readonly ItemColumn<FileKey>[] = [
  { key: 'name', width: 14, most: 56, rank: 0 },
  { key: 'version', width: 4, align: 'right', rank: 4 },
  { key: 'passages', width: 6, align: 'right', rank: 0 },
  { key: 'size', width: 4, align: 'right', rank: 1 },
  { key: 'used', width: 5, align: 'right', rank: 2 },
  { key: 'added', width: 4, align: 'right', rank: 3 },
];

type GapKey = 'question' | 'customers' | 'last';
const gapColumns: readonly ItemColumn<GapKey>[] = [
  { key: 'question', width: 18, most: 72, rank: 0 },
  { key: 'customers', width: 14, align: 'right', rank: 0 },
  { key: 'last', width: 4, align: 'right', rank: 1 },
];
const barWidth = 8;

const fileItem = (file: UsedFile, view: View): Item<FileKey> => ({
  sign: [glyph.file, 'muted'],
  cells: {
    name: plainText(file.name),
    version: [span(String(file.version), 'muted')],
    passages: thousands(file.passages, view.language),
    size: sizeText(file.bytes, view),
    used: file.used === 0 ? [span(glyph.nothing, 'faint')] : [span(thousands(file.used, view.language), 'bold')],
    added: [span(age(view.now - file.addedAt), 'muted')],
  },
});

const gapItem = (gap: KnowledgeGap, most: number, view: View): Item<GapKey> => {
  const isOften = gap.customers > 1;
  return {
    sign: [glyph.wantsYou, isOften ? 'warn' : 'faint'],
    cells: {
      question: plainText(gap.question.replace(/\s+/g, ' ')),
      customers: [
        ...dataBar(gap.customers / Math.max(1, most), barWidth, isOften ? 'warn' : 'muted'),
        span(padStart(thousands(gap.customers, view.language), 4), isOften ? 'bold' : 'plain'),
      ],
      last: [span(age(view.now - gap.at), 'muted')],
    },
  };
};

/** Below the files: how many passages are found by meaning, too, and why no more are. */
const meantLines = (view: View, meaning: MeaningState | null, width: number): readonly Line[] => {
  if (meaning === null) return [];
  const { knowledge } = toolTexts(view.language);
  const { model, done, total, problem } = meaning;
  const words = knowledge.meant(thousands(done, view.language), thousands(total, view.language), plainText(model));
  const share = total === 0 ? 1 : done / total;
  const how: Line = [
    span('    '),
    ...(width < 72 ? emptyLine : [...meter(share, 20, share === 1 ? 'ok' : 'accent'), span('  ')]),
    span(words, 'muted'),
  ];
  if (problem === null) return [cutLine(how, width)];
  const why: Line = [span(knowledge.notMeant(plainText(problem)), 'warn')];
  const both = joined([how, why], 3);
  return lineWidth(both) <= width ? [both] : [cutLine(how, width), cutLine([span('    '), ...why], width)];
};

export interface KnowledgeHeights {
  readonly files: number;
  readonly gaps: number;
}

/** Lower bodies have no empty row between files and gaps. */
const gapFrom = 14;
/** From so many on there is room for what there is to know of the one under the cursor. */
const detailFrom = { height: 18, rows: 8 };

/** Rows of files and of gaps in a body of `height`: what has less gives the rest to the other. */
export const knowledgeHeights = (known: Known, view: View, height: number): KnowledgeHeights => {
  const meant = meantLines(view, known.meaning, view.columns - 1).length;
  // The names of the columns of both, and the rule between them.
  const beside = height >= detailFrom.height ? detailFrom.rows : 0;
  const room = Math.max(2, height - meant - 3 - beside - (height >= gapFrom ? 1 : 0));
  const files = Math.max(1, Math.min(known.files.length, Math.max(Math.ceil(room / 2), room - known.gaps.length)));
  return { files, gaps: Math.max(1, room - files) };
};

const askedBy = (gaps: readonly KnowledgeGap[]): number => gaps.reduce((sum, { customers }) => sum + customers, 0);

export interface KnowledgePlace {
  readonly pane: KnowledgePane;
  readonly cursor: number;
  readonly top: number;
  readonly heights: KnowledgeHeights;
}

const gapLines = (view: View, { gaps }: Known, { pane, cursor, top, heights }: KnowledgePlace): readonly Line[] => {
  const { knowledge } = toolTexts(view.language);
  const width = view.columns - 1;
  const isHere = pane === 'gaps';
  const title = gaps.length === 0 ? knowledge.gaps(0) : knowledge.asked(askedBy(gaps));
  const rule = titledRule([span(cut(title, width - 6), isHere ? 'bold' : 'muted')], width);
  if (gaps.length === 0)
    return [rule, ...sentence(knowledge.nothingAsked, width - 4, 'muted').map((line) => [span('    '), ...line])];
  const most = Math.max(...gaps.map(({ customers }) => customers));
  return [
    rule,
    ...itemLines({
      columns: gapColumns,
      head: knowledge.gapHead,
      items: gaps.map((gap) => gapItem(gap, most, view)),
      cursor: isHere ? cursor : null,
      top: isHere ? top : 0,
      rows: heights.gaps,
      width,
    }),
  ];
};

/** What there is to know of the one under the cursor, below both lists. */
const underCursor = (view: View, { files, gaps }: Known, { pane, cursor }: KnowledgePlace, rows: number) => {
  const file = pane === 'files' ? files[cursor] : undefined;
  const gap = pane === 'gaps' ? gaps[cursor] : undefined;
  const most = Math.max(0, ...files.map(({ used }) => used));
  const detail =
    file !== undefined ? knownFileDetail(file, most, view) : gap !== undefined ? gapDetail(gap, view) : null;
  return detail === null || rows < 6 ? [] : [emptyLine, ...detailLines(detail, view, view.columns - 1, rows - 1)];
};

export const knowledgeBody = (
  view: View,
  known: Known,
  oneMore: OneMore,
  at: KnowledgePlace,
  height: number,
): readonly Line[] => {
  const { knowledge } = toolTexts(view.language);
  const width = view.columns - 1;
  const isHere = at.pane === 'files';
  const lists = [
    ...(known.files.length === 0
      ? [textLine(`    ${knowledge.files(0)}`, 'muted')]
      : itemLines({
          columns: fileColumns,
          head: knowledge.head,
          items: known.files.map((file) => fileItem(file, view)),
          cursor: isHere ? at.cursor : null,
          top: isHere ? at.top : 0,
          rows: at.heights.files,
          width,
        })),
    ...meantLines(view, known.meaning, width),
    ...(height >= gapFrom ? [emptyLine] : []),
    ...gapLines(view, known, at),
  ];
  const body = [...lists, ...underCursor(view, known, at, height - lists.length)];
  return [...body, ...oneMoreLines(view, oneMore, height - body.length)];
};
